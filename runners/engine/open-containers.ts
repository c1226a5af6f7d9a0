import { Failure, infraFailure } from '../../matrix/failure.ts';
import { runVersion } from '../doctor/version.ts';
import { ask, containersDriver, imageDigest, ownStore, type Cli } from './containers.ts';
import type { Driver } from './driver.ts';
import type { Gear } from './gear.ts';
import { emptyRoot } from './image/bootstrap.ts';
import { importEmpty } from './image/empty.ts';
import { toolchainRecipe } from './image/recipe.ts';
import { ensureToolchain, findToolchain, type Image } from './image/toolchain.ts';
import { proveRuns } from './prove.ts';
import type { EngineWishes, Trying } from './wishes.ts';

/** podman or docker with an image to build in. Throws a Failure where it does not work or has none. */
export async function openContainers(name: 'podman' | 'docker', wishes: EngineWishes, gear: Gear): Promise<Driver> {
  const { onNote, owner, jobserver } = wishes;
  const cli = await workingCli(name, wishes, gear);
  const image = await imageOf(cli, wishes);
  const driver = containersDriver({ ...(await factsOf(cli)), image, owner, bin: gear.bin, jobserver });
  if (wishes.image !== null) await proveRuns(driver, wishes);
  onNote(`builds run in ${name} ${driver.facts.version}, image ${image.name}`);
  return driver;
}

/** Has it run a box over an empty root, and says what it is. Throws a Failure with why it does not work. */
export async function tryContainers(name: 'podman' | 'docker', wishes: Trying, gear: Gear): Promise<string> {
  const cli = await workingCli(name, wishes, gear);
  const { version } = await factsOf(cli);
  const image = await findToolchain(cli, toolchainRecipe());
  return `${version}: a box runs; its toolchain image ${image === null ? 'is made by `setup` or the first run' : `is ${image.name}`}`;
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
