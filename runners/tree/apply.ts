import { join } from 'node:path';
import type { PatchFacts } from '../../matrix/event.ts';
import type { Patch, Series } from '../../matrix/series/series.ts';
import { makeDir, readIfThere, remove, sha256, writeWhole } from '../files.ts';
import { git, tryGit, type GitPlace } from './git.ts';
import type { Repository } from './repository.ts';

const COMMITTER = { GIT_COMMITTER_NAME: 'kvm-matrix', GIT_COMMITTER_EMAIL: 'kvm-matrix@localhost' };

/**
 * Commits the series on its base, in our repository, without any work tree. Committer and dates are fixed: the same
 * series on the same base gives the same commit ids. The first patch that does not apply is named with its rejected
 * hunk, and has no commit; those behind it have none either.
 */
export async function applySeries(repo: Repository, series: Series, base: string): Promise<PatchFacts[]> {
  const key = sha256(base, ...series.patches.map((patch) => JSON.stringify(patch))).slice(0, 16);
  const memo = join(repo.gitDir, 'kvm-matrix', `${key}.json`);
  const known = readIfThere(memo);
  if (known !== null) return JSON.parse(known) as PatchFacts[];
  makeDir(join(repo.gitDir, 'kvm-matrix'));
  const place = { gitDir: repo.gitDir, index: join(repo.gitDir, 'kvm-matrix', `${key}.index`) };
  const facts = await applyAll(place, series.patches, base);
  const last = facts.findLast(({ commit }) => commit !== null)?.commit ?? base;
  await git(place, ['update-ref', `refs/kvm-matrix/${key}`, last]);
  remove(place.index);
  writeWhole(memo, JSON.stringify(facts));
  return facts;
}

async function applyAll(place: GitPlace, patches: readonly Patch[], base: string): Promise<PatchFacts[]> {
  await git(place, ['read-tree', base]);
  const facts: PatchFacts[] = [];
  let parent: string | null = base;
  for (const patch of patches) {
    const { position, subject, messageId } = patch;
    const applied: Applied = parent === null ? { ok: false, note: `needs patch ${facts.find(({ commit }) => commit === null)?.position}` } : await applyOne(place, patch);
    const commit: string | null = applied.ok && parent !== null ? await commitPatch(place, patch, parent) : null;
    facts.push({ position, commit, subject, messageId, note: applied.note });
    parent = commit;
  }
  return facts;
}

interface Applied {
  readonly ok: boolean;
  readonly note: string | null;
}

/** To the letter first, then with git's three-way merge where the pre-image blobs are at hand (as `git am -3` does). */
async function applyOne(place: GitPlace, patch: Patch): Promise<Applied> {
  const args = ['apply', '--cached', '--whitespace=nowarn'];
  const strict = await tryGit(place, [...args, '-'], { input: patch.text });
  if (strict.code === 0) return { ok: true, note: null };
  const merged = await tryGit(place, [...args, '--3way', '-'], { input: patch.text });
  if (merged.code === 0) return { ok: true, note: 'applied with a 3-way merge' };
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

async function commitPatch(place: GitPlace, patch: Patch, parent: string): Promise<string> {
  const tree = (await git(place, ['write-tree'])).trim();
  const { name, email, date } = patch.author;
  const env = { ...COMMITTER, GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
  const message = `${patch.subject}\n\n${patch.body.trim()}\n`;
  return (await git(place, ['commit-tree', '-p', parent, tree], { env, input: message })).trim();
}
