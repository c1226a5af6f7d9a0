import { blameColumns } from './blame.ts';
import { cellId, type Stage } from './cell.ts';
import type { ColumnFacts, Event } from './event.ts';
import type { Cost, Grid, GridCell, GridColumn } from './grid.ts';
import { lastWords, stageKey } from './last-words.ts';
import { notRun, type StageResult } from './result.ts';
import { foldVerdicts } from './verdict.ts';

/** The last word of the journal on everything. Throws if there is no `run-started` in it. */
export function foldGrid(events: readonly Event[]): Grid {
  const started = events.find((event) => event.type === 'run-started');
  if (!started) throw new Error('a journal without run-started');
  const { columns: facts, ...run } = started.run;
  const last = lastWords(events);
  const settled = new Map([...last].map(([key, { result }]) => [key, result]));
  const columns = facts.map((column) => foldColumn(column, events));
  const cells = run.rows.flatMap((patch) => columns.map((column) => foldCell(patch, column, run.stages, settled)));
  const complete = cells.every((cell) => cell.stages.every(({ reason }) => reason !== NOT_YET));
  return {
    schema: 'kvm-matrix.grid/1',
    run: {
      ...run,
      startedAt: started.at,
      finishedAt: complete ? (events.at(-1)?.at ?? null) : null,
      complete,
      cost: foldCost(events),
    },
    columns,
    cells,
    blame: blameColumns(
      cells,
      run.rows,
      (patch, column, stage) => last.get(stageKey(cellId(patch, column), stage))?.detail.checks ?? {},
    ),
  };
}

const NOT_YET = 'not run yet';

function foldColumn(column: ColumnFacts, events: readonly Event[]): GridColumn {
  const last = events.findLast((event) => event.type === 'column-settled' && event.column === column.id);
  const known = last?.type === 'column-settled' ? last : null;
  return { ...column, expressible: known?.expressible ?? null, reason: known?.reason ?? null };
}

function foldCell(
  patch: number,
  column: GridColumn,
  planned: readonly Stage[],
  settled: ReadonlyMap<string, StageResult>,
): GridCell {
  const id = cellId(patch, column.id);
  const stages = planned.map((stage) => settled.get(stageKey(id, stage)) ?? notRun(stage, 'miss', NOT_YET));
  return { patch, column: column.id, verdict: foldVerdicts(stages.map(({ verdict }) => verdict)), stages };
}

/** Wall time is summed over sessions, from each one's start to its last word: a killed run leaves no goodbye. */
function foldCost(events: readonly Event[]): Cost {
  let [wall, cpuSeconds, start, last] = [0, 0, 0, 0];
  let compilerCpuSeconds: number | null = null;
  const makeCalls = new Map<string, number>();
  for (const event of events) {
    if (event.type === 'session-started') {
      wall += last - start;
      start = Date.parse(event.at);
    }
    last = Date.parse(event.at);
    if (start === 0) start = last;
    if (event.type === 'session-ended') {
      cpuSeconds += event.cpuSeconds;
      if (typeof event.compilerCpuSeconds === 'number')
        compilerCpuSeconds = (compilerCpuSeconds ?? 0) + event.compilerCpuSeconds;
    }
    if (event.type === 'stage-settled') makeCalls.set(`${event.cell} ${event.result.stage}`, event.detail.makeCalls);
  }
  const calls = [...makeCalls.values()].reduce((sum, count) => sum + count, 0);
  return { wallSeconds: (wall + last - start) / 1000, cpuSeconds, compilerCpuSeconds, makeCalls: calls };
}
