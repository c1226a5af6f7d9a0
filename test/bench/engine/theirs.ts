import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { columnSlug } from '../../../matrix/cell.ts';
import type { Column } from '../../../matrix/column.ts';
import { parseDotConfig } from '../../../matrix/kconfig/kconfig.ts';
import { BUILD_ENV, buildArgv } from '../../../matrix/recipe/make.ts';
import { cpuSeconds, stopwatch } from '../../../runners/clock.ts';
import { makeDir, remove } from '../../../runners/files.ts';
import { kernelDigest, listModules } from '../../../runners/kbuild/modules.ts';
import { seedBuild } from '../../../runners/kbuild/seed.ts';
import { openLane, type Lane } from '../../../runners/tree/lane.ts';
import { dealArches, laneDir } from '../../../runners/walk/lanes.ts';
import { compilesIn, compilesOfCcache, forgetCcache } from '../meter/compiles.ts';
import { metered } from '../meter/sampler.ts';
import { buildDir, CACHE, JOBS, LAUNCHER, OUT, STORE, type Measured } from './bench.ts';
import { lastRun, type Walked } from './ours.ts';

/** What a user does in place of a run: the same columns, each in an O= of its own. */
export interface Loop {
  readonly columns: readonly Column[];
  /** Where its build directories lie. */
  readonly dir: string;
  /** Where its cache keeps what it keeps. */
  readonly root: string;
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
export async function seedLoop(columns: readonly Column[], root: string): Promise<void> {
  for (const arches of lanesOf(columns)) {
    const dir = loopDir(root, arches);
    makeDir(dir);
    for (const column of columns.filter(({ arch }) => arches.includes(arch)))
      await seedBuild(buildDir(column), join(dir, columnSlug(column.id)));
  }
  if (CACHE === 'ours') cpSync(STORE, join(root, 'cache'), { recursive: true });
}

/** The arches that share a work tree: our own, whose path stands in what was built. */
function lanesOf(columns: readonly Column[]): string[][] {
  return dealArches([...new Set(columns.map(({ arch }) => arch))], JOBS);
}

function loopDir(root: string, [first = '']: readonly string[]): string {
  return join(root, first);
}

/**
 * In our work trees, one after the other, and with our commits; the build of its base, which fills its cache, is not
 * counted. Called once more it begins anew, with a cache that knows the base alone.
 */
export async function theirs(columns: readonly Column[], root: string, walker: Walker): Promise<Measured> {
  const known = join(root, 'cache.base');
  if (existsSync(known)) copyInPlace(known, join(root, 'cache'));
  const loops = await Promise.all(lanesOf(columns).map((arches) => openLoop(columns, root, arches)));
  const walks: Awaited<ReturnType<Walker>>[] = [];
  for (const loop of loops) {
    await loop.lane.checkout(loop.walked.base);
    for (const column of loop.columns) await makeCell(loop, column);
    walks.push(await walker(loop));
  }
  if (existsSync(join(root, 'cache')) && !existsSync(known)) copyInPlace(join(root, 'cache'), known);
  forgetCompiles(root);
  const { result, usage } = await metered(async () => {
    const [seconds, before] = [stopwatch(), cpuSeconds()];
    const ended: Awaited<ReturnType<(typeof walks)[number]>>[] = [];
    for (const walk of walks) ended.push(await walk());
    return { ended, wall: seconds(), cpu: cpuSeconds() - before };
  });
  const { wall, cpu, ended } = result;
  const built: Built = new Map();
  for (const tell of ended) for (const [cell, digest] of await tell()) built.set(cell, digest);
  return { wall, cpu, built, makes: built.size, compiles: compiles(root), usage };
}

function copyInPlace(from: string, to: string): void {
  remove(to);
  cpSync(from, to, { recursive: true });
}

async function openLoop(columns: readonly Column[], root: string, arches: readonly string[]): Promise<Loop> {
  const walked = lastRun();
  const lane = await openLane(walked.gitDir, laneDir(join(OUT, 'work'), arches), () => undefined);
  return {
    columns: columns.filter(({ arch }) => arches.includes(arch)),
    dir: loopDir(root, arches),
    root,
    walked,
    lane,
  };
}

export function tipOf({ walked }: Loop): string {
  return walked.patches.at(-1)?.commit ?? walked.base;
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
  const env = { ...BUILD_ENV, ...CACHE_ENV(loop.root) };
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
