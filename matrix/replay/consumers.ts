import { basename, normalize } from 'node:path/posix';
import { shellCommand, type CommandFile } from './command-file.ts';

/** Who takes an object in, and what has to be done when the object is another one. */
export type Consumer =
  /** A thin archive (built-in.a, lib.a), the one object of a module, a list of modules: its command is run again. */
  | { readonly kind: 'archive' | 'composite' | 'order'; readonly target: string }
  /** A module is linked from it: make, called for the last links, sees it. */
  | { readonly kind: 'module'; readonly target: string }
  /** The image is linked from it: make sees it. */
  | { readonly kind: 'image' }
  /** A command that we know nothing of. */
  | { readonly kind: 'other'; readonly target: string };

export type Consumers = ReadonlyMap<string, readonly Consumer[]>;

/**
 * Who consumes what, out of the commands that link and archive. `list` reads a file that a command names with `@`:
 * the objects of a module. Source: scripts/Makefile.build, Makefile.modfinal, Makefile.vmlinux_o.
 */
export function consumersOf(commands: readonly CommandFile[], list: (path: string) => string): Consumers {
  const consumers = new Map<string, Consumer[]>();
  for (const command of commands.filter(({ target }) => !LAST_LINKS.test(target))) {
    const consumer = consumerOf(command);
    for (const part of partsOf(command, list)) {
      const path = normalize(part);
      if (path !== normalize(command.target)) consumers.set(path, [...(consumers.get(path) ?? []), consumer]);
    }
  }
  return consumers;
}

/** What make does in the end, whoever has changed. */
const LAST_LINKS = /\.symvers$|^\.vmlinux\.objs$|^modules\.builtin/;

function consumerOf({ target, recorded }: CommandFile): Consumer {
  const name = basename(target);
  if (/^vmlinux(\.|$)|^\.tmp_vmlinux/.test(name)) return { kind: 'image' };
  if (name.endsWith('.ko')) return { kind: 'module', target };
  if (name === 'modules.order') return { kind: 'order', target };
  if (/\bar cDPrS?s?T /.test(recorded) && name.endsWith('.a')) return { kind: 'archive', target };
  if (/ -r -o \S+ /.test(recorded) && name.endsWith('.o')) return { kind: 'composite', target };
  return { kind: 'other', target };
}

/** Whether it is the one object of a module, or of a part of the kernel. */
export function isComposite(command: CommandFile): boolean {
  return consumerOf(command).kind === 'composite';
}

/** `printf "virt/%s " kvm/built-in.a lib/built-in.a | xargs ar …`: the words get the prefix, and all others have none. */
function partsOf(command: CommandFile, list: (path: string) => string): string[] {
  const text = shellCommand(command);
  const [, prefix = '', names = ''] = /printf "([^"%]*)%s " ([^|]*)\|/.exec(text) ?? [];
  if (names !== '') return words(names).map((name) => prefix + name);
  return words(text).flatMap((word) => (word.startsWith('@') ? words(list(word.slice(1))) : [word]));
}

function words(text: string): string[] {
  return text.split(/[\s;"']+/).filter((word) => /\.(o|a|s|ko|order)$/.test(word) || word.startsWith('@'));
}
