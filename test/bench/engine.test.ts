import { cpSync, readFileSync, rmSync } from 'node:fs';
import { execa } from 'execa';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { columnSlug, parseCellId } from '../../matrix/cell.ts';
import { expandColumns, type Column } from '../../matrix/column.ts';
import type { Grid } from '../../matrix/grid.ts';
import { parseDotConfig } from '../../matrix/kconfig.ts';
import { BUILD_ENV, buildArgv } from '../../matrix/recipe/make.ts';
import { kernelDigest, listModules } from '../../runners/kbuild/modules.ts';
import { seedBuild } from '../../runners/kbuild/seed.ts';
import { cpuSeconds, stopwatch } from '../../runners/clock.ts';
import { makeDir } from '../../runners/files.ts';
import { readMatrixFile } from '../../runners/prepare.ts';
import { OutDir } from '../../runners/store/out-dir.ts';
import { openLane } from '../../runners/tree/lane.ts';
import { runCli } from '../support/cli.ts';
import { kernelSource } from '../support/kernel-source.ts';

/**
 * The walk behind the base row, builds alone, against what a user does instead: for every patch a checkout, for every
 * column a `make -j` with ccache in its own O=. Both begin with a built base row, a cache that has seen it, and the same
 * work tree. `npm run bench`; BENCH_DIR, BENCH_TREE, BENCH_SERIES, BENCH_BASE and BENCH_COLUMNS change what is measured;
 * with BENCH_KEEP the build directories of the last time are brought back to the base. BENCH_CACHE=ours gives the loop our
 * launcher in place of ccache, and a store that knows the base: that spares building its base row once more.
 */
const ROOT = join(import.meta.dirname, '../..');
const cwd = process.env['BENCH_DIR'] ?? ROOT;
const OUT = join(cwd, 'kvm-matrix.engine');
const SERIES = process.env['BENCH_SERIES'] ?? join(ROOT, 'test/example/series.mbox');
const GLOBS = (process.env['BENCH_COLUMNS'] ?? 'x86-64/* riscv64/*').split(' ');
const KEEP = process.env['BENCH_KEEP'] !== undefined;
const CACHE = process.env['BENCH_CACHE'] ?? 'ccache';
const JOBS = availableParallelism();

interface Measured {
  readonly wall: number;
  readonly cpu: number;
  readonly makes: number;
  /** By cell: the digest of the kernel that it built; null when it did not build. */
  readonly built: ReadonlyMap<string, string | null>;
}

it(
  'walks the series faster than a loop does, to the same verdicts',
  async () => {
    // What was walked before would be reused; what was built for the base is brought back to it.
    for (const kept of KEEP ? ['runs', 'loop'] : ['.']) rmSync(join(OUT, kept), { recursive: true, force: true });
    const base = await ours([]);
    const columns = expandColumns(readMatrixFile(undefined), GLOBS).filter(({ id }) => base.built.get(`0 ${id}`));
    const loopDir = join(OUT, 'loop');
    makeDir(loopDir);
    for (const column of columns) await seedBuild(buildDir(column), join(loopDir, columnSlug(column.id)));
    if (CACHE === 'ours') cpSync(join(OUT, 'work/compile-once.store'), join(loopDir, 'cache'), { recursive: true });
    const walk = await ours(['--series', SERIES]);
    const again = await ours(['--series', SERIES]);
    const loop = await theirs(columns, loopDir);
    const rows: [string, Measured][] = [
      ['base row', base],
      ['walk, ours', walk],
      ['the same again', again],
      [`walk, a loop of checkout and make, cache: ${CACHE}`, loop],
    ];
    process.stderr.write(`\n${columns.length} columns, ${JOBS} CPUs, builds alone\n`);
    for (const [name, { wall, cpu, makes }] of rows)
      process.stderr.write(
        `${name.padEnd(46)} ${wall.toFixed(1).padStart(8)} s wall ${cpu.toFixed(1).padStart(8)} s CPU ${String(makes).padStart(5)} makes  CPUs ${((100 * cpu) / wall / JOBS).toFixed(0)} % busy\n`,
      );
    process.stderr.write(`ratio of wall times: ${(loop.wall / walk.wall).toFixed(2)}\n`);
    expect(differing(walk, loop)).toEqual([]);
    expect(again.makes).toBe(0);
  },
  3 * 3_600_000,
);

