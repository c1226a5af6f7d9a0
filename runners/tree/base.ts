import type { BaseFacts } from '../../matrix/journal/event.ts';
import { usageFailure } from '../../matrix/failure.ts';
import { baseBlobs, type BlobClaim } from '../../matrix/series/blobs.ts';
import type { Series } from '../../matrix/series/series.ts';
import { readUserTree, tryGit } from './git.ts';
import { resolveCommit, type Repository } from './repository.ts';

/**
 * The commit that the series stands on: `base-commit:` when the tree has it, else `--base`, else the newest commit on
 * which every pre-image blob matches, else the only commit there is.
 */
export async function findBase(repo: Repository, series: Series, asked: string | undefined): Promise<BaseFacts> {
  const named = series.baseCommit;
  if (named !== null && (await resolveCommit(repo, named)) !== null) {
    return {
      commit: named,
      how: `base-commit: of the series${asked === undefined ? '' : `, which the tree has (--base ${asked} not needed)`}`,
    };
  }
  const lacking = named === null ? '' : `; base-commit: ${named.slice(0, 12)} is not in the tree`;
  if (asked !== undefined) return { commit: await resolveAsked(repo, asked), how: `--base ${asked}${lacking}` };
  if (series.patches.length === 0) return { commit: repo.head, how: "the tree's HEAD" };
  const claims = baseBlobs(series);
  const commit = await newestMatch(repo, claims);
  if (commit !== null)
    return { commit, how: `the newest commit on which all ${claims.length} pre-image blobs match${lacking}` };
  if (repo.userTree === null) return { commit: repo.head, how: `the only commit of the imported source${lacking}` };
  throw usageFailure(
    `no base found: no commit of the tree has all the ${claims.length} files that the series changes${lacking}`,
    'fetch the tree that the series is based on, or name a commit with --base',
  );
}

async function resolveAsked(repo: Repository, asked: string): Promise<string> {
  const commit = await resolveCommit(repo, asked);
  if (commit === null)
    throw usageFailure(
      `--base ${asked}: the tree has no such commit`,
      'name a tag, a branch or a commit id of the tree',
    );
  return commit;
}

/** The head is tried first: most series are based on what is checked out. */
async function newestMatch(repo: Repository, claims: readonly BlobClaim[]): Promise<string | null> {
  if (claims.length === 0) return null;
  if (await matches(repo, repo.head, claims)) return repo.head;
  if (repo.userTree === null) return null;
  for (const commit of await candidates(repo.userTree, claims)) if (await matches(repo, commit, claims)) return commit;
  return null;
}

/** Commits that changed one of the files, newest first, from all that the user's refs reach. */
async function candidates(tree: string, claims: readonly BlobClaim[]): Promise<string[]> {
  const paths = claims.slice(0, 50).map(({ path }) => path);
  const { code, stdout } = await readUserTree(tree, ['rev-list', '--all', 'HEAD', '--date-order', '--', ...paths]);
  return code === 0 ? stdout.split('\n').filter(Boolean) : [];
}

async function matches(repo: Repository, commit: string, claims: readonly BlobClaim[]): Promise<boolean> {
  const input = claims.map(({ path }) => `${commit}:${path}\n`).join('');
  const { stdout } = await tryGit(repo, ['cat-file', '--batch-check=%(objectname)'], { input });
  const ids = stdout.trim().split('\n');
  return claims.every(({ blob }, index) => ids[index]?.startsWith(blob) ?? false);
}
