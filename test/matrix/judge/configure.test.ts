import { describe, expect, it } from 'vitest';
import {
  carryConfigure,
  judgeConfigure,
  type ConfiguredBefore,
  type ConfigureOutcome,
} from '../../../matrix/judge/configure.ts';
import type { Override, Resolved, SymbolFacts } from '../../../matrix/kconfig/kconfig.ts';
import { asKnown, asNew, observation, warning } from '../../support/observations.ts';

const RESOLVED: Resolved = new Map([
  ['KVM', 'y'],
  ['SMP', 'y'],
]);
const BEFORE: ConfiguredBefore = { resolved: RESOLVED, findings: [] };
const BOOL: SymbolFacts = { known: true, type: 'bool', depends: [] };
const KVM_M: Override = { symbol: 'KVM', value: 'm', got: 'y' };

function outcome(more: Partial<ConfigureOutcome> = {}): ConfigureOutcome {
  return {
    ended: { kind: 'exited', code: 0 },
    observations: [],
    infra: null,
    lastComplaint: null,
    resolved: RESOLVED,
    refused: [],
    drifted: [],
    facts: new Map([['KVM', BOOL]]),
    ...more,
  };
}

describe('a config that came out as asked', () => {
  it('passes', () => {
    expect(judgeConfigure(outcome(), null)).toEqual({
      verdict: 'pass',
      reason: null,
      findings: [],
      inexpressible: null,
    });
  });

  it('tells which symbols a patch changed without being asked, and passes', () => {
    const { verdict, findings } = judgeConfigure(
      outcome({ resolved: new Map([...RESOLVED, ['IRQ_BYPASS_MANAGER', 'y']]) }),
      BEFORE,
    );
    expect(verdict).toBe('pass');
    expect(findings).toEqual([
      { kind: 'config', file: null, line: null, message: 'IRQ_BYPASS_MANAGER: n -> y', new: true },
    ]);
  });

  it('on the base changed nothing', () => {
    expect(judgeConfigure(outcome(), null).findings).toEqual([]);
  });
});

describe('what Kconfig warns of', () => {
  const odd = warning('defaults for choice values not supported', { file: 'virt/kvm/Kconfig', line: 9 });
  const told = outcome({ observations: [odd, warning('unused variable', { file: 'scripts/kconfig/conf.c' })] });

  it('is known on the base, new on the patch that brings it, and known behind that', () => {
    expect(judgeConfigure(told, null)).toMatchObject({ verdict: 'pass', findings: [asKnown(odd)] });
    const { inexpressible: _, ...brought } = judgeConfigure(told, BEFORE);
    const reason = 'virt/kvm/Kconfig:9: defaults for choice values not supported';
    expect(brought).toMatchObject({ verdict: 'warn', reason, findings: [asNew(odd)] });
    expect(judgeConfigure(told, { ...BEFORE, findings: [odd] })).toMatchObject({ verdict: 'pass', reason: null });
    const result = { stage: 'configure', basis: 'ran', from: null, seconds: 1, log: null, ...brought } as const;
    const carried = carryConfigure(result, 'x');
    expect(carried).toMatchObject({ basis: 'proved', verdict: 'pass', reason: null, findings: [asKnown(odd)] });
  });
});

describe('a request that Kconfig overrides', () => {
  const overridden = outcome({ refused: [KVM_M] });

  it('on the base makes the column a skip with its reason: it cannot be expressed', () => {
    expect(judgeConfigure(overridden, null)).toMatchObject({
      verdict: 'skip',
      reason: 'not expressible (KVM is bool, it cannot be m)',
      inexpressible: 'KVM is bool, it cannot be m',
    });
  });

  it('on a patch is the fault of the patch, which took the column away', () => {
    const judged = judgeConfigure(overridden, BEFORE);
    expect(judged).toMatchObject({ verdict: 'fail', reason: 'KVM is bool, it cannot be m', inexpressible: null });
    expect(judged.findings).toEqual([
      { kind: 'kconfig-error', file: null, line: null, message: 'KVM is bool, it cannot be m', new: true },
    ]);
  });

  it('of several tells all, the axes first', () => {
    const both = outcome({
      refused: [KVM_M, { symbol: 'KVM_NOWHERE', value: 'y', got: 'n' }],
      drifted: [{ symbol: 'PCI', value: 'y', got: 'n' }],
      facts: new Map([
        ['KVM', BOOL],
        ['PCI', { ...BOOL, depends: ['HAVE_PCI [=n]'] }],
      ]),
    });
    expect(judgeConfigure(both, null).reason).toBe(
      'not expressible (KVM is bool, it cannot be m; this tree has no symbol KVM_NOWHERE; PCI=y asked, Kconfig makes it n: depends on HAVE_PCI [=n])',
    );
    expect(judgeConfigure(both, BEFORE).findings.map(({ message }) => message)).toEqual([
      'KVM is bool, it cannot be m',
      'this tree has no symbol KVM_NOWHERE',
      'PCI=y asked, Kconfig makes it n: depends on HAVE_PCI [=n]',
    ]);
  });

  it('on a patch tells besides which symbols it changed', () => {
    const taken = judgeConfigure(outcome({ refused: [KVM_M] }), {
      findings: [],
      resolved: new Map([
        ['KVM', 'm'],
        ['SMP', 'y'],
      ]),
    });
    expect(taken.findings.map(({ kind, message }) => `${kind}: ${message}`)).toEqual([
      'kconfig-error: KVM is bool, it cannot be m',
      'config: KVM: m -> y',
    ]);
  });
});

