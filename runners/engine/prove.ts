import { join } from 'node:path';
import { infraFailure } from '../../matrix/failure.ts';
import { makeDir } from '../files.ts';
import { WardenBox } from './boxed.ts';
import { boxUid, type Driver } from './driver.ts';
import { INSIDE } from './engine.ts';
import type { Trying } from './wishes.ts';

/** Runs something in a box: the warden once more, which says that it is not process 1 and ends with 2. */
export async function proveRuns(driver: Driver, { dir, limits }: Pick<Trying, 'dir' | 'limits'>): Promise<void> {
  const build = join(dir, 'proof');
  makeDir(build);
  const place = { name: 'proof', source: build, build, store: null, below: null, image: null };
  const settings = {
    driver,
    limits,
    hasLauncher: false,
    jobserver: null,
    onNote: () => undefined,
    onCpu: () => undefined,
  };
  const box = new WardenBox(place, settings);
  try {
    const { code } = await box.capture([`${INSIDE.bin}/warden`]);
    if (code !== 2)
      throw infraFailure(`a box of ${driver.facts.name} runs nothing (uid ${boxUid()})`, 'see `kvm-matrix doctor`');
  } finally {
    await box.close();
  }
}
