import { join } from 'node:path';
import { infraFailure } from '../../matrix/failure.ts';
import { launcherAt } from '../kbuild/launcher.ts';
import { buildOwn } from '../kbuild/own-program.ts';
import { PACKAGE_ROOT } from '../files.ts';

/** Our programs in a box, in a directory that is mounted there. */
export interface Gear {
  readonly bin: string;
  /** Whether there is a launcher beside the warden. */
  readonly hasLauncher: boolean;
}

/** Static: an image may have another C library than this machine, or none. */
const FLAGS = ['-static'];

/** Builds warden and launcher into `dir`. Throws a Failure without a warden; without a launcher the user is told. */
export async function buildGear(dir: string, onNote: (note: string) => void): Promise<Gear> {
  const bin = join(dir, 'bin');
  const sources = join(PACKAGE_ROOT, 'runners/engine/warden');
  // It is process 1 of a box and nothing else, and says so.
  const check = { args: ['nowhere'], code: 2 };
  const noWarden = await buildOwn({ sources, program: join(bin, 'warden'), flags: FLAGS, check });
  if (noWarden !== null)
    throw infraFailure(
      `the warden of boxes could not be built: ${noWarden}`,
      'is the static C library there (libc6-dev)?',
    );
  const noLauncher = await buildOwn({ ...launcherAt(join(bin, 'compile-once')), flags: FLAGS });
  if (noLauncher !== null) onNote(`every object is compiled anew: ${noLauncher}`);
  return { bin, hasLauncher: noLauncher === null };
}
