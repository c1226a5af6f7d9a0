import type { ColumnId, Stage } from '../../matrix/cell.ts';
import type { Finding } from '../../matrix/finding.ts';
import type { Grid } from '../../matrix/grid/grid.ts';

/** A finding that a patch brought, told once for all columns that show it. */
export interface NewFinding {
  readonly patch: number;
  readonly stage: Stage;
  readonly finding: Finding;
  readonly columns: readonly ColumnId[];
}

/** All that is new in the grid, in the order of patches. */
export function newFindings(grid: Grid): NewFinding[] {
  const found = new Map<string, NewFinding & { columns: ColumnId[] }>();
  for (const { patch, column, stage, finding } of sightings(grid)) {
    const key = JSON.stringify([patch, stage, finding]);
    const known = found.get(key);
    if (!known) found.set(key, { patch, stage, finding, columns: [column] });
    else if (!known.columns.includes(column)) known.columns.push(column);
  }
  return [...found.values()].toSorted((a, b) => a.patch - b.patch);
}

function* sightings({ cells }: Grid): Generator<{ patch: number; column: ColumnId; stage: Stage; finding: Finding }> {
  for (const { patch, column, stages } of cells)
    for (const { stage, findings } of stages)
      for (const finding of findings) if (finding.new) yield { patch, column, stage, finding };
}
