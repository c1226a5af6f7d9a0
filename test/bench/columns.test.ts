import { existsSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { columnSlug } from '../../matrix/cell.ts';
import { expandColumns, type Column } from '../../matrix/column.ts';
import type { Grid } from '../../matrix/grid/grid.ts';
import { buildOrder } from '../../matrix/plan/likeness.ts';
import { stopwatch } from '../../runners/clock.ts';
import { sha256 } from '../../runners/files.ts';
import { readMatrixFile } from '../../runners/prepare.ts';
import { runCli } from '../support/cli.ts';
import { kernelSource } from '../support/kernel-source.ts';
import { compiledIn, compilesIn, type Compiles } from './meter/compiles.ts';
import { s } from './meter/figures.ts';
import { metered } from './meter/sampler.ts';
import { partsOf } from './meter/tools.ts';
import type { Usage } from './meter/usage.ts';

/**
 * What each column of an arch costs on the base row, from nothing: `npm run bench`; BENCH_DIR, BENCH_TREE, BENCH_MATRIX and
 * BENCH_ARCH (x86-64) change what is measured.
 *
 * Columns of one run share the CPUs, so their times cannot be told apart. Here a run takes one column more than the run
 * before, in the order in which a run of all builds them: those that are built are reused, and the new one begins as a copy
 * of the nearest of them, with the store that they have left. What the run costs is then what its last column costs, and
 * some CPU seconds for being a run, which a last run with nothing to do shows; they are not taken off. `same`: what went into
 * compiling objects to bytes that they had in another column already, which nobody knew before. A run before the first
 * reads the tree, checks it out and configures: that is no column's, though the first one has its .config from it.
 */
const ROOT = join(import.meta.dirname, '../..');
const CWD = process.env['BENCH_DIR'] ?? ROOT;
const OUT = join(CWD, 'kvm-matrix.columns');
const MATRIX = process.env['BENCH_MATRIX'];
const LOG = join(OUT, 'work/compile-once.log');
const ARCH = process.env['BENCH_ARCH'] ?? 'x86-64';

interface Cost {
  readonly name: string;
  readonly cpu: number;
  readonly wall: number;
  readonly compiles: Compiles | null;
  readonly usage: Usage | null;
  /** CPU seconds of compiles that came to bytes which an earlier column had under the same name. */
  readonly again: number;
  /** Of the last column: how its build ended; skip if Kconfig cannot express it. */
  readonly verdict: string;
}

it(
  'the columns of an arch cost little behind the first',
  async () => {
    rmSync(OUT, { recursive: true, force: true });
    const order = buildOrder(expandColumns(readMatrixFile(MATRIX), [`${ARCH}/*`]));
    write(['', 'CPU', 'wall', 'tools', 'compiled', 'hits', 'same', 'build']);
    tell(await measure('reading, first .config', order.slice(0, 1), 'configure'));
    const costs: Cost[] = [];
    for (const [index, { id }] of order.entries()) {
      costs.push(await measure(id, order.slice(0, index + 1), 'build'));
      costs.slice(-1).forEach(tell);
    }
    tell(await measure('nothing to do', order, 'build'));
    tellSum(costs.filter(({ verdict }) => verdict !== 'skip'));
    expect(costs.filter(({ verdict }) => !['pass', 'warn', 'skip'].includes(verdict))).toEqual([]);
  },
  3 * 3_600_000,
);

/** Runs all of `columns`, of which only the last is new. */
async function measure(name: string, columns: readonly Column[], stage: 'configure' | 'build'): Promise<Cost> {
  const { result, usage } = await metered(() => run(columns, stage));
  const { grid, wall } = result;
  const stages = grid.cells.find(({ column }) => column === columns.at(-1)?.id)?.stages;
  const verdict = stages?.find((one) => one.stage === stage)?.verdict ?? 'not there';
  const compiles = compilesIn(join(OUT, 'work/compile-once'), LOG);
  const last = columns.at(-1);
  const again = stage === 'build' && last ? secondsAgain(last) : 0;
  return { name, cpu: grid.run.cost.cpuSeconds, wall, compiles, usage, again, verdict };
}

/** By object: the digests that it had in one column or another. */
const seen = new Map<string, Set<string>>();

function secondsAgain({ id }: Column): number {
  const build = join(OUT, 'work/build', columnSlug(id));
  let again = 0;
  for (const { object, seconds } of compiledIn(LOG)) {
    if (!existsSync(join(build, object))) continue;
    const digest = sha256(readFileSync(join(build, object)));
    const known = seen.get(object) ?? new Set();
    if (known.has(digest)) again += seconds;
    seen.set(object, known.add(digest));
  }
  return again;
}

async function run(columns: readonly Column[], stage: string): Promise<{ grid: Grid; wall: number }> {
  const tree = process.env['BENCH_TREE'] ?? kernelSource() ?? '';
  const picked = columns.flatMap(({ id }) => ['--columns', id]);
  const matrix = MATRIX === undefined ? [] : ['--matrix', MATRIX];
  const argv = ['run', '--json', '--engine', 'none', '--stages', stage, '--tree', tree, '--out', OUT];
  const seconds = stopwatch();
  const ran = await runCli([...argv, ...matrix, ...picked], { cwd: CWD, path: process.env['PATH'] ?? '' });
  if (ran.stdout === '') throw new Error(ran.stderr);
  return { grid: JSON.parse(ran.stdout) as Grid, wall: seconds() };
}

function tell({ name, cpu, wall, compiles, usage, again, verdict }: Cost): void {
  const tools = usage ? s(partsOf(usage).tools) : '?';
  const counts = [`${compiles?.compiled ?? '?'}`, `${compiles?.hits ?? '?'}`];
  write([name, s(cpu), s(wall), tools, ...counts, s(again), verdict]);
}

function tellSum([first, ...rest]: readonly Cost[]): void {
  const sum = (of: (cost: Cost) => number): number => rest.reduce((all, cost) => all + of(cost), 0);
  const [others, again] = [sum(({ cpu }) => cpu), sum((cost) => cost.again)];
  const together = `columns 2 to ${rest.length + 1} together: ${s(others)} CPU, the first: ${s(first?.cpu ?? 0)} CPU`;
  const least = `without what compiled to the same bytes: ${s(others - again)} CPU`;
  process.stderr.write(`${together}; ${least}; ${availableParallelism()} CPUs\n`);
}

function write([name = '', ...figures]: readonly string[]): void {
  process.stderr.write(`${name.padEnd(24)}${figures.map((figure) => figure.padStart(10)).join('')}\n`);
}
