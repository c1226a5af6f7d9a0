import { expect, it } from 'vitest';
import { duration, gridText } from '../../../cli/report/grid-text.ts';
import { sampleGrid } from '../../support/sample-grids.ts';

it('shows what broke first, then patches x columns under arch and axis values, escape sequences taken out', () => {
  expect(gridText(sampleGrid())).toMatchSnapshot();
});

it('says that a run is not complete, and how to go on', () => {
  const grid = sampleGrid();
  expect(gridText({ ...grid, run: { ...grid.run, complete: false } })).toContain('not complete: go on with --resume');
  expect(gridText({ ...grid, run: { ...grid.run, complete: false } }, true)).toContain(', under way');
});

it('never calls an empty grid clean', () => {
  const grid = { ...sampleGrid(), cells: [], blame: [] };
  expect(gridText(grid)).toContain('Nothing was judged.');
});

it.each([
  [0.4, '0 s'],
  [59.4, '59 s'],
  [60, '1 min 0 s'],
  [1442, '24 min 2 s'],
])('%d seconds are %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});
