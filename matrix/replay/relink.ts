import { basename, normalize } from 'node:path/posix';
import type { Consumers } from './consumers.ts';

/** What has to be done again behind objects that are not the same as before. */
export interface Relink {
  /** Targets whose recorded command is run, in this order. */
  readonly commands: readonly string[];
  /** A module's part is new: modpost looks at modules.order to see that. */
  readonly modules: boolean;
  /** What must be new when all is done. */
  readonly fresh: ReadonlySet<string>;
}

/** Objects that only the last links read: make, called for these, looks at them itself. */
const LINKED_LAST = /\.mod\.o$|(^|\/)\.module-common\.o$|(^|\/)\.vmlinux\.export\.o$|^init\/version-timestamp\.o$/;

/** Whether anything at all is made from `object`: what an earlier config left behind lies in O= as well. */
export function isAlive(object: string, consumers: Consumers): boolean {
  return consumers.has(normalize(object)) || LINKED_LAST.test(normalize(object)) || object.endsWith('.s');
}

/** How to bring everything up to date behind the `changed` objects; a text says why only make can. */
export function planRelink(changed: readonly string[], consumers: Consumers): Relink | string {
  const commands: string[] = [];
  const fresh = new Set<string>();
  let modules = false;
  const queue = changed.map((object) => normalize(object));
  for (const object of queue) {
    if (LINKED_LAST.test(object) || basename(object) === 'modules.order') modules = true;
    else if (!consumers.has(object)) return `nobody knows what is made from ${object}`;
    for (const consumer of consumers.get(object) ?? []) {
      if (consumer.kind === 'other') return `${consumer.target} is made from ${object}, which has changed`;
      if (consumer.kind === 'module' || consumer.kind === 'order') modules = true;
      if (consumer.kind === 'module') fresh.add(normalize(consumer.target));
      if (consumer.kind === 'image') fresh.add('vmlinux');
      if (consumer.kind !== 'module' && consumer.kind !== 'image') follow(consumer.target, commands, queue);
    }
  }
  return { commands, modules, fresh };
}

/** A target that is reached twice is made behind the last of its parts. */
function follow(target: string, commands: string[], queue: string[]): void {
  const known = commands.indexOf(target);
  if (known >= 0) commands.splice(known, 1);
  commands.push(target);
  queue.push(normalize(target));
}
