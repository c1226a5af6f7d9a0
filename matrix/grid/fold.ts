import { blameColumns } from './blame.ts';
import { cellId, STAGES, type ColumnId, type Stage } from '../cell.ts';
import { CostSum } from './cost.ts';
import type { ColumnFacts, Event } from '../journal/event.ts';
import type { Audit, Grid, GridCell, GridColumn } from './grid.ts';
import type { Checks } from '../judge/checks.ts';
import { LastWords } from '../journal/last-words.ts';
import { notRun, type StageResult } from '../result.ts';
import { foldVerdicts } from '../verdict.ts';

/** The last word of the journal on everything, in one pass. Throws if there is no `run-started` in it. */
export function foldGrid(events: Iterable<Event>): Grid {
  const { started, endedAt, asked, last, cost, audited } = readAll(events);
  const { columns: facts, ...run } = started.run;
  const columns = facts.map((column) => foldColumn(column, asked.get(column.id)));
  const words = new Map(columns.map(({ id }) => [id, wordsOfColumn(id, run.rows, last)]));
  const wordOn: WordLookup = (patch, column, stage) => words.get(column)?.get(patch)?.[STAGES.indexOf(stage)];
  const cells = run.rows.flatMap((patch) => columns.map(({ id }) => foldCell(patch, id, run.stages, wordOn)));
  const complete = cells.every((cell) => cell.stages.every(({ reason }) => reason !== NOT_YET));
  return {
    schema: 'kvm-matrix.grid/1',
    run: {
      ...run,
      startedAt: started.at,
      finishedAt: complete ? endedAt : null,
      complete,
      cost,
      audit: foldAudit(audited),
    },
    columns,
    cells,
    blame: blameColumns(cells, run.rows, (...of) => wordOn(...of)?.checks ?? NO_CHECKS),
  };
}

const NO_CHECKS: Checks = {};

const NOT_YET = 'not run yet';

type ColumnSettled = Extract<Event, { type: 'column-settled' }>;
type CellAudited = Extract<Event, { type: 'cell-audited' }>;

/** All that the grid takes from a settled stage. */
interface Word {
  readonly result: StageResult;
  readonly checks: Checks;
}

interface Read {
  readonly started: Extract<Event, { type: 'run-started' }>;
  readonly endedAt: string | null;
  /** What Kconfig said of each column that it was asked about. */
  readonly asked: ReadonlyMap<ColumnId, ColumnSettled>;
  readonly last: LastWords<Word>;
  readonly cost: Grid['run']['cost'];
  readonly audited: readonly CellAudited[];
}

function readAll(events: Iterable<Event>): Read {
  let started: Read['started'] | null = null;
  let endedAt: string | null = null;
  const audited: CellAudited[] = [];
  const [asked, last, cost] = [new Map<ColumnId, ColumnSettled>(), new LastWords<Word>(), new CostSum()];
  for (const event of events) {
    if (event.type === 'run-started') started ??= event;
    if (event.type === 'column-settled') asked.set(event.column, event);
    if (event.type === 'stage-settled')
      last.enter(event.cell, event.result.stage, { result: event.result, checks: event.detail.checks });
    if (event.type === 'cell-audited') audited.push(event);
    cost.enter(event);
    endedAt = event.at;
  }
  if (!started) throw new Error('a journal without run-started');
  return { started, endedAt, asked, last, audited, cost: cost.cost };
}

function foldColumn(column: ColumnFacts, asked: ColumnSettled | undefined): GridColumn {
  return { ...column, expressible: asked?.expressible ?? null, reason: asked?.reason ?? null };
}

/** By row: numbers are looked up faster than the ids of half a million stages. */
function wordsOfColumn(
  column: ColumnId,
  rows: readonly number[],
  last: LastWords<Word>,
): Map<number, readonly (Word | undefined)[]> {
  return new Map(rows.map((row) => [row, last.of(cellId(row, column))]));
}

type WordLookup = (patch: number, column: ColumnId, stage: Stage) => Word | undefined;

function foldCell(patch: number, column: ColumnId, planned: readonly Stage[], wordOn: WordLookup): GridCell {
  const stages = planned.map((stage) => wordOn(patch, column, stage)?.result ?? notRun(stage, 'miss', NOT_YET));
  return { patch, column, verdict: foldVerdicts(stages.map(({ verdict }) => verdict)), stages };
}

function foldAudit(audited: readonly CellAudited[]): Audit | null {
  if (audited.length === 0) return null;
  const differing = audited.filter(({ differences }) => differences.length > 0);
  return { cells: audited.length, differing: differing.map(({ cell, differences }) => ({ cell, differences })) };
}
