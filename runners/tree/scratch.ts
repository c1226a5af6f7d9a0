import type { Series } from '../../matrix/series/series.ts';
import { FastImport, quotePath } from './fast-import.ts';
import { git, tryGit, type GitPlace } from './git.ts';
import type { Repository } from './repository.ts';

/** A file in an index: its mode and blob. */
export interface IndexEntry {
  readonly mode: string;
  readonly blob: string;
}

/**
 * A small repository of its own, with only the files that a series touches, as the base has them. Patches are applied
 * here and not in the borrowing repository: git would touch the times of equal objects in the user's own object store
 * ("freshening", object-file.c), and 100 files are quicker than 80,000.
 */
export async function seedScratch(
  repo: Repository,
  scratch: GitPlace,
  base: string,
  series: Series,
  paths: ReadonlySet<string>,
): Promise<void> {
  await git({ gitDir: scratch.gitDir }, ['init', '--quiet', '--bare', scratch.gitDir]);
  const stream = new FastImport(scratch.gitDir);
  const preImages = new Set(
    series.patches.flatMap((patch) => patch.files.flatMap(({ preBlob }) => (preBlob ? [preBlob] : []))),
  );
  for (const blob of preImages) {
    const content = await readBlob(repo, blob);
    if (content !== null) await stream.blob(content);
  }
  await stream.commit({
    ref: 'refs/heads/base',
    who: 'kvm-matrix <kvm-matrix@localhost>',
    date: 'Thu, 1 Jan 1970 00:00:00 +0000',
    message: 'base',
  });
  for (const [path, { mode, blob }] of await listTree(repo, base, paths))
    await stream.modify(mode, quotePath(path), (await readBlob(repo, blob)) ?? Buffer.alloc(0));
  await stream.close();
  await git(scratch, ['read-tree', 'refs/heads/base']);
}

export async function listIndex(place: GitPlace): Promise<Map<string, IndexEntry>> {
  return parseEntries(await git(place, ['ls-files', '-s', '-z']), /^(\d+) ([0-9a-f]+) \d\t(.*)$/s);
}

/** The bytes of a blob, by its full or abbreviated id; null when the repository has none, or more than one. */
export async function readBlob(place: GitPlace, blob: string): Promise<Buffer | null> {
  const { code, stdoutBytes } = await tryGit(place, ['cat-file', 'blob', blob]);
  return code === 0 ? stdoutBytes : null;
}

async function listTree(repo: Repository, base: string, paths: ReadonlySet<string>): Promise<Map<string, IndexEntry>> {
  return parseEntries(
    await git(repo, ['--literal-pathspecs', 'ls-tree', '-r', '-z', '--full-tree', base, '--', ...paths]),
    /^(\d+) blob ([0-9a-f]+)\t(.*)$/s,
  );
}

function parseEntries(text: string, pattern: RegExp): Map<string, IndexEntry> {
  const matches = text.split('\0').map((line) => pattern.exec(line));
  return new Map(
    matches.flatMap((match) => (match ? [[match[3] ?? '', { mode: match[1] ?? '', blob: match[2] ?? '' }]] : [])),
  );
}