/** A run of ours; what the base row costs is in it only the first time. */
async function ours(flags: readonly string[]): Promise<Measured> {
  const tree = process.env['BENCH_TREE'] ?? kernelSource() ?? '';
  const columns = GLOBS.flatMap((glob) => ['--columns', glob]);
  const base = process.env['BENCH_BASE'] === undefined ? [] : ['--base', process.env['BENCH_BASE']];
  const seconds = stopwatch();
  const ran = await runCli(
    [
      'run',
      '--json',
      '--engine',
      'none',
      '--tree',
      tree,
      '--stages',
      'build',
      '--out',
      OUT,
      ...columns,
      ...base,
      ...flags,
    ],
    { cwd, path: process.env['PATH'] ?? '' },
  );
  const wall = seconds();
  const { run } = JSON.parse(ran.stdout) as Grid;
  return { wall, cpu: run.cost.cpuSeconds, makes: run.cost.makeCalls, built: kernelsOf(new OutDir(OUT)) };
}

/** Of the last run, out of its journal: what each cell built. */
function kernelsOf(out: OutDir): Map<string, string | null> {
  const built = new Map<string, string | null>();
  for (const event of out.events(out.lastRun())) {
    if (event.type !== 'stage-settled' || event.result.stage !== 'build') continue;
    const { patch = 0, column = '' } = parseCellId(event.cell) ?? {};
    const { verdict } = event.result;
    if (verdict === 'fail') built.set(`${patch} ${column}`, null);
    else if (verdict === 'pass' || verdict === 'warn')
      built.set(`${patch} ${column}`, event.detail.artefacts['image'] ?? '');
  }
  return built;
}

/** The loop, in our work tree and with our commits; the build of its base, which fills its cache, is not counted. */
async function theirs(columns: readonly Column[], dir: string): Promise<Measured> {
  const run = lastRun();
  const lane = await openLane(run.gitDir, join(OUT, 'work/lanes/all'), () => undefined);
  const launcher = CACHE === 'ours' ? join(OUT, 'work/compile-once') : CACHE;
  const make = async (column: Column): Promise<string | null> => {
    const build = join(dir, columnSlug(column.id));
    const resolved = parseDotConfig(readFileSync(join(build, '.config'), 'utf8'));
    const argv = buildArgv(column, { source: lane.source, build, launcher }, resolved);
    const cache = join(dir, 'cache');
    const env = { ...BUILD_ENV, CCACHE_DIR: cache, COMPILE_ONCE_DIR: cache, COMPILE_ONCE_LOG: join(dir, 'calls.log') };
    // Not into /dev/null: with --output-sync make waits for a lock on it, and others may hold one.
    const log = { file: join(dir, 'make.log') };
    const { exitCode } = await execa('make', [...argv.slice(1), `-j${JOBS}`], {
      env,
      reject: false,
      stdout: log,
      stderr: log,
    });
    return exitCode === 0 ? kernelDigest(build, column.row.make.image, listModules(build)) : null;
  };
  await lane.checkout(run.base);
  for (const column of columns) await make(column);
  const [seconds, cpuBefore] = [stopwatch(), cpuSeconds()];
  const built = new Map<string, string | null>();
  for (const { position, commit } of run.patches) {
    await lane.checkout(commit);
    for (const column of columns) built.set(`${position} ${column.id}`, await make(column));
  }
  return { wall: seconds(), cpu: cpuSeconds() - cpuBefore, makes: built.size, built };
}

function lastRun(): { gitDir: string; base: string; patches: { position: number; commit: string }[] } {
  const out = new OutDir(OUT);
  const [started] = out.events(out.lastRun());
  if (started?.type !== 'run-started') throw new Error('a journal that does not begin with run-started');
  const patches = started.run.series.patches.flatMap(({ position, commit }) => (commit ? [{ position, commit }] : []));
  return { gitDir: started.gitDir, base: started.run.base.commit, patches };
}

function buildDir(column: Column): string {
  return join(OUT, 'work/build', columnSlug(column.id));
}

/** Cells on which the two do not agree. */
function differing(a: Measured, b: Measured): string[] {
  return [...b.built].filter(([cell, built]) => a.built.get(cell) !== built).map(([cell]) => cell);
}
