import { Failure } from '../../matrix/failure.ts';
import { openBoxes } from './boxes.ts';
import type { Engine } from './engine.ts';
import { buildGear } from './gear.ts';
import { hostEngine } from './host.ts';
import { openBubblewrap, tryBubblewrap } from './open-bubblewrap.ts';
import { openContainers, tryContainers } from './open-containers.ts';
import type { Contained, EngineWishes, Trying } from './wishes.ts';

/** In the order in which they are tried. */
export const CONTAINED: readonly Contained[] = ['podman', 'docker', 'bubblewrap'];

/** What `none` gives up. */
export const GIVES_UP =
  'builds run without containment: what a patch makes a build do has your rights, and the compilers are those of this machine';

/**
 * The engine that the user named, or the first that really runs a box. Throws a Failure where the named one does not
 * work, or its image cannot be made.
 */
export async function chooseEngine(wishes: EngineWishes): Promise<Engine> {
  if (wishes.engine === 'none') return hostEngine(await wishes.launcher());
  if (wishes.engine !== 'auto') return openContained(wishes.engine, wishes);
  const refused: Failure[] = [];
  for (const name of CONTAINED) {
    try {
      return await openContained(name, wishes);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      wishes.onNote(`${name}: ${error.message}`);
      refused.push(error);
    }
  }
  // Who names an image does not want to build with anything else.
  if (wishes.image !== null && refused[0]) throw refused[0];
  wishes.onNote(`no engine works here, so ${GIVES_UP}`);
  return hostEngine(await wishes.launcher());
}

async function openContained(name: Contained, wishes: EngineWishes): Promise<Engine> {
  const gear = await buildGear(wishes.dir, wishes.onNote);
  const driver = name === 'bubblewrap' ? await openBubblewrap(wishes, gear) : await openContainers(name, wishes, gear);
  await driver.sweep();
  const { limits, jobserver, onNote } = wishes;
  return openBoxes({ driver, limits, jobserver, onNote, hasLauncher: gear.hasLauncher });
}

/** Has the engine run a box, and says what it is; makes no image. Throws a Failure with why it does not work. */
export async function tryEngine(name: Contained, wishes: Omit<Trying, 'owner'>): Promise<string> {
  const trying = { ...wishes, owner: { out: 'doctor', dir: wishes.dir, run: 'doctor' } };
  const gear = await buildGear(wishes.dir, () => undefined);
  return name === 'bubblewrap' ? tryBubblewrap(trying, gear) : tryContainers(name, trying, gear);
}
