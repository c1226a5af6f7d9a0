import { readFileSync, statfsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { readIfThere } from './files.ts';

/** What a piece of work takes of the machine, in bytes. */
export interface Need {
  readonly memory: number;
  readonly disk: number;
}

const MB = 2 ** 20;

/** The linker of a small kernel takes 300 MB, a compiler 200; a first build leaves 200 MB of objects. */
export const MAKE_NEEDS: Need = { memory: 512 * MB, disk: 512 * MB };

/** `megabytes` of guest memory, and QEMU beside it. */
export function bootNeeds(megabytes: number): Need {
  return { memory: (megabytes + 128) * MB, disk: 64 * MB };
}

const LOOK_AGAIN_MS = 250;

/**
 * Comes back when the machine has room, or when nothing of ours runs that could make some: then the work must show
 * whether there is enough. `free` reads what is left.
 */
export async function waitForRoom(
  need: Need,
  free: () => Need,
  othersRun: () => boolean,
  signal: AbortSignal,
): Promise<void> {
  const fits = (): boolean => {
    const left = free();
    return left.memory >= need.memory && left.disk >= need.disk;
  };
  while (!fits() && othersRun()) await wait(LOOK_AGAIN_MS, undefined, { signal });
}

/** What is left for us: of the machine's memory or of our cgroup's (v2), and of the disk that `dir` is on. */
export function freeRoom(dir: string): Need {
  const available = Number(/^MemAvailable:\s+(\d+) kB/m.exec(readFileSync('/proc/meminfo', 'latin1'))?.[1] ?? 0) * 1024;
  const { bavail, bsize } = statfsSync(dir);
  return { memory: Math.min(available, cgroupMemory()), disk: bavail * bsize };
}

/** Infinite where there is no limit. */
function cgroupMemory(): number {
  const max = Number(readIfThere('/sys/fs/cgroup/memory.max') ?? 'max');
  const used = Number(readIfThere('/sys/fs/cgroup/memory.current') ?? 0);
  return Number.isNaN(max) ? Number.POSITIVE_INFINITY : max - used;
}
