import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findingKey, markNew, sortFindings, type Observation } from '../../matrix/finding.ts';
import { compileError, observation, warning } from '../support/observations.ts';

const anyObservation: fc.Arbitrary<Observation> = fc.record({
  kind: fc.constantFrom('warning', 'compile-error', 'splat'),
  file: fc.constantFrom(null, 'a.c', 'b.c'),
  line: fc.constantFrom(null, 1, 2, 10),
  message: fc.constantFrom('unused variable', 'implicit declaration'),
});
const anyObservations = fc.array(anyObservation, { maxLength: 12 });

describe('what is new', () => {
  it('on the base nothing is new: there is nothing to compare with', () => {
    expect(markNew([warning('unused variable')], null)).toEqual([{ ...warning('unused variable'), new: false }]);
  });

  it('a warning that the patch before did not have is new', () => {
    expect(markNew([warning('unused variable')], []).map((finding) => finding.new)).toEqual([true]);
  });

  it('a warning that only moved to another line is old', () => {
    const [moved] = markNew([warning('unused variable', { line: 140 })], [warning('unused variable', { line: 100 })]);
    expect(moved).toEqual({ ...warning('unused variable', { line: 140 }), new: false });
  });

  it('the same words in another file, or of another kind, are new', () => {
    const before = [warning('unused variable')];
    expect(markNew([warning('unused variable', { file: 'virt/kvm/vfio.c' })], before)[0]?.new).toBe(true);
    expect(markNew([compileError('unused variable')], before)[0]?.new).toBe(true);
  });

  it('a second equal warning in the same file is new: they are counted', () => {
    const now = [warning('unused variable', { line: 100 }), warning('unused variable', { line: 300 })];
    expect(markNew(now, [warning('unused variable')]).map((finding) => finding.new)).toEqual([false, true]);
  });

  it('compared with itself nothing is new', () => {
    fc.assert(fc.property(anyObservations, (found) => markNew(found, found).every((finding) => !finding.new)));
  });

  it('nothing is lost and nothing is invented, and the order stays', () => {
    fc.assert(
      fc.property(anyObservations, fc.option(anyObservations), (now, before) => {
        expect(markNew(now, before).map(({ kind, file, line, message }) => ({ kind, file, line, message }))).toEqual(
          now,
        );
      }),
    );
  });

  it('as many are new as there are more than before', () => {
    fc.assert(
      fc.property(anyObservations, anyObservations, (now, before) => {
        const count = (found: readonly Observation[], key: string): number =>
          found.filter((one) => findingKey(one) === key).length;
        const fresh = markNew(now, before).filter((finding) => finding.new);
        for (const key of new Set(now.map(findingKey)))
          expect(count(fresh, key)).toBe(Math.max(0, count(now, key) - count(before, key)));
      }),
    );
  });
});

describe('the order of findings', () => {
  it('is by file, then by line as a number, then by kind and words; what has no file comes first', () => {
    const sorted = [
      observation('link-error', 'undefined reference to `kvm_get'),
      warning('unused variable', { file: 'a.c', line: 9 }),
      compileError('expected expression', { file: 'a.c', line: 10 }),
      warning('a', { file: 'a.c', line: 10 }),
      warning('b', { file: 'a.c', line: 10 }),
      warning('a', { file: 'b.c', line: 1 }),
    ];
    expect(sortFindings(sorted.toReversed())).toEqual(sorted);
  });

  it('does not depend on which parallel compiler spoke first', () => {
    const shuffled = anyObservations.chain((found) =>
      fc.tuple(fc.constant(found), fc.shuffledSubarray(found, { minLength: found.length })),
    );
    fc.assert(
      fc.property(shuffled, ([found, other]) => {
        expect(sortFindings(other)).toEqual(sortFindings(found));
      }),
    );
  });
});
