import { basename, dirname, normalize } from 'node:path/posix';
import { dependenciesOf, shellCommand, type CommandFile } from './command-file.ts';

/** One command of the last links, and what of O= it reads: paths relative to O=. */
export interface LinkStep {
  /** As a path; `command.target` is what Kbuild calls it. */
  readonly target: string;
  readonly command: CommandFile;
  readonly inputs: readonly string[];
  /** Where the command writes down what it has read beside that; null where it does not. */
  readonly depfile: string | null;
}

/** What makes make do things in the last links that leave neither a record nor a file, so that nobody could learn of them. */
export const UNRECORDED = [
  // btf_ko in scripts/Makefile.modfinal: writes into a module that is linked already.
  'DEBUG_INFO_BTF_MODULES',
  // posttest in arch/x86/tools/Makefile: looks at vmlinux.
  'X86_DECODER_SELFTEST',
];

/** What make did in the last links of a kernel that is made by the same Makefiles. */
export interface Learned {
  /** Targets that no other one is made from: `modules.builtin`, `Module.symvers`. */
  readonly roots: readonly string[];
  /** Whether it made an image, and whether it linked a module. */
  readonly image: boolean;
  readonly modules: boolean;
}

/** Written by scripts/mod/modpost beside its target, and only when they differ (write_if_changed in scripts/mod/modpost.c). */
const OF_MODPOST = /^\.vmlinux\.export\.c$|\.mod\.c$/;

/** What else the last links write: link-vmlinux.sh and modpost beside their targets; the top Makefile (outputmakefile, syncconfig). */
const BESIDE = [
  /^(System\.map|\.tmp_vmlinux[\w.-]+|vmlinux\.map|vmlinux\.symvers|Module\.symvers|init\/version-timestamp\.o)$/,
  /^(Makefile|\.gitignore|include\/config\/.*|include\/generated\/(autoconf\.h|rustc_cfg))$/,
  OF_MODPOST,
  /(^|\/)\.[^/]*\.(cmd|d)$/,
];

/** scripts/link-vmlinux.sh takes these without being told. Source: vmlinux in scripts/Makefile.vmlinux, KBUILD_LDS. */
function ofVmlinux(arch: string): string[] {
  return ['vmlinux.o', '.vmlinux.export.o', `arch/${arch}/kernel/vmlinux.lds`];
}

/** The size of what is packed, four bytes, as it was when make did it last. Source: size_append in scripts/Makefile.lib. */
const SIZE = /\bprintf ((?:\\{1,2}[0-7]{3}){4});/;
const PACKED = new RegExp(`^\\{ cat ([^|;]+) \\| [^|;]+; ${SIZE.source} \\} > \\S+\\s*$`);

/** The command as the shell takes it, with the size of what is packed as it is then: the script has the function \`size\`. */
export function freshCommand(command: CommandFile): string {
  const [, packed = ''] = PACKED.exec(command.recorded) ?? [];
  const text = shellCommand(command);
  return packed === '' ? text : text.replace(SIZE, () => `printf "$(size ${packed})";`);
}

/** Whether make works out a part of the command that we do not. */
function isFigured({ recorded }: CommandFile): boolean {
  return /\bprintf \\{1,2}[0-7]/.test(recorded) && !PACKED.test(recorded);
}

/** Where a command was recorded. */
export interface LinkPlace {
  /** What the command calls O=. */
  readonly build: string;
  /** The directory below arch/. */
  readonly arch: string;
  /** Tells of a file in O=: it is there, or there is a command to make it. */
  readonly exists: (path: string) => boolean;
}

