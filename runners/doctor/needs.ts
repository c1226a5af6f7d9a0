import { machine } from 'node:os';
import type { ArchRow } from '../../matrix/file/schema.ts';
import { probeCompilerOf } from '../../matrix/recipe/make.ts';

/** A program that this machine must have, and the Debian packages that bring it. */
export interface Need {
  readonly program: string;
  readonly packages: readonly string[];
  readonly why: string;
}

/** Source: Documentation/process/changes.rst, and what our own runners call. */
const ALWAYS: readonly Need[] = [
  { program: 'git', packages: ['git'], why: 'reads series and trees' },
  { program: 'make', packages: ['make'], why: 'builds the kernel' },
  { program: 'gcc', packages: ['gcc', 'libc6-dev'], why: "builds the kernel's host tools and our launcher" },
  { program: 'flex', packages: ['flex'], why: 'Kconfig' },
  { program: 'bison', packages: ['bison'], why: 'Kconfig' },
  { program: 'bc', packages: ['bc'], why: 'kernel/time' },
  { program: 'xz', packages: ['xz-utils'], why: 'unpacks kernel tarballs' },
  { program: 'lz4', packages: ['lz4'], why: 'packs kernel images' },
  { program: 'cpio', packages: ['cpio'], why: 'packs the initramfs' },
];

/** Host headers that objtool and certs want; they are files and not programs. */
export const HEADER_PACKAGES: readonly { readonly file: string; readonly package: string; readonly why: string }[] = [
  { file: '/usr/include/libelf.h', package: 'libelf-dev', why: 'objtool' },
  { file: '/usr/include/openssl/evp.h', package: 'libssl-dev', why: 'certs and signing tools' },
];

/** What contains builds, and what makes its image. fuse-overlayfs and uidmap are for podman without root. */
export const ENGINE_NEEDS: Readonly<Record<'podman' | 'docker' | 'bubblewrap', readonly Need[]>> = {
  podman: [
    { program: 'podman', packages: ['podman', 'runc', 'uidmap', 'fuse-overlayfs'], why: 'contains builds' },
    { program: 'mmdebstrap', packages: ['mmdebstrap'], why: 'makes the toolchain image' },
  ],
  docker: [
    { program: 'docker', packages: ['docker.io'], why: 'contains builds' },
    { program: 'mmdebstrap', packages: ['mmdebstrap'], why: 'makes the toolchain image' },
  ],
  bubblewrap: [
    { program: 'bwrap', packages: ['bubblewrap'], why: 'contains builds' },
    { program: 'mmdebstrap', packages: ['mmdebstrap'], why: 'makes the toolchain image' },
  ],
};

/** What rows of a matrix file need, each program once; `contained`: their compilers are in an image. */
export function needsOf(arches: Readonly<Record<string, ArchRow>>, { contained = false } = {}): Need[] {
  const needs = Object.entries(arches).flatMap(([arch, { toolchain, qemu }]): Need[] => [
    ...(contained ? [] : compilersOf(arch, toolchain)),
    ...(qemu ? [{ program: qemu.binary, packages: qemu.packages, why: `boots ${arch}` }] : []),
  ]);
  return [...new Map([...ALWAYS, ...needs].map((need) => [need.program, need])).values()];
}

function compilersOf(arch: string, toolchain: ArchRow['toolchain']): Need[] {
  const compiler = { program: probeCompilerOf(toolchain), packages: compilerPackages(toolchain) };
  return [{ ...compiler, why: `compiles for ${arch}` }, ...(toolchain.llvm ? LLVM : [])];
}

/** Source: Documentation/kbuild/llvm.rst. */
const LLVM: readonly Need[] = [
  { program: 'clang', packages: ['clang'], why: 'LLVM=1' },
  { program: 'ld.lld', packages: ['lld'], why: 'LLVM=1' },
  { program: 'llvm-objcopy', packages: ['llvm'], why: 'LLVM=1' },
];

/** Debian has no cross compiler for the machine that it runs on: there it is the plain one. */
export function compilerPackages({ prefix, packages }: ArchRow['toolchain']): readonly string[] {
  return prefix === `${machine()}-linux-gnu-` ? ['gcc', 'libc6-dev'] : packages;
}
