import { expect, test } from 'vitest';
import { groupBlame } from '../../../matrix/grid/blame-groups.ts';
import type { Blame } from '../../../matrix/grid/grid.ts';
import type { ColumnId } from '../../../matrix/cell.ts';

const blame = (column: string, more: Partial<Blame> = {}): Blame => ({
  column: column as ColumnId,
  stage: 'build',
  brokenBy: 2,
  fixedBy: 4,
  suspects: [],
  checks: [],
  message: 'a.c:1: error',
  ...more,
});

test('nothing to blame, nothing to group', () => {
  expect(groupBlame([])).toEqual([]);
});

test('the same episode on two columns is told once', () => {
  const [group, ...rest] = groupBlame([blame('x86-64/kvm=m'), blame('arm64/kvm=y')]);
  expect(rest).toEqual([]);
  expect(group).toEqual({
    stage: 'build',
    brokenBy: 2,
    fixedBy: 4,
    suspects: [],
    checks: [],
    message: 'a.c:1: error',
    columns: ['x86-64/kvm=m', 'arm64/kvm=y'],
  });
});

test.each([
  ['stage', { stage: 'boot' }],
  ['culprit', { brokenBy: 3 }],
  ['fix', { fixedBy: null }],
  ['message', { message: 'b.c:1: error' }],
] as const)('another %s is another group', (_, more) => {
  expect(groupBlame([blame('a/k=m'), blame('b/k=m', more)])).toHaveLength(2);
});

test('suspects of all columns are kept, each once and sorted', () => {
  const [group] = groupBlame([blame('a/k=m', { suspects: [10, 2] }), blame('b/k=m', { suspects: [9, 10] })]);
  expect(group?.suspects).toEqual([2, 9, 10]);
});

test('checks of all columns are kept, each once', () => {
  const [group] = groupBlame([
    blame('a/k=m', { checks: ['vfio.dma'] }),
    blame('b/k=m', { checks: ['vfio.dma', 'vfio.taint'] }),
  ]);
  expect(group?.checks).toEqual(['vfio.dma', 'vfio.taint']);
});

test('a column that was hit twice by the same is named once', () => {
  expect(groupBlame([blame('a/k=m'), blame('a/k=m')])[0]?.columns).toEqual(['a/k=m']);
});

test('by patch, what the base already had last, else in the order of columns', () => {
  const groups = groupBlame([
    blame('a/k=m', { brokenBy: 0 }),
    blame('a/k=m', { brokenBy: 10 }),
    blame('a/k=m', { message: 'z' }),
    blame('b/k=m'),
  ]);
  expect(groups.map(({ brokenBy, message }) => [brokenBy, message])).toEqual([
    [2, 'z'],
    [2, 'a.c:1: error'],
    [10, 'a.c:1: error'],
    [0, 'a.c:1: error'],
  ]);
});

test('separators inside a message do not merge different episodes', () => {
  const groups = groupBlame([blame('a/k=m', { message: '","' }), blame('b/k=m', { message: ',' })]);
  expect(groups).toHaveLength(2);
});
