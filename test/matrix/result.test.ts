import { expect, it } from 'vitest';
import { allowsNext, carryOver, holdsLater, judgement, notRun } from '../../matrix/result.ts';
import { VERDICTS } from '../../matrix/verdict.ts';
import { result } from '../support/journal.ts';
import { asNew, warning } from '../support/observations.ts';

it('a stage that was not run took no time, found nothing and left no log', () => {
  expect(notRun('boot', 'skip', 'needs build')).toEqual({
    stage: 'boot',
    verdict: 'skip',
    basis: 'ran',
    reason: 'needs build',
    from: null,
    seconds: 0,
    findings: [],
    log: null,
  });
});

it('a judgement without findings has an empty list', () => {
  expect(judgement('pass', null)).toEqual({ verdict: 'pass', reason: null, findings: [] });
});

it('only pass and warn let the next stage run', () => {
  expect(VERDICTS.filter((verdict) => allowsNext(result('build', verdict)))).toEqual(['warn', 'pass']);
});

it('trouble of the machine or of ours is tried again in a later run, a verdict about the kernel is not', () => {
  expect(VERDICTS.filter((verdict) => holdsLater(result('build', verdict)))).toEqual(['fail', 'warn', 'pass', 'skip']);
});

it('a carried verdict tells how it was come by and from which cell, and cost no time', () => {
  const ran = result('build', 'warn', {
    seconds: 41.2,
    findings: [asNew(warning('unused variable'))],
    log: 'cells/01/build.log',
  });
  const carried = carryOver(ran, 'proved', '01/x86-64/kvm=m,vfio=m');
  expect(carried).toMatchObject({
    verdict: 'warn',
    basis: 'proved',
    from: '01/x86-64/kvm=m,vfio=m',
    seconds: 0,
    reason: 'build says warn',
  });
  expect(carried.log).toBe('cells/01/build.log');
});
