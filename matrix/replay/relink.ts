import { basename, dirname, normalize } from 'node:path/posix';
import type { Consumer, Consumers } from './consumers.ts';

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

/** Whether an object is part of the kernel: what an earlier config left behind lies in O= as well, with its records. */
export type Life = 'alive' | 'dead' | 'unknown';

/** Follows who is made from `object` up to the image and to the list of modules, paths as in modules.order. */
export function lifeOf(object: string, consumers: Consumers, modules: ReadonlySet<string>): Life {
  const path = normalize(object);
  if (path.endsWith('.s')) return lifeOfOffsets(path, consumers, modules);
  if (path.endsWith('.mod.o')) return modules.has(path.replace(/\.mod\.o$/, '.o')) ? 'alive' : 'dead';
  if (LINKED_LAST.test(path)) return 'alive';
  return lifeUpward(path, consumers, modules, new Set());
}

function lifeUpward(path: string, consumers: Consumers, modules: ReadonlySet<string>, seen: Set<string>): Life {
  if (path === 'modules.order' || modules.has(path)) return 'alive';
  seen.add(path);
  const lifeOfConsumer = (consumer: Consumer): Life => {
    if (consumer.kind === 'image') return 'alive';
    // Which modules there are is told by the whole list, and not by one of its parts.
    if (consumer.kind === 'module' || (consumer.kind === 'order' && path.endsWith('.o'))) return 'dead';
    const target = normalize(consumer.target);
    const life = seen.has(target) ? 'dead' : lifeUpward(target, consumers, modules, seen);
    // What a command that we do not know makes may be used in ways that we do not see.
    return consumer.kind === 'other' && life === 'dead' ? 'unknown' : life;
  };
  const lives = new Set((consumers.get(path) ?? []).map(lifeOfConsumer));
  return lives.has('alive') ? 'alive' : lives.has('unknown') ? 'unknown' : 'dead';
}

/** The modules that an object goes into: `drivers/vfio/vfio.ko`. */
export function modulesOf(object: string, consumers: Consumers, seen = new Set<string>()): string[] {
  const path = normalize(object);
  if (seen.has(path)) return [];
  seen.add(path);
  return (consumers.get(path) ?? []).flatMap((consumer) => {
    if (consumer.kind === 'module') return [normalize(consumer.target)];
    return consumer.kind === 'composite' ? modulesOf(consumer.target, consumers, seen) : [];
  });
}

/** Without those that are dead themselves: with KVM=y, the module that KVM=m left behind. */
export function livingConsumers(consumers: Consumers, modules: ReadonlySet<string>): Consumers {
  const isDead = (consumer: Consumer): boolean => {
    if (consumer.kind === 'image' || consumer.kind === 'other') return false;
    if (consumer.kind === 'module') return !modules.has(normalize(consumer.target).replace(/\.ko$/, '.o'));
    return lifeUpward(normalize(consumer.target), consumers, modules, new Set()) === 'dead';
  };
  return new Map([...consumers].map(([path, list]) => [path, list.filter((consumer) => !isDead(consumer))]));
}

/** Offsets for assembler (asm-offsets.s, bounds.s) live where anything in their directory does. */
function lifeOfOffsets(path: string, consumers: Consumers, modules: ReadonlySet<string>): Life {
  const dir = dirname(path);
  if (dir.startsWith('scripts/')) return 'unknown';
  const beside = [...consumers.keys()].filter((object) => dirname(object) === dir);
  return beside.some((object) => lifeUpward(object, consumers, modules, new Set()) === 'alive') ? 'alive' : 'dead';
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
    if (object === '.vmlinux.export.o') fresh.add('vmlinux');
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
