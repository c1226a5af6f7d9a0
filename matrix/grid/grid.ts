import type { CellId, ColumnId, Stage } from '../cell.ts';
import type { ColumnFacts, RunFacts } from '../journal/event.ts';
import type { StageResult } from '../result.ts';
import type { Verdict } from '../verdict.ts';

export interface GridCell {
  readonly patch: number;
  readonly column: ColumnId;
  readonly verdict: Verdict;
  readonly stages: readonly StageResult[];
}

export interface GridColumn extends ColumnFacts {
  /** Null until Kconfig was asked. */
  readonly expressible: boolean | null;
  readonly reason: string | null;
}

export interface Cost {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  /** Null: not measured. */
  readonly compilerCpuSeconds: number | null;
  readonly makeCalls: number;
}

/** What came of building proved and reused cells from clean. */
export interface Audit {
  readonly cells: number;
  readonly differing: readonly { readonly cell: CellId; readonly differences: readonly string[] }[];
}

/** One episode of a column being broken in one stage, or in checks of that stage. */
export interface Blame {
  readonly column: ColumnId;
  readonly stage: Stage;
  /** The first patch that was seen broken; 0 means the base already was: pre-existing, held against no patch. */
  readonly brokenBy: number;
  /** The first later patch that was seen whole again; null if none was. */
  readonly fixedBy: number | null;
  /** Patches between the last whole one and `brokenBy` that gave no verdict: they may be the cause as well (0: the base). */
  readonly suspects: readonly number[];
  /** The checks of the probe that broke and were mended together; empty when the stage as a whole did. */
  readonly checks: readonly string[];
  readonly message: string;
}

/** The grid file: a contract, see grid.schema.json. */
export interface Grid {
  readonly schema: 'kvm-matrix.grid/1';
  readonly run: Omit<RunFacts, 'columns'> & {
    readonly startedAt: string;
    readonly finishedAt: string | null;
    /** Every planned stage is settled. */
    readonly complete: boolean;
    readonly cost: Cost;
    /** Null when no cell was audited. */
    readonly audit: Audit | null;
  };
  readonly columns: readonly GridColumn[];
  readonly cells: readonly GridCell[];
  readonly blame: readonly Blame[];
}
