import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { readIfThere } from '../files.ts';
import { INSIDE, type Limits } from './engine.ts';
import type { Mount } from './mounts.ts';

/** A control group of ours for one box. */
export interface Group {
  /** Who writes his id here is in it, and all that he starts. */
  readonly procs: readonly string[];
  /** Where the warden reads how often a limit was met. */
  readonly mounts: readonly Mount[];
  remove(): Promise<void>;
}

let made = 0;

/**
 * Control groups of version 1, for bubblewrap as root. Null where there are none to be had: then each process has limits
 * of its own. Version 2 wants a group that systemd gave away; podman knows how to ask for one.
 */
export function makeGroup(limits: Limits): Group | null {
  const name = `kvm-matrix-${process.pid}-${(made += 1)}`;
  const [memory, pids] = [ownGroup('memory'), ownGroup('pids')].map((dir) => dir && join(dir, name));
  if (!memory || !pids) return null;
  const bytes = String(Math.round(limits.memory * 2 ** 30));
  try {
    for (const dir of [memory, pids]) mkdirSync(dir);
    writeFileSync(join(memory, 'memory.limit_in_bytes'), bytes);
    writeFileSync(join(pids, 'pids.max'), String(limits.pids));
  } catch {
    return null;
  }
  return {
    procs: [join(memory, 'cgroup.procs'), join(pids, 'cgroup.procs')],
    mounts: [
      { from: join(memory, 'memory.oom_control'), to: `${INSIDE.group}/memory`, writable: false },
      { from: join(pids, 'pids.events'), to: `${INSIDE.group}/pids`, writable: false },
    ],
    remove: async () => {
      for (const dir of [memory, pids]) await removeGroup(dir);
    },
  };
}

/** Where this process stands in the hierarchy of `controller`. */
function ownGroup(controller: string): string | null {
  const own = new RegExp(`^\\d+:${controller}:(.*)$`, 'm').exec(readIfThere('/proc/self/cgroup') ?? '')?.[1];
  const dir = own === undefined ? null : join('/sys/fs/cgroup', controller, own);
  return dir !== null && existsSync(join(dir, 'cgroup.procs')) ? dir : null;
}

const TRIES = 100;

/** What was killed in it may take a moment to go. If it takes longer the group stays, harmless, and `clean` finds it. */
async function removeGroup(dir: string): Promise<void> {
  for (let tries = 0; tries < TRIES && existsSync(dir); tries += 1) {
    try {
      rmdirSync(dir);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EBUSY') throw error;
      await wait(20);
    }
  }
}
