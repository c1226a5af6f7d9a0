import { join } from 'node:path';
import type { Change } from '../../matrix/proof/change.ts';
import { isKnownFixdep, sameWords, type Doubts } from '../../matrix/replay/doubts.ts';
import { readIfThere, sha256 } from '../files.ts';
import type { Made, Unread } from '../kbuild/made.ts';
import { readsSoFar } from '../kbuild/read-set.ts';
import type { AlikeFiles } from './alike-files.ts';
import type { BuildJob } from './build-job.ts';

/** Beside fixdep itself. */
const FIXDEP = 'scripts/basic/fixdep.c';

/**
 * Of which files records may say something else than fixdep would say now: those of the tree that changed since O= was
 * made and name other symbols, or not certainly the same, and those that nobody read anew when they did. What no record
 * names is left out: whoever reads it from now on has another list of files. `isKnown`: whether what the digest is of does
 * only what we know of.
 */
export async function doubtsOf(
  job: BuildJob,
  made: Made,
  changes: readonly Change[],
  isKnown = isKnownFixdep,
): Promise<Doubts> {
  const { source, build } = job.place;
  const reads = readsSoFar(source, build);
  if (reads === null || !isKnown(sha256(readIfThere(join(source, FIXDEP)) ?? ''))) return null;
  const doubts = made.unread.map(({ path }) => path);
  for (const change of changes)
    if (reads.files.has(change.path) && !(await namesTheSame(job, made, change))) doubts.push(change.path);
  return doubts;
}

async function namesTheSame({ differences, inputs }: BuildJob, made: Made, { path, how }: Change): Promise<boolean> {
  if (how !== 'modified') return false;
  const before = await differences.text(made.tree, path);
  const after = await differences.text(inputs.tree, path);
  return before !== null && after !== null && sameWords(before, after);
}

/** Of the files that said the same and were read anew by nobody, those of which a record may say what fixdep would not. */
export function unreadOf(alike: AlikeFiles, doubts: Doubts): Unread[] {
  const files = Array.from(alike, ([path, { named }]) => ({ path, symbols: named }));
  return files.filter(({ path, symbols }) => symbols.length > 0 || doubts === null || doubts.includes(path));
}
