import { describe, expect, it } from 'vitest';
import { Book } from '../../../matrix/journal/book.ts';
import { columnId } from '../../../matrix/cell.ts';
import type { Event } from '../../../matrix/journal/event.ts';
import { markNew, type Finding } from '../../../matrix/finding.ts';
import { allowsNext } from '../../../matrix/result.ts';
import type { Verdict } from '../../../matrix/verdict.ts';
import { COLUMN, columnSettled, result, settled } from '../../support/journal.ts';
import { asKnown, compileError, observation, warning } from '../../support/observations.ts';

const ROWS = [0, 1, 2, 3];
const OTHER = columnId('x86-64', { KVM: 'y', VFIO: 'm' });

function build(row: number, verdict: Verdict, findings: readonly Finding[] = []): Event {
  return settled(row, result('build', verdict, { findings }));
}

describe('what is settled', () => {
  it('is found by row, column and stage', () => {
    const book = new Book(ROWS, [build(1, 'pass')]);
    expect(book.get(1, COLUMN, 'build')?.result.verdict).toBe('pass');
    expect(book.get(1, COLUMN, 'boot')).toBeUndefined();
    expect(book.get(2, COLUMN, 'build')).toBeUndefined();
    expect(book.get(1, OTHER, 'build')).toBeUndefined();
  });

  it('the last word counts: a stage that was tried again replaces the first try', () => {
    const book = new Book(ROWS, [build(1, 'miss')]);
    book.enter(build(1, 'pass'));
    expect(book.get(1, COLUMN, 'build')?.result.verdict).toBe('pass');
  });

  it('a cell is done when all the stages asked for are settled', () => {
    const book = new Book(ROWS, [settled(1, result('configure', 'pass')), build(1, 'fail')]);
    expect(book.has(1, COLUMN, ['configure', 'build'])).toBe(true);
    expect(book.has(1, COLUMN, ['configure', 'build', 'boot'])).toBe(false);
  });

  it('events that settle nothing change nothing', () => {
    const book = new Book(ROWS, [
      { type: 'stage-started', at: '2026-11-23T10:00:00.000Z', cell: '01/x' as never, stage: 'build' },
    ]);
    expect(book.get(1, COLUMN, 'build')).toBeUndefined();
  });
});

describe('whether Kconfig can express a column', () => {
  it('is unknown until it was asked, then null for yes or the reason for no', () => {
    expect(new Book(ROWS).inexpressible(COLUMN)).toBeUndefined();
    expect(new Book(ROWS, [columnSettled(null)]).inexpressible(COLUMN)).toBeNull();
    expect(new Book(ROWS, [columnSettled('KVM is bool, it cannot be m')]).inexpressible(COLUMN)).toBe(
      'KVM is bool, it cannot be m',
    );
    expect(new Book(ROWS, [columnSettled('KVM is bool, it cannot be m', OTHER)]).inexpressible(COLUMN)).toBeUndefined();
  });
});

describe('earlier rows', () => {
  it('the row before is the one walked before, gaps left out; the base has none', () => {
    const book = new Book([0, 3, 7]);
    expect([book.rowBefore(7), book.rowBefore(3), book.rowBefore(0)]).toEqual([3, 0, null]);
  });

  it('the latest acceptable row is looked for backwards, the row itself not counted', () => {
    const book = new Book(ROWS, [build(0, 'pass'), build(1, 'warn'), build(2, 'fail'), build(3, 'pass')]);
    expect(book.latest(3, COLUMN, 'build', ({ result: { verdict } }) => verdict !== 'fail')?.row).toBe(1);
    expect(book.latest(3, COLUMN, 'build', () => true)?.row).toBe(2);
    expect(book.latest(0, COLUMN, 'build', () => true)).toBeNull();
    expect(book.latest(3, OTHER, 'build', (one) => allowsNext(one.result))).toBeNull();
  });
});

describe('what a finding must be absent from to be new', () => {
  const odd = asKnown(warning('unused variable'));
  const broken = asKnown(compileError('expected expression'));

  it('on the base there is nothing to compare with', () => {
    expect(new Book(ROWS).known(0, COLUMN, 'build')).toBeNull();
  });

  it('the row before counts, if it was judged', () => {
    const book = new Book(ROWS, [build(0, 'pass'), build(1, 'warn', [odd])]);
    expect(book.known(2, COLUMN, 'build')).toEqual([odd]);
  });

  it('a row that gave no verdict is looked past', () => {
    const book = new Book(ROWS, [build(0, 'warn', [odd]), build(1, 'miss'), build(2, 'error')]);
    expect(book.known(3, COLUMN, 'build')).toEqual([odd]);
  });

  it('a build that stopped half-way could not repeat its warnings: those of the last whole build are old too', () => {
    const book = new Book(ROWS, [build(0, 'warn', [odd]), build(1, 'fail', [broken])]);
    expect(book.known(2, COLUMN, 'build')).toEqual([broken, odd]);
  });

  it('an error of the last whole build is not carried along: only warnings can be hidden by a failure', () => {
    const panic = { ...broken, kind: 'panic' as const };
    const book = new Book(ROWS, [build(0, 'pass', [panic]), build(1, 'fail', [broken])]);
    expect(book.known(2, COLUMN, 'build')).toEqual([broken]);
  });

  it('a warning that was fixed and comes back is new again', () => {
    const book = new Book(ROWS, [build(0, 'pass', [odd]), build(1, 'pass')]);
    expect(markNew([odd], book.known(2, COLUMN, 'build')).map((finding) => finding.new)).toEqual([true]);
  });

  it('a broken base makes its own errors old for the patches', () => {
    const book = new Book(ROWS, [build(0, 'fail', [broken])]);
    expect(markNew([broken], book.known(1, COLUMN, 'build')).map((finding) => finding.new)).toEqual([false]);
  });

  it('a stage that ran, and is a skip because the heart of it cannot be shown, is known all the same', () => {
    const splat = asKnown(observation('splat', 'WARNING: odd'));
    const book = new Book(ROWS, [settled(0, result('kvm', 'skip', { reason: 'TCG has no SIE', findings: [splat] }))]);
    expect(book.known(1, COLUMN, 'kvm')).toEqual([splat]);
  });

  // A failed build carries the warnings of all objects that it did not touch, so each is listed by both rows.
  it('a warning that both the failed and the last whole build had counts once', () => {
    const book = new Book(ROWS, [build(0, 'pass', [odd]), build(1, 'fail', [broken, odd])]);
    const second = { ...odd, line: 300 };
    expect(markNew([odd, second], book.known(2, COLUMN, 'build')).map((finding) => finding.new)).toEqual([false, true]);
  });
});
