import { statSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../files.ts';
import { dirEntries, dirStamps, tarEntries, type TreeEntry } from './entries.ts';
import { FastImport, quotePath } from './fast-import.ts';
import { git, tryGit } from './git.ts';

const REF = 'refs/heads/import';

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

async function fastImport(gitDir: string, entries: AsyncIterable<TreeEntry>): Promise<void> {
  const stream = new FastImport(gitDir);
  // Fixed, so that the same source gives the same commit everywhere.
  await stream.commit({
    ref: REF,
    who: 'kvm-matrix <kvm-matrix@localhost>',
    date: 'Thu, 1 Jan 1970 00:00:00 +0000',
    message: 'source tree\n',
  });
  for await (const { path, mode, content } of entries) await stream.modify(mode, quotePath(path), content);
  await stream.close();
}
