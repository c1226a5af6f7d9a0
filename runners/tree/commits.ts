import { join } from 'node:path';
import type { Patch } from '../../matrix/series/series.ts';
import { readIfThere, remove } from '../files.ts';
import { FastImport, quotePath } from './fast-import.ts';
import type { GitPlace } from './git.ts';
import { readBlob, type IndexEntry } from './scratch.ts';

/** A patch as the difference of two indexes of the scratch repository. */
export interface NewCommit {
  readonly patch: Patch;
  readonly scratch: GitPlace;
  readonly before: ReadonlyMap<string, IndexEntry>;
  readonly after: ReadonlyMap<string, IndexEntry>;
}

/** Commits one upon the other in the repository `gitDir`, from `base` on; gives back their ids. */
export async function importCommits(
  gitDir: string,
  ref: string,
  base: string,
  commits: readonly NewCommit[],
): Promise<string[]> {
  if (commits.length === 0) return [];
  const marks = join(gitDir, 'kvm-matrix', 'marks');
  const stream = new FastImport(gitDir, [`--export-marks=${marks}`, '--force']);
  let parent = base;
  for (const [index, { patch, ...change }] of commits.entries()) {
    const { name, email, date } = patch.author;
    const author = `${clean(name)} <${clean(email)}>`;
    await stream.commit({
      ref,
      mark: index + 1,
      author,
      who: 'kvm-matrix <kvm-matrix@localhost>',
      date,
      from: parent,
      message: `${patch.subject}\n\n${patch.body.trim()}\n`,
    });
    await writeChange(stream, change);
    parent = `:${index + 1}`;
  }
  await stream.close();
  const ids = new Map((readIfThere(marks) ?? '').split('\n').map((line) => line.split(' ') as [string, string]));
  remove(marks);
  return commits.map((_, index) => ids.get(`:${index + 1}`) ?? '');
}

async function writeChange(stream: FastImport, { scratch, before, after }: Omit<NewCommit, 'patch'>): Promise<void> {
  for (const path of before.keys()) if (!after.has(path)) await stream.write(`D ${quotePath(path)}\n`);
  for (const [path, { mode, blob }] of after) {
    const old = before.get(path);
    if (old?.blob === blob && old.mode === mode) continue;
    await stream.modify(mode, quotePath(path), (await readBlob(scratch, blob)) ?? Buffer.alloc(0));
  }
}

/** What would end the field in a fast-import stream. */
function clean(text: string): string {
  return text.replaceAll(/[<>\n\0]/g, '').trim();
}
