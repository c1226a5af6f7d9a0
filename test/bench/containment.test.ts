import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Grid } from '../../matrix/grid/grid.ts';
import { runCli } from '../support/cli.ts';
import { findEngines } from '../support/engines.ts';
import { kernelSource } from '../support/kernel-source.ts';

/**
 * The same column built from clean with nothing kept from before, on the machine itself and in every engine of it, in
 * turn: what containment costs. `npm run bench`; BENCH_DIR, BENCH_TREE, BENCH_COLUMNS, BENCH_ROUNDS and BENCH_ENGINES
 * change what is measured. Machines differ in their compilers: what the image has is what counts, so the machine's own
 * should be of the same release.
 */
const ROOT = join(import.meta.dirname, '../..');
const cwd = process.env['BENCH_DIR'] ?? ROOT;
const OUT = join(cwd, 'kvm-matrix.containment');
const GLOBS = (process.env['BENCH_COLUMNS'] ?? 'x86-64/kvm=m,vfio=m').split(' ');
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 2);
const WANTED = process.env['BENCH_ENGINES']?.split(' ');

interface Round {
  /** Seconds of the stages, what comes before and behind them not counted. */
  readonly stages: number;
  /** Seconds from the command to its end: the engine's own start is in it. */
  readonly wall: number;
  readonly cpu: number;
}

const { engines, stop } = await findEngines();
const tried = [{ name: 'none', env: {} }, ...engines].filter(({ name }) => WANTED?.includes(name) ?? true);

it(
  'containment costs little',
  async () => {
    const rounds = new Map<string, Round[]>(tried.map(({ name }) => [name, []]));
    for (let round = 0; round < ROUNDS; round += 1)
      for (const { name, env } of tried) rounds.get(name)?.push(await measure(name, env));
    stop();
    const best = (name: string, pick: (round: Round) => number): number =>
      Math.min(...(rounds.get(name) ?? []).map(pick));
    for (const { name } of tried)
      process.stderr.write(
        `${name.padEnd(12)} ${figures('stages', best(name, wallOfStages), best('none', wallOfStages))} ${figures(
          'CPU',
          best(name, ({ cpu }) => cpu),
          best('none', ({ cpu }) => cpu),
        )} ${figures(
          'all',
          best(name, ({ wall }) => wall),
          best('none', ({ wall }) => wall),
        )}\n`,
      );
    for (const { name } of tried) expect(rounds.get(name)).toHaveLength(ROUNDS);
  },
  3 * 3_600_000,
);

function wallOfStages({ stages }: Round): number {
  return stages;
}

function figures(what: string, seconds: number, host: number): string {
  return `${what} ${seconds.toFixed(1).padStart(7)} s ${((100 * seconds) / host - 100).toFixed(1).padStart(6)} %`;
}

async function measure(engine: string, env: Readonly<Record<string, string>>): Promise<Round> {
  rmSync(OUT, { recursive: true, force: true });
  const tree = process.env['BENCH_TREE'] ?? kernelSource() ?? '';
  const columns = GLOBS.flatMap((glob) => ['--columns', glob]);
  const start = performance.now();
  const args = ['run', '--json', '--engine', engine, '--tree', tree, '--stages', 'build', '--out', OUT, ...columns];
  const { stdout, stderr } = await runCli(args, { cwd, path: process.env['PATH'] ?? '', env });
  const wall = (performance.now() - start) / 1000;
  if (stdout === '') throw new Error(stderr);
  const { cells, run } = JSON.parse(stdout) as Grid;
  const stages = cells.flatMap((cell) => cell.stages);
  expect(stages.map(({ verdict }) => verdict)).toEqual(stages.map(() => 'pass'));
  const round = { wall, stages: stages.reduce((sum, { seconds }) => sum + seconds, 0), cpu: run.cost.cpuSeconds };
  process.stderr.write(`${engine.padEnd(12)} ${JSON.stringify(round)}\n`);
  return round;
}
