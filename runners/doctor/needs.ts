import { machine } from 'node:os';
import type { ArchRow, MatrixFile } from '../../matrix/file/schema.ts';

/** A program that this machine must have, and the Debian packages that bring it. */
export interface Need {
  readonly program: string;
  readonly packages: readonly string[];
  readonly why: string;
  /** Without it less is done, and the grid says so; nothing stops. */
  readonly optional?: true;
}

/** Source: Documentation/process/changes.rst, and what our own runners call. */
const ALWAYS: readonly Need[] = [
  { program: 'git', packages: ['git'], why: 'reads series and trees' },
  { program: 'make', packages: ['make'], why: 'builds the kernel' },
  { program: 'gcc', packages: ['gcc', 'libc6-dev'], why: "builds the kernel's host tools" },
  { program: 'flex', packages: ['flex'], why: 'Kconfig' },
  { program: 'bison', packages: ['bison'], why: 'Kconfig' },
  { program: 'bc', packages: ['bc'], why: 'kernel/time' },
  { program: 'xz', packages: ['xz-utils'], why: 'unpacks kernel tarballs' },
  { program: 'cpio', packages: ['cpio'], why: 'packs the initramfs' },
  { program: 'ccache', packages: ['ccache'], why: 'compiles what columns have in common once', optional: true },
];

/** Binaries of qemu-system-ARCH, by the package that Debian keeps them in. */
const QEMU_PACKAGES: Readonly<Record<string, string>> = {
  'qemu-system-x86_64': 'qemu-system-x86',
  'qemu-system-aarch64': 'qemu-system-arm',
  'qemu-system-mips64el': 'qemu-system-mips',
  'qemu-system-ppc64': 'qemu-system-ppc',
  'qemu-system-s390x': 'qemu-system-misc',
  'qemu-system-riscv64': 'qemu-system-misc',
};

/** Host headers that objtool and certs want; they are files and not programs. */
export const HEADER_PACKAGES: readonly { readonly file: string; readonly package: string; readonly why: string }[] = [
  { file: '/usr/include/libelf.h', package: 'libelf-dev', why: 'objtool' },
  { file: '/usr/include/openssl/evp.h', package: 'libssl-dev', why: 'certs and signing tools' },
];

/** What the arches of a matrix file need, each program once. */
export function needsOf(file: MatrixFile): Need[] {
  const arches = Object.entries(file.arches).flatMap(([arch, row]): Need[] => [
    { program: `${row.toolchain.prefix}gcc`, packages: compilerPackages(row.toolchain), why: `compiles for ${arch}` },
    ...(row.qemu ? [{ program: row.qemu.binary, packages: packagesOf(row.qemu.binary), why: `boots ${arch}` }] : []),
  ]);
  return [...new Map([...ALWAYS, ...arches].map((need) => [need.program, need])).values()];
}

/** Debian has no cross compiler for the machine that it runs on: there it is the plain one. */
function compilerPackages({ prefix, packages }: ArchRow['toolchain']): readonly string[] {
  return prefix === `${machine()}-linux-gnu-` ? ['gcc', 'libc6-dev'] : packages;
}

function packagesOf(qemu: string): string[] {
  const known = QEMU_PACKAGES[qemu];
  return known === undefined ? [] : [known];
}
