import fc from 'fast-check';
import { expect, it } from 'vitest';
import { foldVerdicts, isJudged, VERDICTS } from '../../matrix/verdict.ts';

const verdict = fc.constantFrom(...VERDICTS);
const some = fc.array(verdict, { maxLength: 6 });

it('the worst part decides: one failed stage makes the cell fail, however many passed', () => {
  expect(foldVerdicts(['pass', 'pass', 'fail', 'skip', 'skip'])).toBe('fail');
});

it('verdicts are ordered fail, error, miss, warn, pass, skip', () => {
  for (const [index, worse] of VERDICTS.entries()) {
    for (const better of VERDICTS.slice(index)) expect(foldVerdicts([better, worse])).toBe(worse);
  }
  expect(VERDICTS).toEqual(['fail', 'error', 'miss', 'warn', 'pass', 'skip']);
});

it('a cell with nothing in it was skipped, it did not pass', () => {
  expect(foldVerdicts([])).toBe('skip');
});

it('a pass beside a skip is a pass: what ran was good', () => {
  expect(foldVerdicts(['skip', 'pass'])).toBe('pass');
});

it('the order of the parts does not matter', () => {
  const shuffled = some.chain((parts) =>
    fc.tuple(fc.constant(parts), fc.shuffledSubarray(parts, { minLength: parts.length })),
  );
  fc.assert(fc.property(shuffled, ([parts, other]) => foldVerdicts(parts) === foldVerdicts(other)));
});

it('folding in groups and then folding the groups gives the same', () => {
  fc.assert(
    fc.property(
      some,
      some,
      (left, right) => foldVerdicts([foldVerdicts(left), foldVerdicts(right)]) === foldVerdicts([...left, ...right]),
    ),
  );
});

it('a verdict is never invented: it is one of the parts', () => {
  fc.assert(fc.property(fc.array(verdict, { minLength: 1 }), (parts) => parts.includes(foldVerdicts(parts))));
});

it('only fail, warn and pass speak of the kernel', () => {
  expect(VERDICTS.filter(isJudged)).toEqual(['fail', 'warn', 'pass']);
});
