import { readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { readIfThere } from '../files.ts';
import { isLocked } from '../store/lock.ts';
import { call, everyCli, findContainers, LABEL, type Cli } from './containers.ts';

/** Something of ours that a run has left behind. */
export interface Leftover {
  /** `podman container 0123456789ab of /home/me/kvm-matrix.out, run-0003` */
  readonly what: string;
  remove(): Promise<void>;
}

/** Containers and control groups of runs that are not running any more, of all output directories. */
export async function findLeftovers(): Promise<Leftover[]> {
  const containers = await Promise.all(everyCli().map(leftContainers));
  return [...containers.flat(), ...leftGroups()];
}

async function leftContainers(cli: Cli): Promise<Leftover[]> {
  const ids = await findContainers(cli, LABEL.out).catch(() => []);
  const found = await Promise.all(ids.map((id) => describe(cli, id)));
  return found.filter((left) => left !== null);
}

async function describe(cli: Cli, id: string): Promise<Leftover | null> {
  const { code, stdout } = await call(cli, 'inspect', id);
  if (code !== 0) return null;
  const [facts] = JSON.parse(stdout) as { Config?: { Labels?: Record<string, string> } }[];
  const { [LABEL.dir]: dir = '', [LABEL.run]: run = '' } = facts?.Config?.Labels ?? {};
  if (isLocked(dir)) return null;
  return {
    what: `${cli.name} container ${id.slice(0, 12)} of ${dir}, ${run}`,
    remove: async () => void (await call(cli, 'rm', '--force', id)),
  };
}

/** Groups are named by the process that made them, see group.ts. */
function leftGroups(): Leftover[] {
  return ['memory', 'pids'].flatMap((controller) => {
    const own = new RegExp(`^\\d+:${controller}:(.*)$`, 'm').exec(readIfThere('/proc/self/cgroup') ?? '')?.[1];
    const dir = join('/sys/fs/cgroup', controller, own ?? '');
    const names = own === undefined ? [] : namesIn(dir).filter((name) => /^kvm-matrix-\d+-\d+$/.test(name));
    const left = names.filter((name) => readIfThere(`/proc/${name.split('-')[2]}/cmdline`) === null);
    return left.map((name) => ({
      what: `control group ${controller}/${name}`,
      remove: () => Promise.resolve(rmdirSync(join(dir, name))),
    }));
  });
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
