import { existsSync } from 'node:fs';
import { infraFailure } from '../../matrix/failure.ts';
import { runVersion } from '../doctor/version.ts';
import { capture } from '../process.ts';
import { bubblewrapDriver, type BubblewrapOptions } from './bubblewrap.ts';
import type { Driver } from './driver.ts';
import type { Gear } from './gear.ts';
import { emptyRoot, unpackedRoot } from './image/bootstrap.ts';
import { imageName, toolchainRecipe } from './image/recipe.ts';
import { proveRuns } from './prove.ts';
import type { EngineWishes, Trying } from './wishes.ts';

/** bubblewrap with a root to build in. Throws a Failure where it does not work or there is none. */
export async function openBubblewrap(wishes: EngineWishes, gear: Gear): Promise<Driver> {
  const common = await bubblewrapHere(wishes, gear);
  const image = wishes.image === null ? await ownRoot(wishes) : rootOf(wishes.image);
  wishes.onNote(`builds run in bubblewrap ${common.version}, root ${image.name}`);
  return bubblewrapDriver({ ...common, image, jobserver: wishes.jobserver });
}

type Root = NonNullable<BubblewrapOptions['image']>;

async function ownRoot(wishes: EngineWishes): Promise<Root> {
  const recipe = toolchainRecipe();
  const { digest, root } = await unpackedRoot(recipe, wishes);
  return { name: imageName(recipe), digest: `sha256:${digest}`, root };
}

/** A directory of the user's: what is in it we do not know. */
function rootOf(dir: string): Root {
  if (!existsSync(dir)) throw infraFailure(`bubblewrap builds in a directory, and ${dir} is none`, 'unpack the image');
  return { name: dir, digest: `directory:${dir}`, root: dir };
}

/** Has it run a box over an empty root, and says what it is. Throws a Failure with why it does not work. */
export async function tryBubblewrap(wishes: Trying, gear: Gear): Promise<string> {
  const { version } = await bubblewrapHere(wishes, gear);
  return `${version}: a box runs`;
}

/** What bubblewrap is here; a Failure where no box comes to life in it. */
async function bubblewrapHere(
  wishes: Trying,
  { bin }: Gear,
): Promise<Pick<BubblewrapOptions, 'version' | 'owner' | 'bin' | 'forbidsUserns'>> {
  const version = await runVersion('bwrap');
  if (version === null) throw infraFailure('bubblewrap is not installed', 'run `kvm-matrix setup`');
  const help = (await capture(['bwrap', '--help'])).stdout;
  const forbidsUserns = help.includes('--disable-userns');
  const common = { version: version.replace(/^\D+/, ''), owner: wishes.owner, bin, forbidsUserns };
  const empty = { name: 'empty', digest: 'empty', root: await emptyRoot(wishes.dir) };
  await proveRuns(bubblewrapDriver({ ...common, image: empty, jobserver: null }), wishes);
  return common;
}
