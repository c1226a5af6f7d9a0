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

/** What make did in the last links of a kernel that is made by the same Makefiles. */
export interface Learned {
  /** Targets that no other one is made from: `modules.builtin`, `Module.symvers`. */
  readonly roots: readonly string[];
  /** Whether it made an image, and whether it looked at modules. */
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

/** scripts/link-vmlinux.sh takes these without being told. Source: vmlinux in scripts/Makefile.vmlinux. */
const OF_VMLINUX = ['vmlinux.o', '.vmlinux.export.o'];

/** A recorded command as a step. `exists` tells of a file in O=, `build` is what the command calls O=. */
export function linkStep(
  command: CommandFile,
  text: string,
  build: string,
  exists: (path: string) => boolean,
): LinkStep {
  const target = normalize(command.target);
  const told = dependenciesOf(command, text);
  const words = told ?? shellCommand(command).split(/[\s;|<>()"']+/);
  const hidden = isLinkVmlinux(command) ? OF_VMLINUX : [];
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
  return [...ordered];
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
  const fresh = new Set([...written, ...began].map((path) => normalize(path)));
  const ran = written.filter((path) => known.has(path));
  const modpost = ran.find((path) => isModpost(known.get(path)));
  const other = written.find(
    (path) => !known.has(path) && !began.includes(path) && !BESIDE.some((pattern) => pattern.test(path)),
  );
  if (other !== undefined) return `no recorded command says what made ${other}`;
  const isTold = (path: string): boolean => (known.get(path)?.inputs ?? []).some((input) => fresh.has(input));
  const untold = ran.find((path) => !isTold(path));
  if (untold !== undefined) return `no recorded command says why ${untold} was made`;
  const inputs = new Set(ran.flatMap((path) => known.get(path)?.inputs ?? []));
  const roots = ran.filter((path) => !inputs.has(path) && path !== image && !path.endsWith('.ko'));
  return {
    roots: modpost === undefined || roots.includes(modpost) ? roots : [modpost, ...roots],
    image: ran.includes('vmlinux') && ran.includes(image),
    modules: modpost !== undefined,
  };
}

export function isModpost(step: LinkStep | undefined): boolean {
  return step !== undefined && step.command.recorded.trim().startsWith('scripts/mod/modpost ');
}
