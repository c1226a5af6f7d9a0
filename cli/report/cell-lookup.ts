import type { ColumnId } from '../../matrix/cell.ts';
import type { Grid, GridCell } from '../../matrix/grid/grid.ts';

/** The cell of a row and a column; undefined where there is none. */
export type CellLookup = (row: number, column: ColumnId) => GridCell | undefined;

export function cellLookup({ columns, cells }: Pick<Grid, 'columns' | 'cells'>): CellLookup {
  const byColumn = new Map(columns.map(({ id }) => [id, new Map<number, GridCell>()]));
  for (const cell of cells) byColumn.get(cell.column)?.set(cell.patch, cell);
  return (row, column) => byColumn.get(column)?.get(row);
}
