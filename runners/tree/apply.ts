import { join } from 'node:path';
import type { PatchFacts } from '../../matrix/journal/event.ts';
import { touchedPaths } from '../../matrix/plan/fingerprint.ts';
import type { Patch, Series } from '../../matrix/series/series.ts';
import { makeDir, readIfThere, remove, sha256, writeWhole } from '../files.ts';
import { importCommits, type NewCommit } from './commits.ts';
import { git, tryGit, type GitPlace } from './git.ts';
import type { Repository } from './repository.ts';
import { listIndex, seedScratch } from './scratch.ts';

/**
 * Commits the series on its base, in our repository, without any work tree. Committer and dates are fixed: the same
 * series on the same base gives the same commit ids. The first patch that does not apply is named with its rejected
 * hunk, and has no commit; those behind it have none either.
 */
export async function applySeries(repo: Repository, series: Series, base: string): Promise<PatchFacts[]> {
  if (series.patches.length === 0) return [];
  const key = sha256(base, ...series.patches.map((patch) => JSON.stringify(patch))).slice(0, 16);
  const dir = join(repo.gitDir, 'kvm-matrix');
  const memo = join(dir, `${key}.json`);
  const known = readIfThere(memo);
  if (known !== null) return JSON.parse(known) as PatchFacts[];
  makeDir(dir);
  const scratch = { gitDir: join(dir, `${key}.git`), index: join(dir, `${key}.index`) };
  remove(scratch.gitDir);
  await seedScratch(repo, scratch, base, series, touchedPaths(series));
  const applied = await applyAll(scratch, series.patches);
  const commits = applied.flatMap(({ commit }) => (commit ? [commit] : []));
  const ids = await importCommits(repo.gitDir, `refs/kvm-matrix/${key}`, base, commits);
  const facts = applied.map(({ patch, note }, index) => toFacts(patch, ids[index] ?? null, note));
  remove(scratch.gitDir);
  remove(scratch.index);
  writeWhole(memo, JSON.stringify(facts));
  return facts;
}

function toFacts({ position, subject, messageId }: Patch, commit: string | null, note: string | null): PatchFacts {
  return { position, commit, subject, messageId, note };
}

interface Applied {
  readonly patch: Patch;
  /** Null when it does not apply, or needs one that does not. */
  readonly commit: NewCommit | null;
  readonly note: string | null;
}

async function applyAll(scratch: GitPlace, patches: readonly Patch[]): Promise<Applied[]> {
  const done: Applied[] = [];
  let before = await listIndex(scratch);
  for (const patch of patches) {
    const broken = done.find(({ commit }) => commit === null)?.patch.position;
    const { ok, note } =
      broken === undefined ? await applyOne(scratch, patch) : { ok: false, note: `needs patch ${broken}` };
    const after = ok ? await listIndex(scratch) : before;
    done.push({ patch, note, commit: ok ? { patch, scratch, before, after } : null });
    before = after;
  }
  return done;
}

/** To the letter first, then with git's three-way merge where the pre-image blobs are at hand (as `git am -3` does). */
async function applyOne(scratch: GitPlace, patch: Patch): Promise<{ ok: boolean; note: string | null }> {
  const args = ['apply', '--cached', '--whitespace=nowarn'];
  const strict = await tryGit(scratch, [...args, '-'], { input: patch.text });
  if (strict.code === 0) return { ok: true, note: null };
  const tree = (await git(scratch, ['write-tree'])).trim();
  const merged = await tryGit(scratch, [...args, '--3way', '-'], { input: patch.text });
  if (merged.code === 0) return { ok: true, note: 'applied with a 3-way merge' };
  await git(scratch, ['read-tree', tree]);
  return { ok: false, note: `does not apply: ${describeRejection(strict.stderr, patch)}` };
}

/** git says `error: patch failed: FILE:LINE`; the hunk that begins there is the rejected one. */
function describeRejection(stderr: string, patch: Patch): string {
  const failed = /^error: patch failed: (.+):(\d+)$/m.exec(stderr);
  if (!failed) return /^error: (.*)$/m.exec(stderr)?.[1] ?? 'git apply refused it without a reason';
  const file = patch.files.find(({ oldPath, newPath }) => oldPath === failed[1] || newPath === failed[1]);
  const hunk = file?.hunks.find(({ oldStart }) => oldStart === Number(failed[2]));
  return `${failed[1]}:${failed[2]} rejects\n${hunk?.text ?? 'this hunk'}`;
}
