import type { Grid } from '../../matrix/grid/grid.ts';

/** The grid file, in pieces: a line a cell, so that what differs between two grids is what `diff` shows. */
export function* gridJson({ columns, cells, blame, ...head }: Grid): Generator<string> {
  yield `${JSON.stringify(head, null, 1).slice(0, -2)},\n`;
  yield* list('columns', columns, ',');
  yield* list('cells', cells, ',');
  yield* list('blame', blame, '');
  yield '}\n';
}

function* list(name: string, values: readonly unknown[], end: string): Generator<string> {
  yield ` "${name}": [\n`;
  for (const [index, value] of values.entries())
    yield `  ${JSON.stringify(value)}${index + 1 < values.length ? ',' : ''}\n`;
  yield ` ]${end}\n`;
}
