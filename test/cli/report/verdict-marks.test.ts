import { expect, test } from 'vitest';
import { cellBasis, cellReason, countVerdicts } from '../../../cli/report/verdict-marks.ts';
import type { ColumnId } from '../../../matrix/cell.ts';
import type { GridCell } from '../../../matrix/grid/grid.ts';
import { notRun, type Basis, type StageResult } from '../../../matrix/result.ts';

const result = (basis: Basis, more: Partial<StageResult> = {}): StageResult => ({
  stage: 'build',
  verdict: 'pass',
  basis,
  reason: null,
  from: null,
  seconds: 0,
  findings: [],
  log: 'a.log',
  ...more,
});
const cell = (...stages: StageResult[]): GridCell => ({
  patch: 1,
  column: 'a/k=m' as ColumnId,
  verdict: stages[0]?.verdict ?? 'skip',
  stages,
});

test('a cell for which anything was run was run', () => {
  expect(cellBasis(cell(result('proved'), result('ran')))).toBe('ran');
});

test('what was not even tried does not count', () => {
  const untried = [notRun('boot', 'skip', 'needs build'), notRun('boot', 'miss', 'no QEMU')];
  expect(cellBasis(cell(result('proved', { verdict: 'fail' }), ...untried))).toBe('proved');
  expect(cellBasis(cell(result('reused'), ...untried))).toBe('reused');
  expect(cellBasis(cell(...untried))).toBe('ran');
});

test('a miss that was tried counts', () => {
  expect(cellBasis(cell(result('proved'), result('ran', { verdict: 'miss' })))).toBe('ran');
});

test('proved is said before reused', () => {
  expect(cellBasis(cell(result('reused'), result('proved')))).toBe('proved');
});

test('the reason is that of the stage that decided', () => {
  expect(cellReason(cell(result('ran', { verdict: 'fail', reason: 'x' })))).toBe('fail at build: x');
  expect(cellReason(cell(result('ran')))).toBe('pass');
});

test('counts go worst first and leave out what does not occur', () => {
  expect(countVerdicts([cell(result('ran')), cell(result('ran', { verdict: 'fail' })), cell(result('ran'))])).toEqual([
    ['fail', 1],
    ['pass', 2],
  ]);
});
