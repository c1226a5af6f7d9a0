import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeDir, readIfThere, remove, writeWhole } from '../files.ts';
import { git } from './git.ts';

/**
 * A work tree of ours that advances patch by patch. Only files that differ are written, so that make sees by their
 * times what changed. It holds no `.git`: scripts/setlocalversion would change the release string for it.
 */
export interface Lane {
  readonly source: string;
  checkout(commit: string): Promise<void>;
}

/** Opens the lane in `dir`, whatever state a crash left it in. */
export async function openLane(gitDir: string, dir: string): Promise<Lane> {
  const source = join(dir, 'linux');
  const place = { gitDir, index: join(dir, 'index'), workTree: source };
  const mark = join(dir, 'commit');
  makeDir(source);
  remove(`${place.index}.lock`);
  let current = readIfThere(mark);
  if (existsSync(place.index)) await cleanUp();
  else current = null;

  /** A crash in the middle of a checkout leaves files that the index does not know. */
  async function cleanUp(): Promise<void> {
    await git(place, ['clean', '-ffdxq']);
    if (current !== null) await git(place, ['read-tree', '--reset', '-u', current]);
  }

  async function checkout(commit: string): Promise<void> {
    if (commit === current) return;
    await git(place, current === null ? ['read-tree', '--reset', '-u', commit] : ['read-tree', '-m', '-u', current, commit]);
    writeWhole(mark, commit);
    current = commit;
  }

  return { source, checkout };
}
