import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineWish } from '../matrix/file/engines.ts';
import { Failure } from '../matrix/failure.ts';
import type { MatrixFile } from '../matrix/file/schema.ts';
import { openLauncher, STORE_BYTES, sumSeconds, type Launcher } from './kbuild/launcher.ts';
import { chooseEngine } from './engine/choose.ts';
import { INSIDE, type Engine } from './engine/engine.ts';
import { limitsOf } from './engine/limits.ts';
import { tame } from './engine/tame.ts';
import { makeDir, remove, sha256 } from './files.ts';
import type { Jobserver } from './jobserver.ts';
import { output } from './process.ts';
import type { OutDir } from './store/out-dir.ts';

/** Where builds of a session happen: the engine, and what its launcher keeps. */
export interface Workshop {
  readonly engine: Engine;
  readonly launcher: Pick<Launcher, 'store' | 'compilerCpuSeconds' | 'trim'>;
}

export interface WorkshopOptions {
  readonly out: OutDir;
  readonly run: string;
  readonly containers: MatrixFile['containers'];
  /** What the command line says; it goes before the matrix file. */
  readonly engine?: EngineWish | undefined;
  readonly image?: string | undefined;
  readonly jobserver: Jobserver | null;
  readonly onNote: (note: string) => void;
  readonly signal: AbortSignal;
}

/** Chooses the engine, makes its image if it has none, and opens the store of what was compiled. */
export async function openWorkshop(options: WorkshopOptions): Promise<Workshop> {
  const { out, run, containers, jobserver, onNote, signal } = options;
  const dir = join(out.work, 'boxes');
  let host: Launcher | null = null as Launcher | null;
  const engine = await chooseEngine({
    engine: options.engine ?? containers.engine,
    image: options.image ?? containers.image ?? null,
    limits: limitsOf(containers),
    owner: { out: ownerDigest(out.path), dir: out.path, run },
    dir,
    jobserver: jobserver?.path ?? null,
    launcher: async () => {
      host = await openLauncher(out.work, onNote);
      return host.program;
    },
    onNote,
    signal,
  });
  return { engine, launcher: host ?? boxedLauncher(engine, dir) };
}

/** Bounds the stores and ends the boxes. Nothing that fails here changes what was found. */
export async function closeWorkshop({ engine, launcher }: Workshop, onNote: (note: string) => void): Promise<void> {
  for (const end of [() => launcher.trim(), () => engine.close()])
    try {
      await end();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      onNote(`${error.message}; \`kvm-matrix clean\` removes what is left`);
    }
}

/** The label of everything that an output directory has made. */
export function ownerDigest(path: string): string {
  return sha256(path).slice(0, 16);
}

/**
 * The launcher of boxes keeps its things where boxes can write: a store for what the base made, and one an arch for the
 * patches (walk/trust.ts). So nothing here touches them before what leads elsewhere is gone.
 */
function boxedLauncher(engine: Engine, dir: string): Workshop['launcher'] {
  const store = join(dir, 'store');
  makeDir(store);
  for (const one of storesIn(dir)) remove(join(one, LOG));
  return {
    store,
    compilerCpuSeconds: () => {
      const seconds = storesIn(dir).flatMap((one) => sumSeconds(join(one, LOG)) ?? []);
      return seconds.length === 0 ? null : Math.round(seconds.reduce((sum, next) => sum + next, 0) * 10) / 10;
    },
    trim: () => trimStores(engine, dir, store),
  };
}

/** Below COMPILE_ONCE_DIR, see boxed.ts. */
const LOG = 'calls.log';

function storesIn(dir: string): string[] {
  const entries = readdirSync(dir, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && /^store(-|$)/.test(entry.name))
    .map(({ name }) => join(dir, name));
}

/** The store of the base is trimmed in a box; those of patches only serve the rows of one walk, and go when they are large. */
async function trimStores(engine: Engine, dir: string, store: string): Promise<void> {
  for (const one of storesIn(dir)) await tame(one);
  for (const one of storesIn(dir).filter((other) => other !== store)) {
    const kilobytes = Number.parseInt(await output(['du', '-sk', one]), 10);
    if (kilobytes * 1024 > STORE_BYTES / 4) await output(['rm', '-rf', one]);
  }
  const place = { name: 'trim', source: join(dir, 'bin'), build: join(dir, 'trim'), store, below: null, image: null };
  const box = engine.open(place);
  if (box.inside.launcher === null) return;
  await box.capture([box.inside.launcher, '--trim', String(STORE_BYTES), INSIDE.store]);
}
