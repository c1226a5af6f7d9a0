import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { expandColumns } from '../../matrix/column.ts';
import { readMatrixFile } from '../../runners/prepare.ts';
import { CACHE, forgetWalks, GLOBS, JOBS, MATRIX, OUT, SERIES, type Measured } from './engine/bench.ts';
import { ours } from './engine/ours.ts';
import { rebaseAndMake } from './engine/rebase.ts';
import { checkoutAndMake, seedLoop, theirs } from './engine/theirs.ts';
import { compilesLine, s, usageLines } from './meter/figures.ts';

/**
 * The walk behind the base row, builds alone, against what a user does instead: for every patch a checkout, for every
 * column a `make -j` with ccache in its own O=. Both begin with a built base row, a cache that has seen it, and the same
 * work tree. For both it is told what the CPU time went on, which takes root: meter/sampler.ts, meter/tools.ts.
 *
 * `npm run bench`; BENCH_DIR, BENCH_TREE, BENCH_MATRIX, BENCH_SERIES, BENCH_BASE and BENCH_COLUMNS change what is measured;
 * with BENCH_KEEP the build directories of the last time are brought back to the base. BENCH_CACHE=ours gives the loop our
 * launcher in place of ccache, and a store that knows the base: that spares building its base row once more.
 * BENCH_LOOP=rebase walks the series with `git rebase --exec` in place of the loop of checkouts.
 */
const KEEP = process.env['BENCH_KEEP'] !== undefined;
const LOOPS = {
  loop: { name: 'a loop of checkout and make', walker: checkoutAndMake },
  rebase: { name: 'git rebase --exec make', walker: rebaseAndMake },
};
const LOOP = LOOPS[process.env['BENCH_LOOP'] === 'rebase' ? 'rebase' : 'loop'];

it(
  'walks the series faster than a loop does, to the same verdicts',
  async () => {
    // What was walked before would be reused; what was built for the base is brought back to it.
    for (const kept of KEEP ? ['runs', 'loop'] : ['.']) rmSync(join(OUT, kept), { recursive: true, force: true });
    const base = await ours([]);
    const columns = expandColumns(readMatrixFile(MATRIX), GLOBS).filter(({ id }) => base.built.get(`0 ${id}`));
    forgetWalks();
    const loopDir = join(OUT, 'loop');
    await seedLoop(columns, loopDir);
    const walk = await ours(['--series', SERIES]);
    const again = await ours(['--series', SERIES]);
    const loop = await theirs(columns, loopDir, LOOP.walker);
    process.stderr.write(`\n${columns.length} columns, ${JOBS} CPUs, builds alone\n`);
    tell('base row', base);
    tell('walk, ours', walk);
    tell('the same again', again);
    tell(`walk, ${LOOP.name}, cache: ${CACHE}`, loop);
    process.stderr.write(`ratio of wall times: ${(loop.wall / walk.wall).toFixed(2)}\n`);
    expect(differing(walk, loop)).toEqual([]);
    expect(again.makes).toBe(0);
  },
  3 * 3_600_000,
);

function tell(name: string, { wall, cpu, makes, compiles, usage }: Measured): void {
  const busy = `CPUs ${((100 * cpu) / wall / JOBS).toFixed(0)} % busy`;
  const figures = `${s(wall).padStart(10)} wall ${s(cpu).padStart(10)} CPU ${String(makes).padStart(5)} makes  ${busy}`;
  process.stderr.write(`${name.padEnd(46)} ${figures}\n`);
  for (const line of [compilesLine(compiles), ...usageLines(usage, wall, JOBS)]) process.stderr.write(`    ${line}\n`);
}

/** Cells on which the two do not agree. */
function differing(a: Measured, b: Measured): string[] {
  return [...b.built].filter(([cell, built]) => a.built.get(cell) !== built).map(([cell]) => cell);
}
