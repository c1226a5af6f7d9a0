import { existsSync, statSync } from 'node:fs';
import { readIfThere, writeWhole } from '../files.ts';
import { output } from '../process.ts';

/*
 * make goes by times. A file of one work tree may be older than an object that was made of another text in another work
 * tree, and in a box all work trees have the same name: make would take that object for up to date.
 */

/** Beside O=: the work tree that it was built from. */
function markOf(build: string): string {
  return `${build}.lane`;
}

/** Whether what `build` holds was built from the work tree `source`; true for none as well. */
export function isFrom(build: string, source: string): boolean {
  return !existsSync(build) || readIfThere(markOf(build)) === source;
}

/** Notes that `build` is now built from `source`; what came from another work tree goes. True if something did. */
export async function keepOrigin(build: string, source: string): Promise<boolean> {
  const isKept = isFrom(build, source);
  if (!isKept) await forgetBuild(build);
  if (readIfThere(markOf(build)) !== source) writeWhole(markOf(build), source);
  return !isKept;
}

/** In ms: of the clocks of file systems. */
const TICK = 20;

/** Whether the last build in `build` ended at a time that is still to come: the clock went back, and to make all is new. */
export function isOfFuture(build: string): boolean {
  const ended = statSync(`${build}.warnings.json`, { throwIfNoEntry: false });
  return ended !== undefined && ended.mtimeMs > Date.now() + TICK;
}

/** All that is remembered of O=, beside it. */
export function memoriesOf(build: string): string[] {
  return ['warnings.json', 'reads.json', 'names', 'tree', 'made.json', 'underway'].map((name) => `${build}.${name}`);
}

/** Takes O= away, and all that is remembered of it. */
export async function forgetBuild(build: string): Promise<void> {
  await output(['rm', '-rf', build, ...memoriesOf(build)]);
}