/** A recorded command as a step; `text` is the record. */
export function linkStep(command: CommandFile, text: string, { build, arch, exists }: LinkPlace): LinkStep {
  const target = normalize(command.target);
  const told = dependenciesOf(command, text);
  const words = told ?? shellCommand(command).split(/[\s;|<>()"'=]+/);
  const hidden = isLinkVmlinux(command) ? ofVmlinux(arch) : [];
  const paths = [...words.map((word) => inBuild(word, build)), ...hidden].filter((path) => path !== target);
  const inputs = [...new Set(paths)].filter((path) => path !== '' && exists(path));
  return { target, command, inputs, depfile: told === null ? null : depfileOf(target) };
}

/** Source: depfile in scripts/Kbuild.include. */
function depfileOf(target: string): string {
  return normalize(`${dirname(target)}/.${basename(target)}.d`);
}

export function isLinkVmlinux({ recorded }: CommandFile): boolean {
  return /^\S*scripts\/link-vmlinux\.sh "/.test(recorded);
}

function inBuild(word: string, build: string): string {
  const path = word.startsWith(`${build}/`) ? word.slice(build.length + 1) : word;
  return /^[\w.][\w.+,@/-]*$/.test(path) && !normalize(path).startsWith('..') ? normalize(path) : '';
}

/** The steps that the goals are made by, each behind what it reads; a text where one is made by no recorded command. */
export function orderSteps(
  known: ReadonlyMap<string, LinkStep>,
  goals: readonly string[],
  modpost: string,
): LinkStep[] | string {
  const lost = goals.find((goal) => !known.has(goal));
  if (lost !== undefined) return `no command is recorded for ${lost}`;
  const ordered = new Set<LinkStep>();
  const under = new Set<string>();
  const visit = (path: string): void => {
    const step = known.get(OF_MODPOST.test(path) ? modpost : path);
    if (step === undefined || under.has(step.target)) return;
    under.add(step.target);
    step.inputs.forEach(visit);
    ordered.add(step);
  };
  goals.forEach(visit);
  const figured = [...ordered].find((step) => isFigured(step.command));
  return figured ? `make itself works out a part of the command for ${figured.target}` : [...ordered];
}

/**
 * What make's last links taught: `written` is every file that they wrote, `began` what was new before. A text where they
 * did something that recorded commands do not tell: then they are for make for ever.
 */
export function learnLinks(
  written: readonly string[],
  known: ReadonlyMap<string, LinkStep>,
  began: readonly string[],
  image: string,
): Learned | string {
  const begun = new Set(began.map((path) => normalize(path)));
  const fresh = new Set([...written, ...begun]);
  const makes = written.filter((path) => !begun.has(path));
  const ran = makes.filter((path) => known.has(path));
  const modpost = ran.find((path) => isModpost(known.get(path)));
  const other = makes.find((path) => !known.has(path) && !BESIDE.some((pattern) => pattern.test(path)));
  if (other !== undefined) return `no recorded command says what made ${other}`;
  const isTold = (path: string): boolean => (known.get(path)?.inputs ?? []).some((input) => fresh.has(input));
  const untold = ran.find((path) => !isTold(path));
  if (untold !== undefined) return `no recorded command says why ${untold} was made`;
  const inputs = new Set(ran.flatMap((path) => known.get(path)?.inputs ?? []));
  const roots = ran.filter((path) => !inputs.has(path) && path !== image && !path.endsWith('.ko'));
  return {
    roots: modpost === undefined || roots.includes(modpost) ? roots : [modpost, ...roots],
    image: ran.includes('vmlinux') && ran.includes(image),
    modules: ran.some((path) => path.endsWith('.ko')),
  };
}

/** A target whose command make has written down in other words than before, though the same Makefiles lead it; else null. */
export function reworded(before: ReadonlyMap<string, LinkStep>, after: ReadonlyMap<string, LinkStep>): string | null {
  const isOther = ({ target, command }: LinkStep): boolean =>
    freshCommand(before.get(target)?.command ?? command) !== freshCommand(command);
  return [...after.values()].find(isOther)?.target ?? null;
}

export function isModpost(step: LinkStep | undefined): boolean {
  return step !== undefined && step.command.recorded.trim().startsWith('scripts/mod/modpost ');
}
