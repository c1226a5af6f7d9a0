import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { columnSlug } from '../../../matrix/cell.ts';
import type { Column } from '../../../matrix/column.ts';
import { parseDotConfig } from '../../../matrix/kconfig.ts';
import { BUILD_ENV, buildArgv } from '../../../matrix/recipe/make.ts';
import { cpuSeconds, stopwatch } from '../../../runners/clock.ts';
import { makeDir, remove } from '../../../runners/files.ts';
import { kernelDigest, listModules } from '../../../runners/kbuild/modules.ts';
import { seedBuild } from '../../../runners/kbuild/seed.ts';
import { openLane, type Lane } from '../../../runners/tree/lane.ts';
import { compilesIn, compilesOfCcache, forgetCcache } from '../meter/compiles.ts';
import { metered } from '../meter/sampler.ts';
import { buildDir, CACHE, JOBS, LAUNCHER, OUT, type Measured } from './bench.ts';
import { lastRun, type Walked } from './ours.ts';

/** What a user does in place of a run: the same columns, each in an O= of its own. */
export interface Loop {
  readonly columns: readonly Column[];
  /** Where its build directories lie, and what its cache keeps. */
  readonly dir: string;
  readonly walked: Walked;
  readonly lane: Lane;
}

/** What each cell built, as `Measured` has it. */
export type Built = Map<string, string | null>;

/**
 * Begins at the base, and gives back what walks the patches of the last run; that gives back what tells how it went. Only
 * the walk is measured. In it lies what the comparison needs, some 30 ms a cell: a digest or a copy of what was built.
 */
export type Walker = (loop: Loop) => Promise<() => Promise<() => Promise<Built>>>;

export const CACHE_ENV = (dir: string): Record<string, string> => ({
  CCACHE_DIR: join(dir, 'cache'),
  COMPILE_ONCE_DIR: join(dir, 'cache'),
  COMPILE_ONCE_LOG: join(dir, 'calls.log'),
});

/** Copies what the base row has built, and where our launcher is the cache, what that has kept. */
export async function seedLoop(columns: readonly Column[], dir: string): Promise<void> {
  makeDir(dir);
  for (const column of columns) await seedBuild(buildDir(column), join(dir, columnSlug(column.id)));
  if (CACHE === 'ours') cpSync(join(OUT, 'work/compile-once.store'), join(dir, 'cache'), { recursive: true });
}

/** In our work tree and with our commits; the build of its base, which fills its cache, is not counted. */
export async function theirs(columns: readonly Column[], dir: string, walker: Walker): Promise<Measured> {
  const walked = lastRun();
  const lane = await openLane(walked.gitDir, join(OUT, 'work/lanes/all'), () => undefined);
  const loop = { columns, dir, walked, lane };
  await lane.checkout(walked.base);
  for (const column of columns) await makeCell(loop, column);
  const walk = await walker(loop);
  forgetCompiles(dir);
  const { result, usage } = await metered(async () => {
    const [seconds, before] = [stopwatch(), cpuSeconds()];
    const ended = await walk();
    return { ended, wall: seconds(), cpu: cpuSeconds() - before };
  });
  const { wall, cpu } = result;
  const built = await result.ended();
  return { wall, cpu, built, makes: built.size, compiles: compiles(dir), usage };
}

/** For every patch a checkout, for every column a make. */
export const checkoutAndMake: Walker = async (loop) => async () => {
  const built: Built = new Map();
  for (const { position, commit } of loop.walked.patches) {
    await loop.lane.checkout(commit);
    for (const column of loop.columns) built.set(`${position} ${column.id}`, await makeCell(loop, column));
  }
  return async () => built;
};

async function makeCell(loop: Loop, column: Column): Promise<string | null> {
  const [program = '', ...args] = cellArgv(loop, column);
  // Not into /dev/null: with --output-sync make waits for a lock on it, and others may hold one.
  const log = { file: join(loop.dir, 'make.log') };
  const env = { ...BUILD_ENV, ...CACHE_ENV(loop.dir) };
  const { exitCode } = await execa(program, args, { env, reject: false, stdout: log, stderr: log });
  if (exitCode !== 0) return null;
  const build = join(loop.dir, columnSlug(column.id));
  return kernelDigest(build, column.row.make.image, listModules(build));
}

/** The command of a cell, the same for every patch. */
export function cellArgv({ dir, lane }: Loop, column: Column): string[] {
  const build = join(dir, columnSlug(column.id));
  const launcher = CACHE === 'ours' ? LAUNCHER : CACHE;
  const resolved = parseDotConfig(readFileSync(join(build, '.config'), 'utf8'));
  return [...buildArgv(column, { source: lane.source, build, launcher }, resolved), `-j${JOBS}`];
}

function forgetCompiles(dir: string): void {
  if (CACHE === 'ours') remove(CACHE_ENV(dir)['COMPILE_ONCE_LOG'] ?? '');
  else if (CACHE === 'ccache') forgetCcache(join(dir, 'cache'));
}

function compiles(dir: string): Measured['compiles'] {
  if (CACHE === 'ours') return compilesIn(LAUNCHER, CACHE_ENV(dir)['COMPILE_ONCE_LOG'] ?? '');
  return CACHE === 'ccache' ? compilesOfCcache(join(dir, 'cache')) : null;
}
