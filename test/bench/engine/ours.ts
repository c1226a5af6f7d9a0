import { parseCellId } from '../../../matrix/cell.ts';
import type { Grid } from '../../../matrix/grid/grid.ts';
import { stopwatch } from '../../../runners/clock.ts';
import { OutDir } from '../../../runners/store/out-dir.ts';
import { runCli } from '../../support/cli.ts';
import { compilesIn } from '../meter/compiles.ts';
import { metered } from '../meter/sampler.ts';
import { CWD, GLOBS, LAUNCHER, MATRIX, OUT, TREE, type Measured } from './bench.ts';

/** A run of ours; what the base row costs is in it only the first time. */
export async function ours(more: readonly string[]): Promise<Measured> {
  const { result, usage } = await metered(async () => {
    const seconds = stopwatch();
    const { stdout, stderr } = await runCli(argv(more), { cwd: CWD, path: process.env['PATH'] ?? '' });
    if (stdout === '') throw new Error(stderr);
    return { wall: seconds(), grid: JSON.parse(stdout) as Grid };
  });
  const { cpuSeconds: cpu, makeCalls: makes } = result.grid.run.cost;
  const compiles = compilesIn(LAUNCHER, `${LAUNCHER}.log`);
  return { wall: result.wall, cpu, makes, built: kernelsOf(new OutDir(OUT)), compiles, usage };
}

function argv(more: readonly string[]): string[] {
  const columns = GLOBS.flatMap((glob) => ['--columns', glob]);
  const matrix = MATRIX === undefined ? [] : ['--matrix', MATRIX];
  const base = process.env['BENCH_BASE'] === undefined ? [] : ['--base', process.env['BENCH_BASE']];
  const contained = ['--engine', 'none', '--stages', 'build', '--tree', TREE, '--out', OUT];
  return ['run', '--json', ...contained, ...matrix, ...columns, ...base, ...more];
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

/** What the last run walked. Patches that do not apply have no commit. */
export interface Walked {
  readonly gitDir: string;
  readonly base: string;
  readonly patches: readonly { readonly position: number; readonly commit: string }[];
}

export function lastRun(): Walked {
  const out = new OutDir(OUT);
  const [started] = out.events(out.lastRun());
  if (started?.type !== 'run-started') throw new Error('a journal that does not begin with run-started');
  const patches = started.run.series.patches.flatMap(({ position, commit }) => (commit ? [{ position, commit }] : []));
  return { gitDir: started.gitDir, base: started.run.base.commit, patches };
}
