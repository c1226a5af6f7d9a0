import { parseCellId, type ColumnId, type Stage } from '../cell.ts';
import type { Event, StageDetail } from './event.ts';
import { unite, type Observation } from '../finding.ts';
import type { StageResult } from '../result.ts';
import { isJudged } from '../verdict.ts';

export interface Settled {
  readonly result: StageResult;
  readonly detail: StageDetail;
}

/** What is settled so far in a run, and the questions that later cells ask of earlier ones on their column. */
export class Book {
  readonly #settled = new Map<ColumnId, Map<number, Partial<Record<Stage, Settled>>>>();
  readonly #columns = new Map<ColumnId, string | null>();
  readonly #rows: readonly number[];
  readonly #indexes: ReadonlyMap<number, number>;

  /** `rows` in the order in which they are walked. */
  constructor(rows: readonly number[], events: Iterable<Event> = []) {
    this.#rows = rows;
    this.#indexes = new Map(rows.map((row, index) => [row, index]));
    for (const event of events) this.enter(event);
  }

  enter(event: Event): void {
    if (event.type === 'column-settled') this.#columns.set(event.column, event.reason);
    if (event.type !== 'stage-settled') return;
    const cell = parseCellId(event.cell);
    if (!cell) return;
    const column = this.#settled.get(cell.column) ?? new Map<number, Partial<Record<Stage, Settled>>>();
    const stages = column.get(cell.patch) ?? {};
    stages[event.result.stage] = { result: event.result, detail: event.detail };
    this.#settled.set(cell.column, column.set(cell.patch, stages));
  }

  /** Undefined while Kconfig was not asked; else why it cannot express the column, null if it can. */
  inexpressible(column: ColumnId): string | null | undefined {
    return this.#columns.get(column);
  }

  get(row: number, column: ColumnId, stage: Stage): Settled | undefined {
    return this.#settled.get(column)?.get(row)?.[stage];
  }

  has(row: number, column: ColumnId, stages: readonly Stage[]): boolean {
    return stages.every((stage) => this.get(row, column, stage) !== undefined);
  }

  /** The row walked before this one; null for the base. */
  rowBefore(row: number): number | null {
    return this.#rows[(this.#indexes.get(row) ?? 0) - 1] ?? null;
  }

  /** The latest earlier row on which `stage` came out so that `accept` holds. */
  latest(
    row: number,
    column: ColumnId,
    stage: Stage,
    accept: (settled: Settled) => boolean,
  ): { row: number; settled: Settled } | null {
    const cells = this.#settled.get(column);
    for (let earlier = this.rowBefore(row); earlier !== null; earlier = this.rowBefore(earlier)) {
      const settled = cells?.get(earlier)?.[stage];
      if (settled && accept(settled)) return { row: earlier, settled };
    }
    return null;
  }

  /**
   * What a finding must be absent from to be new: the latest judged row, and the latest one that passed (a build that
   * stopped half-way could not repeat all its warnings). Null when no row before was judged.
   */
  known(row: number, column: ColumnId, stage: Stage): readonly Observation[] | null {
    const judged = this.latest(row, column, stage, spokeOfKernel);
    const passed = this.latest(
      row,
      column,
      stage,
      ({ result }) => result.verdict === 'pass' || result.verdict === 'warn',
    );
    if (!judged) return null;
    if (!passed || passed.row === judged.row) return judged.settled.result.findings;
    return unite(
      judged.settled.result.findings,
      passed.settled.result.findings.filter(({ kind }) => kind === 'warning'),
    );
  }
}

/** A stage that was skipped for what the machine lacks was judged as far as it goes. */
function spokeOfKernel({ result, detail }: Settled): boolean {
  return (
    isJudged(result.verdict) ||
    (result.verdict === 'skip' && result.findings.length + Object.keys(detail.checks).length > 0)
  );
}
