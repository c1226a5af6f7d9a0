import { describe, expect, it } from 'vitest';
import { blameColumns } from '../../../matrix/grid/blame.ts';
import type { Blame } from '../../../matrix/grid/grid.ts';
import { columnId, type ColumnId, type Stage } from '../../../matrix/cell.ts';
import type { GridCell } from '../../../matrix/grid/grid.ts';
import { foldVerdicts, type Verdict } from '../../../matrix/verdict.ts';
import { COLUMN, result } from '../../support/journal.ts';

const WORDS: Readonly<Record<string, Verdict>> = {
  '.': 'pass',
  w: 'warn',
  F: 'fail',
  m: 'miss',
  e: 'error',
  s: 'skip',
};

/** The cells of one column from one letter per row, e.g. `..F.`. */
function cells(
  letters: string,
  { column = COLUMN, stage = 'build' as Stage, rows = [...letters].map((_, row) => row) } = {},
): GridCell[] {
  return [...letters].map((letter, index) => {
    const patch = rows[index] ?? 0;
    const stages = [result(stage, WORDS[letter] ?? 'pass', { reason: `row ${patch}` })];
    return { patch, column, verdict: foldVerdicts(stages.map(({ verdict }) => verdict)), stages };
  });
}

function blame(letters: string, rows = [...letters].map((_, row) => row)): string[] {
  return blameColumns(cells(letters, { rows }), rows).map(describeBlame);
}

function describeBlame({ brokenBy, fixedBy, suspects }: Blame): string {
  return [brokenBy, fixedBy ?? '-', ...(suspects.length > 0 ? [`or ${suspects.join(' ')}`] : [])].join(' ');
}

describe('one column', () => {
  it.each([
    ['.....', []],
    ['..FF.', ['2 4']],
    ['..FFF', ['2 -']],
    ['..F..', ['2 3']],
    ['.F.FF', ['1 2', '3 -']],
    ['.F.F.', ['1 2', '3 4']],
    ['F....', ['0 1']],
    ['FFFFF', ['0 -']],
    ['F.F..', ['0 1', '2 3']],
    ['.wFw.', ['2 3']],
  ])('%s is broken and fixed by %j', (letters, episodes) => {
    expect(blame(letters)).toEqual(episodes);
  });

  it.each([
    ['.m.F.', ['3 4'], 'a gap before a whole row is no suspect'],
    ['mF.', ['1 2 or 0'], 'a base without a verdict may be the cause as well'],
    ['..mF.', ['3 4 or 2'], 'a gap right before the failure may be the cause'],
    ['.memF', ['4 - or 1 2 3'], 'so may all of a longer gap'],
    ['..FmF', ['2 -'], 'a gap inside an episode does not end it'],
    ['..Fm.', ['2 4'], 'the fix is the first row that was seen whole'],
    ['..Fss', ['2 -'], 'a skip mends nothing'],
    ['Fm.F.', ['0 2', '3 4'], 'a broken base has no suspects'],
  ])('%s: %j, for %s', (letters, episodes) => {
    expect(blame(letters)).toEqual(episodes);
  });

  it('rows that are not walked are not suspected, and patches keep their own numbers', () => {
    expect(blame('.mF.', [0, 4, 7, 9])).toEqual(['7 9 or 4']);
  });

  it('the message is that of the row that broke it', () => {
    expect(blameColumns(cells('..FF.'), [0, 1, 2, 3, 4])).toEqual([
      { column: COLUMN, stage: 'build', brokenBy: 2, fixedBy: 4, suspects: [], checks: [], message: 'row 2' },
    ]);
  });
});

describe('several columns and stages', () => {
  const other: ColumnId = columnId('x86-64', { KVM: 'y', VFIO: 'm' });

  it('each column has its own history, in the order of the columns', () => {
    const both = [...cells('.F.', { column: COLUMN }), ...cells('..F', { column: other })].toSorted(
      (a, b) => a.patch - b.patch,
    );
    expect(blameColumns(both, [0, 1, 2]).map((one) => `${one.column} ${describeBlame(one)}`)).toEqual([
      `${COLUMN} 1 2`,
      `${other} 2 -`,
    ]);
  });

  it('a build that breaks while the boot is broken does not mend the boot', () => {
    const [build, boot] = [cells('...FF.'), cells('..Fss.', { stage: 'boot' })];
    const both = build.map((cell, row): GridCell => ({
      ...cell,
      stages: [...cell.stages, ...(boot[row]?.stages ?? [])],
    }));
    expect(blameColumns(both, [0, 1, 2, 3, 4, 5]).map((one) => `${one.stage} ${describeBlame(one)}`)).toEqual([
      'build 3 5',
      'boot 2 5',
    ]);
  });

  it('no cells, no blame', () => {
    expect(blameColumns([], [0])).toEqual([]);
  });
});
