import { shellCommand, commandPath, type CommandFile } from './command-file.ts';
import { freshCommand, isLinkVmlinux, type LinkStep } from './last-links.ts';

/** Where the scripts, and the objects from before, lie in O=. */
export const REPLAY_DIR = 'kvm-matrix.replay';

/** One object to compile again. */
export interface Compile {
  readonly command: CommandFile;
  readonly depfile: string;
}

/** A makefile that runs the recipes, one an object, or the other way round, as many at a time as there are tokens. */
export function replayMakefile(recipes: readonly string[], backward: boolean): string {
  const forward = recipes.map((_, index) => `object-${index}`);
  const rules = recipes.map((recipe, index) => `${forward[index]}:\n\t@${recipe}\n`);
  const names = backward ? forward.toReversed() : forward;
  return `all: ${names.join(' ')}\n.PHONY: all ${names.join(' ')}\n${rules.join('')}`;
}

/**
 * Does for one object what rule_cc_o_c of scripts/Makefile.build does (6.1 to 6.12), and leaves `<index>.differs` if
 * the object is not the same as before, else `<index>.same`; neither if it does not compile. Where the launcher is it does
 * all that by itself (runners/compile/object/object.h).
 */
export function compileScript({ command, depfile }: Compile, index: number): string {
  const { target } = command;
  const before = `${REPLAY_DIR}/${index}.before`;
  return [
    'set -e',
    // A record of what did not compile would be taken for one of what did. The object may be there: objtool refused it.
    `trap 'test $? -eq 0 || rm -f ${target}; rm -f ${depfile}' EXIT`,
    `echo '  CC      ${target}'`,
    // It is not there if it did not compile the last time.
    `test ! -e ${target} || mv -f ${target} ${before}`,
    shellCommand(command),
    ...recordLines(command, depfile),
    `if cmp -s ${before} ${target}; then : > ${REPLAY_DIR}/${index}.same; else : > ${REPLAY_DIR}/${index}.differs; fi`,
    '',
  ].join('\n');
}

/** As Kbuild does behind a command with dependencies (cmd_and_fixdep in scripts/Kbuild.include). */
function recordLines(command: CommandFile, depfile: string): string[] {
  const file = commandPath(command.target);
  return [
    `scripts/basic/fixdep ${depfile} ${command.target} ${quote(command.recorded)} > ${file}.new`,
    ...(command.tail === '' ? [] : [`printf %s ${quote(command.tail)} >> ${file}.new`]),
    `mv -f ${file}.new ${file}`,
  ];
}

/** Runs recorded commands one after the other, tells modpost that a module is new, and becomes what it is given. */
export function relinkScript(commands: readonly CommandFile[], modules: boolean): string {
  const lines = commands.flatMap((command) => [`echo '  LD      ${command.target}'`, shellCommand(command)]);
  return ['set -e', ...lines, ...(modules ? ['touch modules.order'] : []), 'exec "$@"', ''].join('\n');
}

/** A makefile to read behind the top one: the goal ENVIRONMENT writes down what its commands are given. */
export const ENVIRONMENT = 'kvm-matrix-environment';

export function environmentMakefile(): string {
  return `.PHONY: ${ENVIRONMENT}\n${ENVIRONMENT}:\n\t@env -0 > ${REPLAY_DIR}/environment\n`;
}

/** Of what `env -0` wrote: what the shell is to export, without the jobserver of the make that is gone. */
export function exportLines(environment: string): string[] {
  return environment.split('\0').flatMap((entry) => {
    const [, name = '', value = ''] = /^([A-Za-z_]\w*)=([^]*)$/.exec(entry) ?? [];
    if (name === '' || /^(MFLAGS|PWD|OLDPWD|_|SHLVL)$/.test(name)) return [];
    return [`export ${name}=${quote(name === 'MAKEFLAGS' ? withoutJobs(value) : value)}`];
  });
}

/** Behind `--` stand the variables of its command line: those are handed on as they are. */
function withoutJobs(flags: string): string {
  const [own = '', ...variables] = flags.split(/(?= -- )/);
  const left = own.replaceAll(/(^| )(-j\d*|--jobserver-(auth|fds)=\S+)(?= |$)/g, '$1').replaceAll(/ {2,}/g, ' ');
  return [left.trimEnd(), ...variables].join('');
}

/**
 * The last links without make: each step whose target is older than what it reads, as make decides, in a shell of its
 * own, as make runs it. What a script made that fails goes: make would take it for whole, and is to say again what was
 * said of it. `linker`: a program to put in place of the one that scripts/link-vmlinux.sh is told; null leaves it.
 */
export function lastLinksScript(steps: readonly LinkStep[], linker: string | null): string {
  const lines = steps.flatMap((step) => [
    `if stale ${[step.target, ...step.inputs].join(' ')}; then`,
    `made="$made ${step.target}"`,
    `echo '  GEN     ${step.command.target}'`,
    '(',
    linker !== null && isLinkVmlinux(step.command)
      ? shellCommand(step.command).replace(/^(\S+) "[^"]+"/, `$1 "${linker}"`)
      : freshCommand(step.command),
    ')',
    ...(step.depfile === null ? [] : [...recordLines(step.command, step.depfile), `rm -f ${step.depfile}`]),
    'fi',
  ]);
  return ['set -e', 'made=', `trap 'test $? -eq 0 || rm -f $made' EXIT`, STALE, SIZE, ...lines, ''].join('\n');
}

const STALE =
  'stale() { target=$1; shift; test -e "$target" || return 0; for part; do if test "$part" -nt "$target"; then return 0; fi; done; return 1; }';

/** All bytes of the files it is given, as printf takes four bytes, the lowest first. */
const SIZE = `size() { bytes=$(cat "$@" | wc -c); for bits in 0 8 16 24; do printf '\\\\%03o' $((bytes >> bits & 255)); done; }`;

/**
 * scripts/link-vmlinux.sh links once to learn the names of all symbols, once for their addresses, and once for good; if
 * the names were not the right ones it links once more. For the first it gets what was linked for addresses the last time.
 */
export function linkerScript(linker: string): string {
  return [
    '#!/bin/sh',
    'case " $* " in *" -o .tmp_vmlinux1 "*)',
    '  test ! -e .tmp_vmlinux2 || exec mv -f .tmp_vmlinux2 .tmp_vmlinux1 ;;',
    'esac',
    `exec ${linker} "$@"`,
    '',
  ].join('\n');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