describe('a symbol that only a fragment names', () => {
  it('and that this tree does not have is noted, no more: fragments serve many trees', () => {
    const judged = judgeConfigure(
      outcome({ drifted: [{ symbol: 'LEGACY_VSYSCALL_NONE', value: 'y', got: 'n' }], facts: new Map() }),
      null,
    );
    expect(judged).toMatchObject({ verdict: 'pass', inexpressible: null });
    expect(judged.findings).toEqual([
      {
        kind: 'config',
        file: null,
        line: null,
        message: 'LEGACY_VSYSCALL_NONE=y asked: this tree has no such symbol',
        new: false,
      },
    ]);
  });

  it('and that the tree has must come out as asked', () => {
    const judged = judgeConfigure(outcome({ drifted: [{ symbol: 'KVM', value: 'm', got: 'y' }] }), null);
    expect(judged.verdict).toBe('skip');
  });
});

describe('a wish: SYMBOL?=value', () => {
  const wish: Override = { symbol: 'KVM', value: 'm', got: 'y', ifKnown: true };
  const unknown: Override = { symbol: 'KVM_WERROR', value: 'y', got: 'n', ifKnown: true };

  it.each([
    ['of an axis, on the base', { refused: [unknown] }, null],
    ['of an axis, on a patch', { refused: [unknown] }, BEFORE],
    ['of a fragment', { drifted: [unknown] }, null],
  ])('for a symbol that this tree does not have is noted, no more: %s', (_, more, before) => {
    const judged = judgeConfigure(outcome(more), before);
    expect(judged).toMatchObject({ verdict: 'pass', reason: null, inexpressible: null });
    expect(judged.findings).toEqual([
      {
        kind: 'config',
        file: null,
        line: null,
        message: 'KVM_WERROR=y asked: this tree has no such symbol',
        new: false,
      },
    ]);
  });

  it.each(['refused', 'drifted'] as const)('for a symbol that the tree has must come out as asked: %s', (how) => {
    expect(judgeConfigure(outcome({ [how]: [wish] }), null)).toMatchObject({
      verdict: 'skip',
      inexpressible: 'KVM is bool, it cannot be m',
    });
    expect(judgeConfigure(outcome({ [how]: [wish] }), BEFORE).verdict).toBe('fail');
  });

  it('does not excuse a request beside it', () => {
    const firm: Override = { symbol: 'KVM_NOWHERE', value: 'y', got: 'n' };
    expect(judgeConfigure(outcome({ refused: [unknown, firm] }), null).inexpressible).toBe(
      'this tree has no symbol KVM_NOWHERE',
    );
  });
});

describe('a configuration that did not come to an end', () => {
  const verdict = (more: Partial<ConfigureOutcome>): string => {
    const { verdict: word, reason } = judgeConfigure(outcome({ resolved: null, ...more }), null);
    return `${word}: ${reason}`;
  };

  it('fails on what Kconfig could not read', () => {
    const syntax = observation('kconfig-error', 'syntax error', { file: 'virt/kvm/Kconfig', line: 12 });
    const judged = judgeConfigure(
      outcome({ ended: { kind: 'exited', code: 2 }, resolved: null, observations: [warning('odd'), syntax] }),
      BEFORE,
    );
    expect(judged).toEqual({
      verdict: 'fail',
      reason: 'virt/kvm/Kconfig:12: syntax error',
      findings: [{ ...syntax, new: true }],
      inexpressible: null,
    });
  });

  it('that left no .config though it exited 0 is an error of ours', () => {
    expect(verdict({})).toBe('error: make exited 0 and left no .config');
  });

  it('that the machine ended is a miss, whatever was understood besides', () => {
    const ended = { kind: 'exited', code: 2 } as const;
    expect(
      verdict({ ended, infra: '/bin/sh: 1: flex: not found', observations: [observation('kconfig-error', 'x')] }),
    ).toBe('miss: the machine ended the configuration: /bin/sh: 1: flex: not found');
    expect(verdict({ ended: { kind: 'signalled', signal: 'SIGKILL' } })).toBe('miss: ended by SIGKILL; out of memory?');
    expect(verdict({ ended: { kind: 'timed-out', seconds: 60 } })).toBe('miss: not done after 60 s');
  });

  it('that failed in words that nobody taught us is an error of ours', () => {
    expect(
      verdict({
        ended: { kind: 'exited', code: 2 },
        observations: [warning('odd')],
        lastComplaint: '[Makefile:733: allnoconfig] Error 2',
      }),
    ).toBe('error: make exited 2 in words we do not know: [Makefile:733: allnoconfig] Error 2');
    expect(verdict({ ended: { kind: 'exited', code: 2 } })).toBe(
      'error: make exited 2 in words we do not know: no complaint at all',
    );
  });

  it('says nothing about whether the column can be expressed', () => {
    expect(
      judgeConfigure(outcome({ ended: { kind: 'exited', code: 2 }, resolved: null }), null).inexpressible,
    ).toBeNull();
  });
});
