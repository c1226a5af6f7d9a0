import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { confObjects } from '../../matrix/kconfig/conf-objects.ts';
import type { Box, Site } from '../engine/engine.ts';
import { PACKAGE_ROOT, readIfThere, sha256, writeWhole } from '../files.ts';

const CONF = 'scripts/kconfig/conf';
/** Below O=: of which parts our conf was made, and what it is. */
const MARK = 'kvm-matrix.conf';
const SHELLS = 'kbuild/conf-shells.c';

/**
 * What gcc is told for a program of Kconfig's objects, so that the launcher answers what it asks shells. Empty where none
 * stands before compilers: then shells do.
 */
export function shellsArgv({ inside, runners }: Box): string[] {
  if (inside.launcher === null) return [];
  const launcher = `-DLAUNCHER=${JSON.stringify(inside.launcher)}`;
  return [launcher, '-Wl,--wrap=popen,--wrap=pclose', join(runners, SHELLS)];
}

/**
 * Links the tree's own conf once more, with the launcher in place of the hundred shells that it starts each time, and puts
 * it where make has put its own. Kbuild's record stays, and it is newer than its parts: so make takes it for its own until
 * one of them changes. Does nothing where it was done, where no launcher is, or where conf is not what we know; where it
 * cannot be linked the tree's own stays.
 */
export async function linkConf({ build, box }: Site): Promise<void> {
  const objects = confObjects(readIfThere(join(build, 'scripts/kconfig/.conf.cmd')) ?? '');
  if (box.inside.launcher === null || objects === null) return;
  if (![CONF, ...objects].every((path) => existsSync(join(build, path)))) return;
  if (readIfThere(join(build, MARK)) === markOf({ build, box }, objects)) return;
  const fresh = `${CONF}.new`;
  const link = ['gcc', '-w', '-O2', '-o', fresh, ...shellsArgv(box), ...objects];
  const { inside } = box;
  if ((await box.capture(link, { cwd: inside.build })).code !== 0) return;
  if ((await box.capture(['mv', fresh, CONF], { cwd: inside.build })).code !== 0) return;
  writeWhole(join(build, MARK), markOf({ build, box }, objects));
}

/** Another one when make has linked or compiled, or when our part is another. */
function markOf({ build, box }: Pick<Site, 'build' | 'box'>, objects: readonly string[]): string {
  const facts = [CONF, ...objects].map((path) => {
    const { size, mtimeMs } = lstatSync(join(build, path));
    return `${path} ${size} ${mtimeMs}`;
  });
  return sha256(readFileSync(join(PACKAGE_ROOT, 'runners', SHELLS)), box.inside.launcher ?? '', ...facts);
}
