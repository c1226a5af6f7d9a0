import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gridText } from '../../../cli/report/grid-text.ts';
import { keepHeapSmall } from '../../../cli/small-heap.ts';
import { foldRun, VIEWS } from '../../../cli/summary.ts';
import { countVerdicts } from '../../../cli/report/verdict-marks.ts';
import { groupBlame } from '../../../matrix/grid/blame-groups.ts';
import { Book } from '../../../matrix/journal/book.ts';
import { STAGES } from '../../../matrix/cell.ts';
import { expandColumns, type Column } from '../../../matrix/column.ts';
import type { Grid } from '../../../matrix/grid/grid.ts';
import { formatRequests } from '../../../matrix/kconfig/kconfig.ts';
import { makePlan, type Plan } from '../../../matrix/plan/plan.ts';
import { writeWhole } from '../../../runners/files.ts';
import { readMatrixFile, readMatrixText } from '../../../runners/prepare.ts';
import { OutDir } from '../../../runners/store/out-dir.ts';
import { madeUpSeries, rowsOf } from './made-up-series.ts';
import { madeUpEvents, RUN } from './made-up-run.ts';
import { configDigest } from './made-up-stages.ts';
import type { Measured } from './measured.ts';
import { Phases } from './phases.ts';
import { troublesOf } from './troubles.ts';

/** A run from its plan to its reports, as the `run` command would do it with nothing to build or boot. */
keepHeapSmall();
const [dir = '', patches = ''] = process.argv.slice(2);
const out = new OutDir(dir);
const phases = new Phases();

const columns = expandColumns(readMatrixFile(undefined));
const series = madeUpSeries(Number(patches));
const plan = phases.time('plan', () => makePlan({ series, rows: rowsOf(series), stages: STAGES, columns }));
prepare(columns);
const stagesTold = journalAll(plan);
const grid = report();
const measured: Measured = {
  phases: phases.all,
  sizes: sizes(),
  stagesTold,
  breakers: breakersOf(plan),
  ...facts(grid),
};
writeFileSync(join(dir, 'run.json'), JSON.stringify(measured));

function prepare(all: readonly Column[]): void {
  writeWhole(join(out.runDir(RUN), 'matrix.yaml'), readMatrixText(undefined).text);
  const padding = Array.from({ length: 1000 }, (_, index) => ({ symbol: `MADE_UP_SYMBOL_${index}`, value: 'y' }));
  for (const column of all)
    writeWhole(out.config(configDigest(column)), formatRequests([...column.fragments, ...column.requests, ...padding]));
}

function journalAll(planned: Plan): number {
  const journal = out.journal(RUN);
  const book = new Book(planned.rows);
  journal.onEvent((event) => book.enter(event));
  let stages = 0;
  for (const row of madeUpEvents(series, planned.columns)) {
    phases.time('journal', () => row.forEach((event) => journal.append(event)));
    for (const event of row) {
      if (event.type !== 'stage-settled') continue;
      stages += 1;
      if (['fail', 'warn'].includes(event.result.verdict)) writeLog(event.result.log, event.result.reason ?? '');
    }
  }
  journal.close();
  return stages;
}

function writeLog(log: string | null, reason: string): void {
  if (log === null) return;
  const path = join(out.runDir(RUN), log);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(
    path,
    [...Array.from({ length: 30 }, (_, index) => `  CC      drivers/made-up/file${index}.o`), reason, ''].join('\n'),
  );
}

function report(): Grid {
  const { grid: folded, sources } = phases.time('read, fold', () => foldRun(out, RUN));
  const write = (name: string, make: () => Iterable<string> | string): void =>
    phases.time(name, () => writeWhole(join(out.runDir(RUN), name), make()));
  for (const [name, view] of Object.entries(VIEWS)) write(name, () => view(folded, sources));
  write('grid.txt', () => gridText(folded));
  return folded;
}

function sizes(): Record<string, number> {
  const names = ['events.jsonl', 'grid.json', 'grid.md', 'junit.xml', 'report.html', 'grid.txt'];
  return Object.fromEntries(names.map((name) => [name, statSync(join(out.runDir(RUN), name)).size / 1e6]));
}

function facts({ cells, blame }: Grid): Pick<Measured, 'cells' | 'verdicts' | 'groups'> {
  const groups = groupBlame(blame).map(({ stage, brokenBy, fixedBy, columns: on, checks }) => ({
    stage,
    brokenBy,
    fixedBy,
    columns: on.length,
    checks: checks.length,
  }));
  return { cells: cells.length, verdicts: Object.fromEntries(countVerdicts(cells)), groups };
}

function breakersOf({ rows, columns: all }: Plan): number[] {
  const arches = [...new Set(all.map(({ arch }) => arch))];
  const breaking = troublesOf(rows.length, arches).filter(
    ({ verdict, rows: [from] }) => verdict === 'fail' && from < rows.length,
  );
  return breaking.map(({ rows: [from] }) => from);
}
