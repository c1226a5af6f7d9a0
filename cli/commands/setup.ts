import { EXIT, infraFailure, type ExitCode } from '../../matrix/failure.ts';
import type { EngineWish } from '../../matrix/file/engines.ts';
import { enginePackages, prepareEngine } from '../../runners/doctor/engines.ts';
import { examine, examineNeeds, type Check } from '../../runners/doctor/examine.ts';
import { hasApt, hasKernelSource, installPackages, newestKernelSource } from '../../runners/doctor/install.ts';
import { chosenArches, readMatrixFile } from '../../runners/prepare.ts';

export interface SetupFlags {
  readonly matrix?: string;
  readonly columns?: readonly string[];
  readonly engine?: EngineWish;
  readonly kernelSource?: boolean;
  readonly yes?: boolean;
}

/** `kvm-matrix setup`: installs what doctor misses. Does nothing, and asks nothing, where nothing is missing. */
export async function setup(flags: SetupFlags): Promise<ExitCode> {
  const engine = flags.engine ?? readMatrixFile(flags.matrix).containers.engine;
  const arches = chosenArches(flags.matrix, flags.columns);
  const first = [
    ...(await examine(arches, { contained: engine !== 'none' })),
    ...(await examineNeeds(enginePackages(engine))),
  ];
  await install(packagesOf(first), flags);
  const contained = await prepareEngine(engine, (note) => void process.stderr.write(`${note}\n`));
  // Where nothing contains builds they need the compilers of this machine.
  await install(packagesOf(await examine(arches, { contained })), flags);
  if (flags.kernelSource) await installSource(flags);
  const still = (await examine(arches, { contained })).filter(({ state }) => state === 'missing');
  if (still.length > 0)
    throw infraFailure(
      `still missing: ${still.map(({ name, detail }) => `${name} (${detail})`).join(', ')}`,
      'this distribution does not bring them under the names we know',
    );
  process.stderr.write('everything is there\n');
  return EXIT.clean;
}

function packagesOf(checks: readonly Check[]): string[] {
  return [...new Set(checks.filter(({ state }) => state !== 'ok').flatMap((check) => check.packages))];
}

async function install(packages: readonly string[], flags: SetupFlags): Promise<void> {
  if (packages.length === 0) return;
  if (!hasApt())
    throw infraFailure(
      `this is neither Debian nor Ubuntu; missing are: ${packages.join(' ')}`,
      "install them with your distribution's own names",
    );
  await installPackages(packages, { yes: flags.yes ?? false });
}

async function installSource(flags: SetupFlags): Promise<void> {
  if (hasKernelSource()) return;
  const source = await newestKernelSource(flags.yes ?? false);
  if (source === null)
    throw infraFailure(
      'no linux-source package is known to apt',
      'run `apt-get update`, or use a kernel tree of your own',
    );
  await install([source], flags);
}
