import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { Parser, type ReadEntry } from 'tar';
import { infraFailure, usageFailure } from '../../matrix/failure.ts';
import { openPipe } from '../process.ts';

/** One file of a source tree on its way into git. */
export interface TreeEntry {
  readonly path: string;
  readonly mode: '100644' | '100755' | '120000';
  readonly content: Buffer;
}

const DECOMPRESSORS: Readonly<Record<string, string>> = {
  xz: 'xz',
  bz2: 'bzip2',
  gz: 'gzip',
  tgz: 'gzip',
  zst: 'zstd',
};

/** The files of a tarball, its single leading directory cut off. */
export async function* tarEntries(file: string): AsyncGenerator<TreeEntry> {
  const ended: ReadEntry[] = [];
  const contents = new Map<ReadEntry, Buffer[]>();
  const parser = new Parser({ onReadEntry: (entry) => readEntry(entry, contents, ended) });
  for await (const chunk of openTar(file)) {
    parser.write(chunk as Buffer);
    for (const entry of ended.splice(0)) yield* toTreeEntry(entry, contents);
  }
  parser.end();
  for (const entry of ended.splice(0)) yield* toTreeEntry(entry, contents);
}

async function* openTar(file: string): AsyncGenerator {
  const program = DECOMPRESSORS[file.split('.').at(-1) ?? ''];
  if (program === undefined) return yield* createReadStream(file);
  const pipe = openPipe([program, '-dc', file]);
  yield* pipe.stdout;
  const ended = await pipe.ended;
  if (ended.kind === 'not-started')
    throw infraFailure(`${program} is needed to read ${file} and is not installed`, 'run `kvm-matrix setup`');
  if (ended.kind !== 'exited' || ended.code !== 0)
    throw usageFailure(`${file} is damaged: ${program} could not read it to the end`, 'fetch the tarball again');
}

function readEntry(entry: ReadEntry, contents: Map<ReadEntry, Buffer[]>, ended: ReadEntry[]): void {
  const chunks: Buffer[] = [];
  contents.set(entry, chunks);
  entry.on('data', (chunk) => chunks.push(chunk));
  entry.on('end', () => ended.push(entry));
}

function* toTreeEntry(entry: ReadEntry, contents: Map<ReadEntry, Buffer[]>): Generator<TreeEntry> {
  const chunks = contents.get(entry) ?? [];
  contents.delete(entry);
  const path = entry.path.replace(/^(\.\/)?[^/]+\//, '');
  if (path === '' || path.endsWith('/')) return;
  if (entry.type === 'SymbolicLink') yield { path, mode: '120000', content: Buffer.from(entry.linkpath ?? '') };
  else if (entry.type === 'File' || entry.type === 'OldFile')
    yield { path, mode: fileMode(entry.mode ?? 0o644), content: Buffer.concat(chunks) };
  else if (entry.type !== 'Directory')
    throw usageFailure(
      `${entry.path} in the tarball is a ${entry.type}`,
      'a kernel tarball has files, directories and symbolic links only',
    );
}

/** The files below a directory, in the order of their names. A `.git` is no part of the source. */
export async function* dirEntries(root: string, below = ''): AsyncGenerator<TreeEntry> {
  for (const name of readdirSync(join(root, below)).toSorted()) {
    if (below === '' && name === '.git') continue;
    const path = below === '' ? name : `${below}/${name}`;
    const stat = lstatSync(join(root, path));
    if (stat.isDirectory()) yield* dirEntries(root, path);
    else if (stat.isSymbolicLink())
      yield { path, mode: '120000', content: Buffer.from(readlinkSync(join(root, path))) };
    else if (stat.isFile()) yield { path, mode: fileMode(stat.mode), content: readFileSync(join(root, path)) };
  }
}

/** Changes when any file below changes, without reading one: paths, sizes and times. */
export function* dirStamps(root: string, below = ''): Generator<string> {
  for (const name of readdirSync(join(root, below)).toSorted()) {
    const path = below === '' ? name : `${below}/${name}`;
    const stat = lstatSync(join(root, path));
    if (stat.isDirectory()) yield* dirStamps(root, path);
    else yield `${path} ${stat.size} ${stat.mtimeMs} ${stat.mode}`;
  }
}

function fileMode(mode: number): '100644' | '100755' {
  return (mode & 0o111) === 0 ? '100644' : '100755';
}
