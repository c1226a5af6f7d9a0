import { join } from 'node:path';
import PQueue from 'p-queue';
import type { Place } from '../engine/engine.ts';
import { forgetBuild } from '../kbuild/origin.ts';
import { readIfThere, writeWhole } from '../files.ts';
import type { CellWork } from './context.ts';

/*
 * A build can leave anything where it may write: in its O=, and in the store of objects. So a box takes from either only
 * what was made with patches that its own cell has, too. What the base made is for all, and no patch can write there.
 * On the machine itself a build could write anywhere, and nothing of this would help.
 */

/** Beside a directory: the commits of all patches with which something was built in it. */
function markOf(dir: string): string {
  return `${dir}.patches`;
}

/** Where the launcher keeps things for this cell: the base has a store of its own, each arch one for its patches. */
export function storesOf({ context, row, column }: CellWork): Pick<Place, 'store' | 'below'> & { store: string } {
  if (!context.engine.contains || row === 0) return { store: context.store, below: null };
  return { store: join(context.store, '..', `store-${column.arch}`), below: context.store };
}

/** Whether nothing was built in `dir` with a patch that the cell does not have. */
export function isTrusted(work: CellWork, dir: string): boolean {
  const own = patchesOf(work);
  return !work.context.engine.contains || seenBy(dir).every((commit) => own.includes(commit));
}

/** Columns of an arch share a store, and come to it side by side. */
const line = new PQueue({ concurrency: 1 });

/** Empties `dir` if it is not to be trusted, and notes that it is now built in with the cell's patches. */
export async function keepTrusted(work: CellWork, dir: string): Promise<void> {
  if (work.context.engine.contains) await line.add(() => lookThrough(work, dir));
}

async function lookThrough(work: CellWork, dir: string): Promise<void> {
  if (!isTrusted(work, dir)) {
    work.context.onNote(`${work.id}: begins anew, for other patches were built in ${dir}`);
    await forgetBuild(dir);
  }
  const own = JSON.stringify(patchesOf(work));
  if (JSON.stringify(seenBy(dir)) !== own) writeWhole(markOf(dir), own);
}

function seenBy(dir: string): string[] {
  return JSON.parse(readIfThere(markOf(dir)) ?? '[]') as string[];
}

/** The commits of the patches up to the cell's row. */
function patchesOf({ context, row }: CellWork): string[] {
  return context.patches.slice(0, row).flatMap(({ commit }) => (commit === null ? [] : [commit]));
}
