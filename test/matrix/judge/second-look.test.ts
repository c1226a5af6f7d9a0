import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../matrix/finding.ts';
import { agreedChecks, settleTwo, wantsSecondLook } from '../../../matrix/judge/second-look.ts';
import { judgement, type Judgement } from '../../../matrix/result.ts';

const failing = (fresh: boolean): Judgement => {
  const finding: Finding = { kind: 'probe', check: 'kvm.a', file: null, line: null, message: 'kvm.a: no', new: fresh };
  return judgement('fail', 'kvm.a: no', [finding]);
};
const whole = judgement('pass', null);
const skipped = judgement('skip', 'needs boot');

describe('a second boot is wanted', () => {
  it.each([
    ['for a failure that is news', { kvm: failing(true) }, false, true],
    ['for any failure of the base', { kvm: failing(false) }, true, true],
    ['not for one that the row before had', { kvm: failing(false) }, false, false],
    ['not where nothing failed', { kvm: judgement('warn', 'a splat') }, false, false],
  ])('%s', (_, judged, isBase, wanted) => expect(wantsSecondLook(judged, isBase)).toBe(wanted));
});

describe('two boots together', () => {
  it('fail where both fail, in the words of the first', () => {
    expect(settleTwo({ kvm: failing(true) }, { kvm: judgement('fail', 'kvm.b: no') }).kvm.reason).toBe('kvm.a: no');
  });

  it('warn where the failure did not come again; what did not fail keeps its second word', () => {
    const settled = settleTwo({ boot: whole, kvm: failing(true) }, { boot: whole, kvm: whole });
    expect(settled.boot).toEqual(whole);
    expect(settled.kvm.verdict).toBe('warn');
    expect(settled.kvm.reason).toBe('failed in one of two boots: kvm.a: no');
    expect(settled.kvm.findings).toEqual([
      { kind: 'splat', file: null, line: null, message: 'kvm.a: no (in one of two boots)', new: true },
    ]);
  });

  it('judge the later stages by the boot that came to them', () => {
    const first = { boot: failing(true), kvm: skipped };
    expect(settleTwo(first, { boot: whole, kvm: whole }).kvm.verdict).toBe('pass');
  });

  it('a machine that let the second one down leaves that word', () => {
    expect(settleTwo({ kvm: failing(true) }, { kvm: judgement('miss', 'killed') }).kvm.verdict).toBe('miss');
  });

  it('know of no check that they do not agree on', () => {
    expect(agreedChecks({ a: 'ok', b: 'not ok', c: 'not ok' }, { a: 'ok', b: 'ok', c: 'not ok', d: 'ok' })).toEqual({
      a: 'ok',
      b: 'unknown',
      c: 'not ok',
      d: 'ok',
    });
  });
});
