import { EXIT, infraFailure, type ExitCode } from '../../matrix/failure.ts';
import { examine } from '../../runners/doctor/examine.ts';
import { hasApt, hasKernelSource, installPackages, newestKernelSource } from '../../runners/doctor/install.ts';
import { chosenArches } from '../../runners/prepare.ts';

export interface SetupFlags {
  readonly matrix?: string;
  readonly columns?: readonly string[];
  readonly kernelSource?: boolean;
  readonly yes?: boolean;
}

/** `kvm-matrix setup`: installs what doctor misses. Does nothing, and asks nothing, where nothing is missing. */
export async function setup(flags: SetupFlags): Promise<ExitCode> {
  const lacking = (await examine(chosenArches(flags.matrix, flags.columns))).filter(({ state }) => state !== 'ok');
  const packages = [...new Set(lacking.flatMap((check) => check.packages))];
  await install(packages, flags);
  if (flags.kernelSource) await installSource(flags);
  const still = (await examine(chosenArches(flags.matrix, flags.columns))).filter(({ state }) => state === 'missing');
  if (still.length > 0)
    throw infraFailure(
      `still missing: ${still.map(({ name, detail }) => `${name} (${detail})`).join(', ')}`,
      'this distribution does not bring them under the names we know',
    );
  process.stderr.write('everything is there\n');
  return EXIT.clean;
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
