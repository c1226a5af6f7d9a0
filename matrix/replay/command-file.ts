import { basename, dirname, normalize } from 'node:path/posix';

/** What Kbuild wrote down of one target: `.kvm_main.o.cmd` beside `kvm_main.o`. Source: scripts/Kbuild.include. */
export interface CommandFile {
  /** As Kbuild names it, e.g. `arch/x86/kvm/../../../virt/kvm/kvm_main.o`. */
  readonly target: string;
  /** As it stands in the file: escaped for make. */
  readonly recorded: string;
  /** What stands behind the dependencies that fixdep wrote. */
  readonly tail: string;
}

/** Null: no command stands there in a form that we know, or of something outside O=. Linux 6.4 renamed cmd_X to savedcmd_X. */
export function parseCommandFile(text: string): CommandFile | null {
  const [, target, recorded] = /^(?:saved)?cmd_(\S+) := +(.*)$/m.exec(text.slice(0, headSize(text))) ?? [];
  if (target === undefined || recorded === undefined || /^(\/|\.\.(\/|$))/.test(normalize(target))) return null;
  const end = `\n$(deps_${target}):\n`;
  const at = text.lastIndexOf(end);
  return { target, recorded, tail: at < 0 ? '' : text.slice(at + end.length) };
}

/** A command stands among the first lines; the last of them is looked at to its end. */
function headSize(text: string): number {
  const end = text.indexOf('\n', 2 ** 16);
  return end < 0 ? text.length : end;
}

/**
 * The files that a record names as read, as they stand there; null where it names none but in its command. `text` is the
 * record. Source: scripts/basic/fixdep.c.
 */
export function dependenciesOf({ target }: CommandFile, text: string): string[] | null {
  const begin = `\nsource_${target} := `;
  const at = text.indexOf(begin);
  if (at < 0) return null;
  const end = text.indexOf(`\n${target}: $(deps_${target})\n`, at);
  const block = text.slice(at + begin.length, end < 0 ? text.length : end).replace(`deps_${target} :=`, '');
  return block
    .replaceAll(/\$\([^)]*\)/g, '')
    .split(/[\s\\]+/)
    .filter(Boolean);
}

/** The command as the shell takes it. Source: make-cmd in scripts/Kbuild.include. */
export function shellCommand({ recorded }: CommandFile): string {
  return recorded.replaceAll('$(pound)', '#').replaceAll('$$', '$');
}

/** `virt/kvm/.kvm_main.o.cmd`, for a target under whatever name. */
export function commandPath(target: string): string {
  const path = normalize(target);
  return normalize(`${dirname(path)}/.${basename(path)}.cmd`);
}

/**
 * The file that the compiler writes its dependencies to, if the command is `compiler` making one object or one
 * assembler text of the kernel out of one file, with what comes behind it on the same object (objtool); else null.
 */
export function depfileOf({ target, recorded }: CommandFile, compiler: string): string | null {
  const words = recorded.split(/\s+/);
  const isKernel = recorded.startsWith(`${compiler} `) && words.includes('-D__KERNEL__');
  const at = words.lastIndexOf('-o', words.includes(';') ? words.indexOf(';') : words.length);
  const isOne = words[at + 1] === target && ['-c', '-S'].includes(words[at - 1] ?? '');
  const [, depfile] = /^-Wp,-MM?D,(\S+)$/.exec(words.find((word) => word.startsWith('-Wp,-M')) ?? '') ?? [];
  return isKernel && isOne && depfile !== undefined ? depfile : null;
}

/** What a command compiles; null where it compiles nothing. */
export function sourceOf({ recorded }: CommandFile): string | null {
  const [compile = ''] = recorded.split(' ; ', 1);
  return compile.split(/\s+/).findLast((word) => /\.[cS]$/.test(word)) ?? null;
}
