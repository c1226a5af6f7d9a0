import { existsSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { usageFailure } from '../../matrix/failure.ts';
import { makeDir, sha256, writeWhole } from '../files.ts';
import { git, readUserTree, tryGit } from './git.ts';
import { importSource } from './import.ts';

/** A repository of ours that has every object of the user's tree. Nothing is ever written to theirs. */
export interface Repository {
  readonly gitDir: string;
  /** What is checked out in the user's tree, or the only commit of an import. */
  readonly head: string;
  /** The user's own git tree, to resolve their names in; null for an import. */
  readonly userTree: string | null;
}

/** Opens `tree`: a git tree (borrowed through alternates), a plain directory or a tarball (imported once). */
export async function openRepository(tree: string, reposDir: string): Promise<Repository> {
  if (!existsSync(tree))
    throw usageFailure(
      `--tree ${tree}: there is no such file or directory`,
      'give a kernel git tree, an unpacked kernel source, or a tarball of one',
    );
  const path = realpathSync(tree);
  makeDir(reposDir);
  if (await isGitTree(path)) return borrow(path, reposDir);
  if (statSync(path).isDirectory() && !existsSync(join(path, 'Kconfig'))) {
    throw usageFailure(
      `--tree ${tree} is no kernel source: it has neither .git nor Kconfig`,
      'give the top directory of the kernel',
    );
  }
  const { gitDir, commit } = await importSource(path, reposDir);
  return { gitDir, head: commit, userTree: null };
}

/** The full id of a commit that the user names in their own words (`v6.6`, `HEAD~3`); null if there is none. */
export async function resolveCommit(repo: Repository, name: string): Promise<string | null> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`];
  const { code, stdout } = repo.userTree === null ? await tryGit(repo, args) : await readUserTree(repo.userTree, args);
  return code === 0 ? stdout.trim() : null;
}

async function isGitTree(path: string): Promise<boolean> {
  if (!statSync(path).isDirectory()) return false;
  const { code, stdout } = await readUserTree(path, ['rev-parse', '--is-bare-repository', '--show-cdup']);
  const [bare, up] = stdout.split('\n');
  // A plain source inside somebody's repository is not that repository.
  return code === 0 && (bare === 'true' || up === '');
}

async function borrow(path: string, reposDir: string): Promise<Repository> {
  const gitDir = join(reposDir, `borrow-${sha256(path).slice(0, 16)}.git`);
  const objects = (
    await readUserTree(path, ['rev-parse', '--path-format=absolute', '--git-path', 'objects'])
  ).stdout.trim();
  await git({ gitDir }, ['init', '--quiet', '--bare', gitDir]);
  writeWhole(join(gitDir, 'objects/info/alternates'), `${objects}\n`);
  const head = (await readUserTree(path, ['rev-parse', '--verify', 'HEAD'])).stdout.trim();
  return { gitDir, head, userTree: path };
}
