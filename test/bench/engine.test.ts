import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { expandColumns } from '../../matrix/column.ts';
import { readMatrixFile } from '../../runners/prepare.ts';
import { CACHE, forgetWalks, GLOBS, JOBS, MATRIX, OUT, SERIES, type Measured } from './engine/bench.ts';
import { ours } from './engine/ours.ts';
import { ktest } from './engine/ktest.ts';
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
 * BENCH_LOOP="loop rebase ktest" walks the series three times: by the loop, by `git rebase --exec`, by the kernel's ktest.pl.
 */
const KEEP = process.env['BENCH_KEEP'] !== undefined;
const WAYS = {
  loop: { name: 'a loop of checkout and make', walker: checkoutAndMake },
  rebase: { name: 'git rebase --exec make', walker: rebaseAndMake },
  ktest: { name: 'PATCHCHECK of ktest.pl', walker: ktest },
};
const CHOSEN = (process.env['BENCH_LOOP'] ?? 'loop').split(' ') as (keyof typeof WAYS)[];

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
    process.stderr.write(`\n${columns.length} columns, ${JOBS} CPUs, builds alone\n`);
    tell('base row', base);
    tell('walk, ours', walk);
    tell('the same again', again);
    expect(again.makes).toBe(0);
    for (const way of CHOSEN) {
      const measured = await theirs(columns, loopDir, WAYS[way].walker);
      tell(`walk, ${WAYS[way].name}, cache: ${CACHE}`, measured);
      process.stderr.write(`ratio of wall times: ${(measured.wall / walk.wall).toFixed(2)}\n`);
      expect(differing(walk, measured)).toEqual([]);
    }
  },
  3 * 3_600_000,
);

function tell(name: string, { wall, cpu, makes, compiles, usage }: Measured): void {
  const busy = `CPUs ${((100 * cpu) / wall / JOBS).toFixed(0)} % busy`;
  const figures = `${s(wall).padStart(10)} wall ${s(cpu).padStart(10)} CPU ${String(makes).padStart(5)} makes  ${busy}`;
  process.stderr.write(`${name.padEnd(46)} ${figures}\n`);
  for (const line of [compilesLine(compiles), ...usageLines(usage, wall, JOBS)]) process.stderr.write(`    ${line}\n`);
}

/** Cells of the walk that the other does not have, or not the same. */
function differing(walk: Measured, other: Measured): string[] {
  const walked = [...walk.built].filter(([cell]) => !cell.startsWith('0 '));
  return walked.filter(([cell, built]) => other.built.get(cell) !== built).map(([cell]) => cell);
}
