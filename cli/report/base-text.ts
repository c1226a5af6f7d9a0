import type { Grid, GridCell } from '../../matrix/grid/grid.ts';
import { LETTERS } from './verdict-letters.ts';

/** The grid of a single row, turned on its side: a line a column, a letter a stage, and every reason there is. */
export function baseLines({ cells, columns, run }: Grid): string[] {
  const width = Math.max(6, ...columns.map(({ id }) => id.length));
  const head = `${'column'.padEnd(width)}  ${run.stages.join(' ')}`;
  const line = (cell: GridCell): string => {
    const letters = cell.stages.map(({ stage, verdict }) => LETTERS[verdict].padEnd(stage.length)).join(' ');
    return `${cell.column.padEnd(width)}  ${letters}  ${reasons(cell).join('; ')}`.trimEnd();
  };
  return [head, ...cells.map(line)];
}

/** What follows from an earlier stage needs no words of its own. */
function reasons({ stages }: GridCell): string[] {
  const told = stages.filter(({ reason }) => reason !== null && !reason.startsWith('needs '));
  const first = told.filter(({ reason }, index) => told.findIndex((other) => other.reason === reason) === index);
  return first.map(({ stage, verdict, reason }) => `${stage} ${verdict}: ${reason?.split('\n', 1)[0]}`);
}
