import { join } from 'node:path';
import type { EngineFacts } from '../../matrix/event.ts';
import { Failure, infraFailure } from '../../matrix/failure.ts';
import type { EngineWish } from '../../matrix/file/engines.ts';
import { makeDir } from '../files.ts';
import { runVersion } from '../doctor/version.ts';
import { capture } from '../process.ts';
import { openBoxes } from './boxes.ts';
import { boxUid, WardenBox, type Driver } from './boxed.ts';
import { bubblewrapDriver, type BubblewrapOptions } from './bubblewrap.ts';
import { ask, containersDriver, ownStore, imageDigest, type Cli, type Owner } from './containers.ts';
import type { Engine, Limits } from './engine.ts';
import { buildGear, type Gear } from './gear.ts';
import { hostEngine } from './host.ts';
import { emptyRoot, unpackedRoot } from './image/bootstrap.ts';
import { imageName, toolchainRecipe } from './image/recipe.ts';
import { ensureToolchain, findToolchain, type Image } from './image/toolchain.ts';
import { importEmpty } from './image/empty.ts';

type Contained = Exclude<EngineFacts['name'], 'none'>;

/** In the order in which they are tried. */
export const CONTAINED: readonly Contained[] = ['podman', 'docker', 'bubblewrap'];

export interface EngineWishes {
  readonly engine: EngineWish;
  /** The user's own image for all that has none of its own; null: our toolchain. */
  readonly image: string | null;
  readonly limits: Limits;
  readonly owner: Owner;
  /** Below the output directory; for our programs. */
  readonly dir: string;
  /** The FIFO of the jobserver; null where none is wanted. */
  readonly jobserver: string | null;
  /** The launcher of the machine itself, for `none`. */
  readonly launcher: () => Promise<string | null>;
  readonly onNote: (note: string) => void;
  /** Stops what takes minutes: the making of an image. */
  readonly signal?: AbortSignal;
}

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
  const refused: string[] = [];
  for (const name of CONTAINED) {
    try {
      return await openContained(name, wishes);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      refused.push(`${name}: ${error.message}`);
    }
  }
  for (const sentence of refused) wishes.onNote(sentence);
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

/** podman as it is, or with the other runtime: crun wants other control groups than runc. */
async function variantsOf(name: 'podman' | 'docker'): Promise<readonly Cli[]> {
  const plain: Cli = { name, argv: [name] };
  if (name === 'docker') return [plain];
  const runtimes = [[], ['--runtime', 'runc'], ['--runtime', 'crun']];
  // Without root some choose vfs by themselves, which copies an image for every container: 10 s where overlay takes 0.3.
  const copies = (await ask(plain, 'info', '--format', '{{.Store.GraphDriverName}}')) === 'vfs';
  const stores = copies ? [ownStore(), []] : [[]];
  return stores.flatMap((store) => runtimes.map((runtime) => ({ name, argv: [name, ...store, ...runtime] })));
}

async function openContainers(name: 'podman' | 'docker', wishes: EngineWishes, gear: Gear): Promise<Driver> {
  const { onNote, owner, jobserver } = wishes;
  const cli = await workingCli(name, wishes, gear);
  const image = await imageOf(cli, wishes);
  const driver = containersDriver({ ...(await factsOf(cli)), image, owner, bin: gear.bin, jobserver });
  if (wishes.image !== null) await proveRuns(driver, wishes);
  onNote(`builds run in ${name} ${driver.facts.version}, image ${image.name}`);
  return driver;
}

async function imageOf(cli: Cli, wishes: EngineWishes): Promise<Image> {
  const { image } = wishes;
  if (image === null) return ensureToolchain(cli, toolchainRecipe(), wishes);
  const digest = (): Promise<string | null> => imageDigest(cli, image);
  const found = (await digest()) ?? ((await ask(cli, 'pull', '--quiet', image)) === null ? null : await digest());
  if (found === null) throw infraFailure(`${cli.name} has no image ${image}, and cannot pull it`, 'is its name right?');
  return { name: image, digest: found };
}

/** The first way of calling the engine in which a box comes to life: what an engine says of itself is no proof. */
async function workingCli(name: 'podman' | 'docker', wishes: Trying, gear: Gear): Promise<Cli> {
  if ((await runVersion(name)) === null) throw infraFailure(`${name} is not installed`, 'run `kvm-matrix setup`');
  let refused: unknown = null;
  for (const cli of await variantsOf(name)) {
    try {
      const image = await importEmpty(cli, await emptyRoot(wishes.dir));
      const { owner } = wishes;
      const driver = containersDriver({ ...(await factsOf(cli)), image, owner, bin: gear.bin, jobserver: null });
      await proveRuns(driver, wishes);
      return cli;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      refused ??= error;
    }
  }
  throw refused;
}

async function factsOf(cli: Cli): Promise<{ cli: Cli; version: string; counts: boolean }> {
  const version = await ask(cli, 'version', '--format', '{{.Client.Version}}');
  if (version === null) throw infraFailure(`${cli.name} does not answer`, 'does its daemon run?');
  // Without root podman has control groups only in version 2.
  const isRoot = process.getuid?.() === 0 || cli.name === 'docker';
  const groups = isRoot ? 'v2' : await ask(cli, 'info', '--format', '{{.Host.CgroupsVersion}}');
  return { cli, version, counts: groups === 'v2' };
}

/** Has the engine run a box over an empty root, and says what it is. Throws a Failure with why it does not work. */
export async function tryEngine(
  name: Contained,
  { dir, limits }: Pick<EngineWishes, 'dir' | 'limits'>,
): Promise<string> {
  const owner = { out: 'doctor', dir, run: 'doctor' };
  const wishes = { dir, limits, owner };
  const gear = await buildGear(dir, () => undefined);
  if (name === 'bubblewrap') {
    const common = await bubblewrapHere(wishes, gear);
    return `${common.version}: a box runs`;
  }
  const cli = await workingCli(name, wishes, gear);
  const { version } = await factsOf(cli);
  const image = await findToolchain(cli, toolchainRecipe());
  return `${version}: a box runs; its toolchain image ${image === null ? 'is made by `setup` or the first run' : `is ${image.name}`}`;
}

type Trying = Pick<EngineWishes, 'dir' | 'limits' | 'owner'>;

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

async function openBubblewrap(wishes: EngineWishes, gear: Gear): Promise<Driver> {
  const { onNote } = wishes;
  const common = await bubblewrapHere(wishes, gear);
  const recipe = toolchainRecipe();
  const image =
    wishes.image === null
      ? await unpackedRoot(recipe, wishes).then(({ digest, root }) => ({
          name: imageName(recipe),
          digest: `sha256:${digest}`,
          root,
        }))
      : { name: wishes.image, digest: `directory:${wishes.image}`, root: wishes.image };
  onNote(`builds run in bubblewrap ${common.version}, root ${image.name}`);
  return bubblewrapDriver({ ...common, image, jobserver: wishes.jobserver });
}

/** Runs something in a box: the warden once more, which says that it is not process 1 and ends with 2. */
async function proveRuns(driver: Driver, { dir, limits }: Pick<EngineWishes, 'dir' | 'limits'>): Promise<void> {
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
    const { code } = await box.capture(['/kvm-matrix/bin/warden']);
    if (code !== 2)
      throw infraFailure(`a box of ${driver.facts.name} runs nothing (uid ${boxUid()})`, 'see `kvm-matrix doctor`');
  } finally {
    await box.close();
  }
}
