import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { infraFailure } from '../../matrix/failure.ts';
import { makeDir, readIfThere, remove, writeWhole } from '../files.ts';
import { absentPaths, leaveOut } from './absent.ts';
import { git, tryGit } from './git.ts';

/**
 * A work tree of ours that advances patch by patch. Only files that differ are written, so that make sees by their
 * times what changed. It holds no `.git`: scripts/setlocalversion would change the release string for it.
 */
export interface Lane {
  readonly source: string;
  checkout(commit: string): Promise<void>;
}

/** Opens the lane in `dir`, whatever state a crash left it in. `onNote` hears what the user should know of it. */
export async function openLane(gitDir: string, dir: string, onNote: (note: string) => void): Promise<Lane> {
  const source = join(dir, 'linux');
  const place = { gitDir, index: join(dir, 'index'), workTree: source };
  const mark = join(dir, 'commit');
  makeDir(source);
  remove(`${place.index}.lock`);
  let current = existsSync(place.index) ? readIfThere(mark) : null;
  // A crash in the middle of a checkout leaves files that the index does not know.
  if (existsSync(place.index)) await git(place, ['clean', '-ffdxq']);
  // The repository may be another one than the last time; the index still knows what lies here.
  if (current !== null && (await tryGit({ gitDir }, ['cat-file', '-e', `${current}^{tree}`])).code !== 0)
    current = null;
  if (current !== null) await readTree(['--reset', current]);

  async function checkout(commit: string): Promise<void> {
    if (commit === current) return;
    await readTree(current === null ? ['--reset', commit] : ['-m', current, commit]);
    writeWhole(mark, commit);
    current = commit;
  }

  /** A clone may lack objects that nobody needs; the files are left out, and the user is told. */
  async function readTree(args: readonly string[]): Promise<void> {
    const { code, stderr } = await tryGit(place, ['read-tree', '-u', ...args]);
    if (code === 0) return;
    const absent = /unable to read/.test(stderr) ? await absentPaths(gitDir, args.at(-1) ?? '') : [];
    if (absent.length === 0)
      throw infraFailure(
        `the lane could not be checked out: ${stderr.trim().split('\n').at(-1)}`,
        `is there room on the disk? remove ${dir} and go on with --resume`,
      );
    await leaveOut(gitDir, absent);
    onNote(
      `${absent.length} files are not in the repository and are left out: ${absent.slice(0, 2).join(', ')}${absent.length > 2 ? ', …' : ''}`,
    );
    await git(place, ['read-tree', '-u', ...args]);
  }

  return { source, checkout };
}
