import { cellId, type CellId, type Stage } from '../cell.ts';
import type { Column } from '../column.ts';
import type { Series } from '../series/series.ts';

export interface PlannedCell {
  readonly id: CellId;
  readonly patch: number;
  readonly column: Column;
  readonly stages: readonly PlannedStage[];
  /** Why the cell is in the plan. */
  readonly reason: string;
}

export interface PlannedStage {
  readonly stage: Stage;
  /** Why it will not be run; null when it will. */
  readonly skip: string | null;
}

/** Everything that a run would do, in the order of rows and columns. `run` executes exactly this value. */
export interface Plan {
  readonly series: Series;
  readonly rows: readonly number[];
  readonly stages: readonly Stage[];
  readonly columns: readonly Column[];
  readonly cells: readonly PlannedCell[];
}

export interface PlanRequest {
  readonly series: Series;
  readonly rows: readonly number[];
  readonly stages: readonly Stage[];
  readonly columns: readonly Column[];
}

/** What is the same in a row or in a column is one value in all its cells. */
export function makePlan(request: PlanRequest): Plan {
  const { rows, columns, stages } = request;
  const planned = new Map(
    columns.map((column) => [column, stages.map((stage) => ({ stage, skip: skipReason(stage, column) }))]),
  );
  const cells = rows.flatMap((patch) => {
    const reason = reasonOf(patch, request);
    return columns.map((column) => ({
      id: cellId(patch, column.id),
      patch,
      column,
      stages: planned.get(column) ?? [],
      reason,
    }));
  });
  return { ...request, cells };
}

function reasonOf(patch: number, { series }: PlanRequest): string {
  if (patch === 0) return 'the base: what the patches are compared with';
  return `patch ${patch} of ${series.patches.length}: ${series.patches[patch - 1]?.subject ?? ''}`;
}

/** What can be known before Kconfig is asked. */
function skipReason(stage: Stage, column: Column): string | null {
  if (stage === 'configure' || stage === 'build' || column.row.qemu) return null;
  return noMachine(column);
}

/** Why a column that builds is not booted. */
export function noMachine({ arch }: Column): string {
  return `matrix.yaml has no qemu row for ${arch}`;
}
