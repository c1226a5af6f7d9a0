import { shellCommand, commandPath, type CommandFile } from './command-file.ts';

/** Where the scripts, and the objects from before, lie in O=. */
export const REPLAY_DIR = 'kvm-matrix.replay';

/** One object to compile again. */
export interface Compile {
  readonly command: CommandFile;
  readonly depfile: string;
}

/** A makefile that runs the scripts `0.sh` to `count - 1`, as many at a time as there are tokens. */
export function replayMakefile(count: number): string {
  const names = Array.from({ length: count }, (_, index) => `object-${index}`);
  const rules = names.map((name, index) => `${name}:\n\t@sh ${REPLAY_DIR}/${index}.sh\n`);
  return `all: ${names.join(' ')}\n.PHONY: all ${names.join(' ')}\n${rules.join('')}`;
}

/**
 * Does for one object what rule_cc_o_c of scripts/Makefile.build does (6.1 to 6.12), and leaves `<index>.differs` if
 * the object is not the same as before, else `<index>.same`; neither if it does not compile.
 */
export function compileScript({ command, depfile }: Compile, index: number): string {
  const { target, tail } = command;
  const file = commandPath(target);
  const before = `${REPLAY_DIR}/${index}.before`;
  return [
    'set -e',
    // A record of what did not compile would be taken for one of what did.
    `trap 'rm -f ${depfile}' EXIT`,
    `echo '  CC      ${target}'`,
    // It is not there if it did not compile the last time.
    `test ! -e ${target} || mv -f ${target} ${before}`,
    shellCommand(command),
    `scripts/basic/fixdep ${depfile} ${target} ${quote(command.recorded)} > ${file}.new`,
    ...(tail === '' ? [] : [`printf %s ${quote(tail)} >> ${file}.new`]),
    `mv -f ${file}.new ${file}`,
    `if cmp -s ${before} ${target}; then : > ${REPLAY_DIR}/${index}.same; else : > ${REPLAY_DIR}/${index}.differs; fi`,
    '',
  ].join('\n');
}

/** Runs recorded commands one after the other, tells modpost that a module is new, and becomes what it is given. */
export function relinkScript(commands: readonly CommandFile[], modules: boolean): string {
  const lines = commands.flatMap((command) => [`echo '  LD      ${command.target}'`, shellCommand(command)]);
  return ['set -e', ...lines, ...(modules ? ['touch modules.order'] : []), 'exec "$@"', ''].join('\n');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
