import { parseCellId, type CellId, type ColumnId, type Stage } from '../../matrix/cell.ts';
import type { Settled } from '../../matrix/journal/book.ts';
import type { StageSettled } from '../../matrix/journal/event.ts';
import type { OutDir } from './out-dir.ts';

/** A cell of an earlier run, with what it was judged of. */
export interface StoredCell {
  readonly run: string;
  readonly cell: CellId;
  readonly row: number;
  readonly tree: string;
  readonly fingerprint: string;
  readonly stages: ReadonlyMap<Stage, Settled>;
}

/** The cells of one column of an earlier run, in the order of its rows. */
export type StoredColumn = readonly StoredCell[];

/** Every column of every earlier run here, the latest run first: the journals are the store. */
export function loadResults(out: OutDir, except: string): Map<ColumnId, StoredColumn[]> {
  const stored = new Map<ColumnId, StoredColumn[]>();
  for (const run of out.runs().toReversed()) {
    if (run === except) continue;
    for (const [column, cells] of columnsOf(out, run)) stored.set(column, [...(stored.get(column) ?? []), cells]);
  }
  return stored;
}

type Growing = StoredCell & { readonly stages: Map<Stage, Settled> };

function columnsOf(out: OutDir, run: string): Map<ColumnId, StoredColumn> {
  const columns = new Map<ColumnId, Map<number, Growing>>();
  for (const event of out.journal(run).read()) {
    if (event.type === 'stage-settled') enter(columns, run, event);
  }
  return new Map(
    [...columns].map(([column, cells]) => [column, [...cells.values()].toSorted((a, b) => a.row - b.row)]),
  );
}

function enter(columns: Map<ColumnId, Map<number, Growing>>, run: string, event: StageSettled): void {
  const { fingerprint, tree } = event.detail;
  const id = parseCellId(event.cell);
  if (id === null || fingerprint === null || tree === null) return;
  const cells = columns.get(id.column) ?? new Map<number, Growing>();
  const cell = cells.get(id.patch) ?? { run, cell: event.cell, row: id.patch, tree, fingerprint, stages: new Map() };
  cell.stages.set(event.result.stage, { result: event.result, detail: event.detail });
  columns.set(id.column, cells.set(id.patch, cell));
}
