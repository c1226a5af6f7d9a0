import fc from 'fast-check';
import { expect, it } from 'vitest';
import { chooseRows } from '../../../matrix/plan/rows.ts';
import { failureOf } from '../../support/failures.ts';

it('without --patches every patch is walked, the base first', () => {
  expect(chooseRows(undefined, 3)).toEqual([0, 1, 2, 3]);
});

it('positions and ranges may stand in any order and overlap', () => {
  expect(chooseRows('9, 1-3,2-4', 10)).toEqual([0, 1, 2, 3, 4, 9]);
});

it('the base is walked even if nobody asked for it: all is compared with it', () => {
  expect(chooseRows('3', 3)).toEqual([0, 3]);
  expect(chooseRows('0', 3)).toEqual([0]);
});

it.each([
  ['4', '4'],
  ['1-4', '1-4'],
  ['3-1', '3-1'],
  ['1,,2', ''],
  ['one', 'one'],
  ['1-', '1-'],
  ['-1', '-1'],
  ['1.5', '1.5'],
])('--patches %s is refused, for "%s" is no range of three patches', (text, part) => {
  const failure = failureOf(() => chooseRows(text, 3));
  expect(failure.message).toBe(`--patches: "${part}" is no range of 1-3`);
  expect(failure.hint).toBe('write positions and ranges, e.g. --patches 1-5,9');
  expect(failure.exitCode).toBe(2);
});

it('rows begin with 0, are sorted, and none is there twice', () => {
  const request = fc.integer({ min: 1, max: 40 }).chain((patches) => {
    const place = fc.integer({ min: 0, max: patches });
    const range = fc.tuple(place, place).map(([a, b]) => (a === b ? `${a}` : `${Math.min(a, b)}-${Math.max(a, b)}`));
    return fc.tuple(
      fc.option(
        fc.array(range, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(',')),
        { nil: undefined },
      ),
      fc.constant(patches),
    );
  });
  fc.assert(
    fc.property(request, ([text, patches]) => {
      const rows = chooseRows(text, patches);
      expect(rows[0]).toBe(0);
      expect(rows).toEqual([...new Set(rows)].toSorted((a, b) => a - b));
      expect(rows.at(-1)).toBeLessThanOrEqual(patches);
    }),
  );
});
