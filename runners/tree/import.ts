import { statSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { infraFailure } from '../../matrix/failure.ts';
import { sha256 } from '../files.ts';
import { openPipe } from '../process.ts';
import { dirEntries, dirStamps, tarEntries, type TreeEntry } from './entries.ts';
import { git, gitArgv, placeEnv, tryGit } from './git.ts';

const REF = 'refs/heads/import';
/** Fixed, so that the same source gives the same commit everywhere. */
const HEAD = `commit ${REF}\ncommitter kvm-matrix <kvm-matrix@localhost> 0 +0000\n`;

/** A repository made of a plain source tree: a directory without git, or a tarball. */
export interface Imported {
  readonly gitDir: string;
  readonly commit: string;
}

/** Imports once; the same source (by path, size and time) is found again. Every file counts, whatever a .gitignore says. */
export async function importSource(source: string, reposDir: string): Promise<Imported> {
  const isDir = statSync(source).isDirectory();
  const gitDir = join(reposDir, `import-${stampOf(source, isDir).slice(0, 16)}.git`);
  await git({ gitDir }, ['init', '--quiet', '--bare', gitDir]);
  const known = await tryGit({ gitDir }, ['rev-parse', '--verify', '--quiet', REF]);
  if (known.code === 0) return { gitDir, commit: known.stdout.trim() };
  await fastImport(gitDir, isDir ? dirEntries(source) : tarEntries(source));
  return { gitDir, commit: (await git({ gitDir }, ['rev-parse', REF])).trim() };
}

function stampOf(source: string, isDir: boolean): string {
  if (isDir) return sha256(source, ...dirStamps(source));
  const { size, mtimeMs } = statSync(source);
  return sha256(source, String(size), String(mtimeMs));
}

/** Straight into one pack: no work tree, no loose objects. */
async function fastImport(gitDir: string, entries: AsyncIterable<TreeEntry>): Promise<void> {
  const pipe = openPipe(gitArgv(['-c', 'core.compression=1', 'fast-import', '--quiet', '--depth=0']), { env: placeEnv({ gitDir }) });
  const write = async (data: string | Buffer): Promise<void> => {
    if (!pipe.stdin.write(data)) await Promise.race([once(pipe.stdin, 'drain'), pipe.ended]);
  };
  await write(`${HEAD}${data(Buffer.from('source tree\n'))}`);
  for await (const { path, mode, content } of entries) {
    await write(`M ${mode} inline ${quotePath(path)}\ndata ${content.length}\n`);
    await write(content);
    await write('\n');
  }
  pipe.stdin.end();
  const ended = await pipe.ended;
  if (ended.kind !== 'exited' || ended.code !== 0) throw infraFailure('the source tree could not be imported into git', 'is there room on the disk? `kvm-matrix doctor` tells');
}

function data(content: Buffer): string {
  return `data ${content.length}\n${content.toString()}\n`;
}

function quotePath(path: string): string {
  return /^"|[\n\\]/.test(path) ? JSON.stringify(path) : path;
}
