import { expect, it } from 'vitest';
import { gridJson } from '../../../cli/report/grid-json.ts';
import { sampleGrid } from '../../support/sample-grids.ts';

it.each([sampleGrid(), { ...sampleGrid(), columns: [], cells: [], blame: [] }])(
  'is the grid, a line a cell',
  (grid) => {
    const text = [...gridJson(grid)].join('');
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(grid)));
    expect(text.match(/^ {2}\{"patch":/gm) ?? []).toHaveLength(grid.cells.length);
  },
);
