import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineFacts } from '../../matrix/journal/event.ts';
import { Failure } from '../../matrix/failure.ts';
import type { EngineWish } from '../../matrix/file/engines.ts';
import { chooseEngine, CONTAINED, GIVES_UP, tryEngine } from '../engine/choose.ts';
import { limitsOf } from '../engine/limits.ts';
import { remove } from '../files.ts';
import type { Check } from './examine.ts';
import { ENGINE_NEEDS } from './needs.ts';

type Contained = Exclude<EngineFacts['name'], 'none'>;

/** Which engine builds would run in, and what was seen of each that was asked for. */
export interface ExaminedEngines {
  /** Null: builds run with the rights of the user. */
  readonly works: Contained | null;
  readonly checks: readonly Check[];
}

/** Has every engine that `wish` allows run a box. Makes no image. */
export async function examineEngines(wish: EngineWish): Promise<ExaminedEngines> {
  if (wish === 'none') return { works: null, checks: [check('engine', 'ok', GIVES_UP)] };
  const names = wish === 'auto' ? CONTAINED : [wish];
  const tried = await Promise.all(names.map(async (name) => [name, await tryOne(name)] as const));
  const works = tried.find(([, found]) => found.works)?.[0] ?? null;
  // One that works is enough; of the others it is told, and nothing asked for.
  const state = (isFine: boolean): Check['state'] => (isFine || works !== null ? 'ok' : 'missing');
  const checks = tried.map(([name, { works: isFine, detail }]) =>
    check(name, state(isFine), detail, isFine || works !== null ? [] : packagesOf(name)),
  );
  return { works, checks };
}

/** Opens the engine once, so that its image is made; false where builds run with the rights of the user. */
export async function prepareEngine(wish: EngineWish, onNote: (note: string) => void): Promise<boolean> {
  const dir = mkdtempSync(join(tmpdir(), 'kvm-matrix-setup-'));
  try {
    const engine = await chooseEngine({
      engine: wish,
      image: null,
      limits: LIMITS,
      owner: { out: 'setup', dir, run: 'setup' },
      dir,
      jobserver: null,
      launcher: () => Promise.resolve(null),
      onNote,
    });
    await engine.close();
    return engine.contains;
  } finally {
    remove(dir);
  }
}

/** Of a box in which nothing is built. */
const LIMITS = limitsOf({ engine: 'auto', pids: 4096, seconds: 60, disk: 1 });

/** What `setup` installs for the sake of containment before it looks which engine works. */
export function enginePackages(wish: EngineWish): { program: string; packages: readonly string[]; why: string }[] {
  if (wish === 'none') return [];
  if (wish !== 'auto') return [...ENGINE_NEEDS[wish]];
  return [...ENGINE_NEEDS.podman, ...ENGINE_NEEDS.bubblewrap];
}

function packagesOf(name: Contained): string[] {
  return ENGINE_NEEDS[name].flatMap(({ packages }) => packages);
}

function check(name: string, state: Check['state'], detail: string, packages: readonly string[] = []): Check {
  return { name, state, detail, packages };
}

async function tryOne(name: Contained): Promise<{ works: boolean; detail: string }> {
  const dir = mkdtempSync(join(tmpdir(), 'kvm-matrix-doctor-'));
  try {
    return { works: true, detail: await tryEngine(name, { dir, limits: LIMITS }) };
  } catch (error) {
    if (error instanceof Failure) return { works: false, detail: error.message };
    throw error;
  } finally {
    remove(dir);
  }
}
