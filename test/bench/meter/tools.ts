import type { Usage } from './usage.ts';

/**
 * Programs whose output is in the image, in a module or in an object on the way there: compilers, assemblers, linkers,
 * binutils, the kernel's own programs that write code or tables, and what compresses. Source: hostprogs and quiet_cmd_*
 * in the Makefiles of 6.12 (scripts, scripts/mod, arch/*, lib, usr, certs). No interpreters: what awk, perl and python do
 * in a build is as often a check as it is code. No fixdep: it writes for make. In doubt a program is none.
 */
const TOOLS = new Set(
  [
    'gcc cc cpp clang cc1 lto1 lto-wrapper as collect2 rustc',
    'ld ld.bfd ld.gold ld.lld lld',
    'ar nm objcopy objdump readelf ranlib strip',
    'llvm-ar llvm-nm llvm-objcopy llvm-objdump llvm-readelf llvm-strip',
    'objtool kallsyms modpost sorttable genksyms resolve_btfids pahole relocs sign-file extract-cert insert-sys-cert',
    'mk_elfconfig mkpiggy mkcpustr build vdso2c vdso genvdso elf-entry addnote gen-hyprel calc_vmlinuz_lo',
    'gen_crc32table gen_crc64table mktables gen_init_cpio asn1_compiler bin2c conmakehash dtc cpio',
    'gen_facilities gen_opcode_table gen-sysreg',
    'gzip bzip2 xz lzma lzop lz4 lz4c zstd',
  ].flatMap((names) => names.split(' ')),
);

/**
 * By the name that the kernel has for it. Of `powerpc64le-linux-gnu-objcopy` that is `powerpc64le-lin`: which tool it is
 * cannot be seen, and need not be. What a driver of gcc was asked and what it compiled are the same program, too.
 */
export function isTool(name: string): boolean {
  return TOOLS.has(name.replace(/-\d+$/, '')) || /^\w+-lin(?:u|ux|ux-.*)?$/.test(name);
}

/** CPU seconds of the tools, and of all that stands around them: make, shells, launchers, git, node. */
export function partsOf(usage: Usage): { tools: number; around: number } {
  const parts = { tools: 0, around: 0 };
  for (const [name, { seconds }] of usage.programs) parts[isTool(name) ? 'tools' : 'around'] += seconds;
  return parts;
}
