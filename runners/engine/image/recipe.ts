import { readFileSync } from 'node:fs';
import { machine } from 'node:os';
import { join } from 'node:path';
import { PACKAGE_ROOT, sha256 } from '../../files.ts';
import { compilerPackages } from '../../doctor/needs.ts';
import { readMatrixFile } from '../../prepare.ts';

/** Beside compilers: what Documentation/process/changes.rst asks for, and what builds of KVM's neighbours call. */
const TOOLS = [
  ['gcc', 'libc6-dev', 'make', 'flex', 'bison', 'bc', 'libelf-dev', 'libssl-dev', 'libdw-dev', 'zlib1g-dev'],
  ['openssl', 'kmod', 'cpio', 'rsync', 'xz-utils', 'zstd', 'lz4', 'pahole', 'python3-minimal', 'perl', 'patch'],
].flat();

/** To be raised when the same packages would make another image. */
const FORMAT = 1;

/** What a toolchain image is made of. */
export interface Recipe {
  /** The distribution and its release, e.g. `debian bookworm`. */
  readonly system: string;
  readonly release: string;
  readonly packages: readonly string[];
  /** Hex; names the image. Equal recipes have equal digests on every machine. */
  readonly digest: string;
}

/** The compilers of all rows of our own matrix file that are not optional, whatever the user's has. */
export function toolchainRecipe(): Recipe {
  const rows = Object.values(readMatrixFile(join(PACKAGE_ROOT, 'matrix.yaml')).arches).filter(
    ({ optional }) => !optional,
  );
  const compilers = rows.flatMap(({ toolchain }) => compilerPackages(toolchain));
  const packages = [...new Set([...TOOLS, ...compilers])].toSorted();
  const { system, release } = thisSystem();
  const digest = sha256(
    JSON.stringify({ FORMAT, system, release, machine: machine(), packages, EPOCH, EXCLUDED, DIRS }),
  );
  return { system, release, packages, digest: digest.slice(0, 16) };
}

export function imageName({ digest }: Recipe): string {
  return `kvm-matrix-toolchain:${digest}`;
}

/** Seconds since 1970 of everything in the image: the same packages make the same bytes. */
export const EPOCH = 1_700_000_000;

/** Nobody reads in a build. */
export const EXCLUDED = ['/usr/share/doc/*', '/usr/share/man/*', '/usr/share/info/*', '/usr/share/locale/*'];

/** A read-only root must have what is mounted over. */
export const DIRS = {
  dirs: [
    '/src/linux',
    '/build',
    '/store',
    '/kvm-matrix/bin',
    '/kvm-matrix/runners',
    '/kvm-matrix/group',
    '/kvm-matrix/below',
  ],
  files: ['/kvm-matrix/socket', '/kvm-matrix/group/memory', '/kvm-matrix/group/pids', '/jobserver'],
};

function thisSystem(): { system: string; release: string } {
  const text = readFileSync('/etc/os-release', 'utf8');
  const value = (name: string): string => new RegExp(`^${name}="?([\\w.-]+)"?$`, 'm').exec(text)?.[1] ?? '';
  return { system: value('ID'), release: value('VERSION_CODENAME') };
}
