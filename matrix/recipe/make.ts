import type { Column } from '../column.ts';
import type { Resolved } from '../kconfig/kconfig.ts';
import { ENVIRONMENT, REPLAY_DIR } from '../replay/scripts.ts';

/** Where and how one column builds. Absolute paths. */
export interface BuildPlace {
  readonly source: string;
  readonly build: string;
  /** A program to put before the compiler; it changes the time a build takes and nothing else. */
  readonly launcher: string | null;
}

/**
 * Everything that would make two builds of one tree differ, pinned. Source: Documentation/kbuild/reproducible-builds.rst.
 * An empty LOCALVERSION keeps scripts/setlocalversion from adding a "+" (it looks for git around the tree).
 */
export const BUILD_ENV: Readonly<Record<string, string>> = {
  KBUILD_BUILD_USER: 'kvm-matrix',
  KBUILD_BUILD_HOST: 'kvm-matrix',
  KBUILD_BUILD_TIMESTAMP: 'Thu Jan  1 00:00:00 UTC 1970',
  KBUILD_BUILD_VERSION: '1',
  LC_ALL: 'C',
};

/** The directory below arch/ for a make ARCH. Source: SRCARCH in the top Makefile. */
export function srcArch({ row: { make } }: Column): string {
  const named: Readonly<Record<string, string>> = { x86_64: 'x86', i386: 'x86', sparc32: 'sparc', sparc64: 'sparc' };
  return named[make.ARCH] ?? make.ARCH;
}

function makeArgv(column: Column, { source, build, launcher }: BuildPlace): string[] {
  const { make, toolchain } = column.row;
  const compiler = launcher === null ? [] : [`CC=${compilerCommand(column, { launcher })}`];
  return [
    'make',
    '-C',
    source,
    `O=${build}`,
    `ARCH=${make.ARCH}`,
    `CROSS_COMPILE=${toolchain.prefix}`,
    ...(toolchain.llvm ? ['LLVM=1'] : []),
    ...compiler,
    'LOCALVERSION=',
  ];
}

/** The configuration targets, in order. The requests lie in `requestsFile`, for KCONFIG_ALLCONFIG or appended to .config. */
export function configureArgvs(column: Column, place: BuildPlace, requestsFile: string): string[][] {
  const make = makeArgv(column, place);
  if (column.configBase === 'tiny') return [[...make, `KCONFIG_ALLCONFIG=${requestsFile}`, 'allnoconfig']];
  return [...(isConfigTarget(column.configBase) ? [[...make, column.configBase]] : []), [...make, 'olddefconfig']];
}

/** `defconfig`, `allmodconfig`, `x86_64_defconfig`: a word that make knows; anything else is a file. */
export function isConfigTarget(base: string): boolean {
  return /^[\w-]+config$/.test(base);
}

/**
 * The image, and modules where the config has any. -k: all errors of a patch, and the same ones whatever order parallel
 * compilers run in. --output-sync: what a compiler says stands behind the target that it says it of.
 */
export function buildArgv(column: Column, place: BuildPlace, resolved: Resolved): string[] {
  const images = column.row.make.target.split(/\s+/);
  // A directory is compiled and not linked: there is nothing for modpost to read.
  const isWhole = !images.some((target) => target.endsWith('/'));
  const targets = [...images, ...(isWhole && resolved.get('MODULES') === 'y' ? ['modules'] : [])];
  return [...makeArgv(column, place), '-k', '--output-sync=target', ...targets];
}

/**
 * The last links alone: make takes all that is made before and below the directories for up to date (-o). To be run in
 * O= with `insideEnv`.
 */
export function relinkArgv(
  column: Column,
  place: BuildPlace,
  resolved: Resolved,
  goals: readonly string[] = [],
): string[] {
  return insideArgv(place, [...buildArgv(column, place, resolved), ...goals], ['.', 'prepare']);
}

/** What the Makefiles of some directories list, and nothing else. To be run in O= with `insideEnv`. */
export function directoriesArgv(column: Column, place: BuildPlace, dirs: readonly string[]): string[] {
  const goals = dirs.map((dir) => `${dir}/`);
  return insideArgv(place, [...makeArgv(column, place), '-k', '--output-sync=target', ...goals], ['prepare']);
}

/** To be added to a call of make: it writes down what the top Makefile gives its commands as environment. */
export const TELL_ENVIRONMENT: readonly string[] = ['-f', `${REPLAY_DIR}/environment.mk`, ENVIRONMENT];

/** That, and nothing else. To be run in O= with `insideEnv`. */
export function environmentArgv(column: Column, place: BuildPlace): string[] {
  return insideArgv(place, [...makeArgv(column, place), ...TELL_ENVIRONMENT], ['.', 'prepare']);
}

/** make as the top Makefile calls itself in O=: -o reaches only the make that it is given to. */
function insideArgv({ source }: BuildPlace, argv: readonly string[], old: readonly string[]): string[] {
  const self = ['-rR', '--no-print-directory', `--include-dir=${source}`, '-f', `${source}/Makefile`];
  const [, , , , ...rest] = argv;
  return ['make', ...self, ...old.flatMap((target) => ['-o', target]), ...rest];
}

/** Source: the part of the top Makefile before `endif # sub_make_done`. */
export function insideEnv({ source, build }: BuildPlace): Record<string, string> {
  const told = { quiet: 'quiet_', Q: '@', KBUILD_CHECKSRC: '0' };
  return { sub_make_done: '1', abs_srctree: source, abs_objtree: build, ...told };
}

/** The compiler that the kernel of the column is built with. */
export function compilerOf({ row: { toolchain } }: Column): string {
  return toolchain.llvm ? 'clang' : probeCompilerOf(toolchain);
}

/** As make puts it before the flags of every object. */
export function compilerCommand(column: Column, { launcher }: Pick<BuildPlace, 'launcher'>): string {
  return launcher === null ? compilerOf(column) : `${launcher} ${compilerOf(column)}`;
}

/** The compiler of the probe: it needs a static C library, and clang brings none. */
export function probeCompilerOf({ prefix }: Column['row']['toolchain']): string {
  return `${prefix}gcc`;
}

/** Leaves include/config/auto.conf.cmd, where Kconfig's environment is recorded. */
export function syncArgv(column: Column, place: BuildPlace): string[] {
  return [...makeArgv(column, place), 'syncconfig'];
}
