import type { CellId, Stage } from '../../matrix/cell.ts';
import { parseCellId } from '../../matrix/cell.ts';
import type { Settled } from '../../matrix/book.ts';
import type { OutDir } from './out-dir.ts';

/** A cell of an earlier run, by the fingerprint of its inputs. */
export interface StoredCell {
  readonly run: string;
  readonly cell: CellId;
  readonly stages: ReadonlyMap<Stage, Settled>;
}

/** Every cell of every earlier run here that was judged: the journals are the store. */
export function loadResults(out: OutDir, except: string): Map<string, StoredCell> {
  const stored = new Map<string, StoredCell>();
  for (const run of out.runs().filter((id) => id !== except)) {
    for (const [fingerprint, cell] of cellsOf(out, run)) stored.set(fingerprint, cell);
  }
  return stored;
}

function cellsOf(out: OutDir, run: string): Map<string, StoredCell> {
  const cells = new Map<string, { run: string; cell: CellId; stages: Map<Stage, Settled> }>();
  for (const event of out.journal(run).read()) {
    if (event.type !== 'stage-settled' || event.detail.fingerprint === null || parseCellId(event.cell) === null)
      continue;
    const known = cells.get(event.detail.fingerprint) ?? { run, cell: event.cell, stages: new Map() };
    known.stages.set(event.result.stage, { result: event.result, detail: event.detail });
    cells.set(event.detail.fingerprint, known);
  }
  return cells;
}
