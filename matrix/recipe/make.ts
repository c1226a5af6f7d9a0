import type { Column } from '../column.ts';
import type { Resolved } from '../kconfig.ts';

/** Where and how one column builds. Absolute paths. */
export interface BuildPlace {
  readonly source: string;
  readonly build: string;
  /** A compiler cache to put before the compiler; it changes the time a build takes and nothing else. */
  readonly launcher: 'ccache' | null;
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

function makeArgv(column: Column, { source, build, launcher }: BuildPlace): string[] {
  const { ARCH } = column.row.make;
  const compiler = launcher === null ? [] : [`CC=${launcher} ${compilerOf(column)}`];
  return [
    'make',
    '-C',
    source,
    `O=${build}`,
    `ARCH=${ARCH}`,
    `CROSS_COMPILE=${column.row.toolchain.prefix}`,
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
  const targets = [column.row.make.target, ...(resolved.get('MODULES') === 'y' ? ['modules'] : [])];
  return [...makeArgv(column, place), '-k', '--output-sync=target', ...targets];
}

/** The compiler that everything of the column is built with. */
export function compilerOf(column: Column): string {
  return `${column.row.toolchain.prefix}gcc`;
}

/** Leaves include/config/auto.conf.cmd, where Kconfig's environment is recorded. */
export function syncArgv(column: Column, place: BuildPlace): string[] {
  return [...makeArgv(column, place), 'syncconfig'];
}
