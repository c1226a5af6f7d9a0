import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  configDelta,
  explainOverride,
  formatRequests,
  overridden,
  parseDotConfig,
  parseRequest,
} from '../../../matrix/kconfig/kconfig.ts';
import { nearly } from '../../support/any-text.ts';

const DOT_CONFIG = `#
# Automatically generated file; DO NOT EDIT.
# Linux/x86 6.12.117 Kernel Configuration
#
CONFIG_CC_VERSION_TEXT="x86_64-linux-gnu-gcc (Debian 12.2.0-14+deb12u1) 12.2.0"
CONFIG_64BIT=y
# CONFIG_SWAP is not set
CONFIG_KVM=m
CONFIG_PHYSICAL_START=0x1000000
CONFIG_HZ=1000
CONFIG_DEFAULT_HOSTNAME=""
# end of General setup
`;

describe('requests', () => {
  it('the value is all behind the first =, quotes and further = kept', () => {
    expect(parseRequest('KVM=m')).toEqual({ symbol: 'KVM', value: 'm' });
    expect(parseRequest('CMDLINE="console=ttyS0"')).toEqual({ symbol: 'CMDLINE', value: '"console=ttyS0"' });
  });

  it.each([
    ['KVM_WERROR?=n', { symbol: 'KVM_WERROR', value: 'n', ifKnown: true }],
    ['CMDLINE?="a?=b"', { symbol: 'CMDLINE', value: '"a?=b"', ifKnown: true }],
    ['CMDLINE="a?=b"', { symbol: 'CMDLINE', value: '"a?=b"' }],
    ['HZ?=-1', { symbol: 'HZ', value: '-1', ifKnown: true }],
  ])('a ? before the = makes it a wish, a ? in the value does not: %s', (text, request) => {
    expect(parseRequest(text)).toEqual(request);
  });

  it('a wish is written as any other request: Kconfig passes over what it does not know', () => {
    expect(formatRequests([parseRequest('KVM?=m'), parseRequest('VFIO?=n')])).toBe(
      'CONFIG_KVM=m\n# CONFIG_VFIO is not set\n',
    );
  });

  it('n is written as Kconfig writes it: a comment', () => {
    expect(formatRequests([parseRequest('KVM=m'), parseRequest('VFIO=n')])).toBe(
      'CONFIG_KVM=m\n# CONFIG_VFIO is not set\n',
    );
  });

  it('of two requests for one symbol the later wins', () => {
    expect(formatRequests([parseRequest('KVM=y'), parseRequest('SMP=y'), parseRequest('KVM=n')])).toBe(
      '# CONFIG_KVM is not set\nCONFIG_SMP=y\n',
    );
  });

  it('no requests make an empty file, not one with a blank line', () => {
    expect(formatRequests([])).toBe('');
  });
});

describe('a .config', () => {
  it('has the symbols that are set; what is not set is not there', () => {
    expect(Object.fromEntries(parseDotConfig(DOT_CONFIG))).toEqual({
      CC_VERSION_TEXT: '"x86_64-linux-gnu-gcc (Debian 12.2.0-14+deb12u1) 12.2.0"',
      '64BIT': 'y',
      KVM: 'm',
      PHYSICAL_START: '0x1000000',
      HZ: '1000',
      DEFAULT_HOSTNAME: '""',
    });
  });

  it('any text can be read as one', () => {
    fc.assert(
      fc.property(nearly('CONFIG_', 'KVM', '=', 'm', '"', '# CONFIG_KVM is not set'), (text) => {
        parseDotConfig(text);
      }),
    );
  });

  it('what is requested and granted is read back', () => {
    const request = fc.record({
      symbol: fc.stringMatching(/^[A-Z0-9_]{1,8}$/),
      value: fc.constantFrom('y', 'm', 'n', '12', '0x1f', '"text"'),
    });
    fc.assert(
      fc.property(
        fc.array(request),
        (requests) => overridden(requests, parseDotConfig(formatRequests(requests))).length === 0,
      ),
    );
  });
});

describe('what Kconfig did not grant', () => {
  const resolved = parseDotConfig(DOT_CONFIG);
  const asked = (...texts: string[]): string[] =>
    overridden(texts.map(parseRequest), resolved).map(({ symbol, value, got }) => `${symbol}: ${value} -> ${got}`);

  it('a symbol that came out otherwise is an override', () => {
    expect(asked('KVM=y', 'SWAP=y', '64BIT=y')).toEqual(['KVM: y -> m', 'SWAP: y -> n']);
  });

  it('n holds for a symbol that is off and for one that the tree does not have', () => {
    expect(asked('SWAP=n', 'NEVER_HEARD_OF=n')).toEqual([]);
    expect(asked('KVM=n')).toEqual(['KVM: n -> m']);
  });

  it('only the last request for a symbol must be granted', () => {
    expect(asked('KVM=y', 'KVM=m')).toEqual([]);
    expect(asked('KVM=m', 'KVM=y')).toEqual(['KVM: y -> m']);
  });

  it('a wish that was not granted is an override that is known to be one', () => {
    expect(overridden([parseRequest('KVM?=y'), parseRequest('SWAP?=n')], resolved)).toEqual([
      { symbol: 'KVM', value: 'y', ifKnown: true, got: 'm' },
    ]);
  });

  it('of a wish and a request for one symbol the later counts', () => {
    const last = (...texts: string[]): (boolean | undefined)[] =>
      overridden(texts.map(parseRequest), resolved).map(({ ifKnown }) => ifKnown);
    expect(last('KVM?=y', 'KVM=y')).toEqual([undefined]);
    expect(last('KVM=y', 'KVM?=y')).toEqual([true]);
  });

  it('numbers are compared as numbers: 0x1000000 is 16777216', () => {
    expect(asked('PHYSICAL_START=16777216', 'HZ=0x3e8')).toEqual([]);
    expect(asked('HZ=100')).toEqual(['HZ: 100 -> 1000']);
  });
});

describe('what a patch changed in a config', () => {
  it('is told by symbol, n standing for absent, sorted by name', () => {
    const before = new Map([
      ['KVM', 'm'],
      ['VFIO', 'y'],
      ['SMP', 'y'],
    ]);
    const after = new Map([
      ['SMP', 'y'],
      ['KVM', 'y'],
      ['IRQ_BYPASS_MANAGER', 'y'],
    ]);
    expect(configDelta(before, after)).toEqual([
      { symbol: 'IRQ_BYPASS_MANAGER', from: 'n', to: 'y' },
      { symbol: 'KVM', from: 'm', to: 'y' },
      { symbol: 'VFIO', from: 'y', to: 'n' },
    ]);
  });

  it('an explicit n and an absent symbol are the same', () => {
    expect(configDelta(new Map([['KVM', 'n']]), new Map())).toEqual([]);
  });
});

describe('why Kconfig overrode a request', () => {
  const override = { symbol: 'KVM', value: 'm', got: 'y' };

  it('the tree may not have the symbol', () => {
    expect(explainOverride(override, { known: false, type: null, depends: [] })).toBe('this tree has no symbol KVM');
  });

  it('a bool cannot be a module', () => {
    expect(explainOverride(override, { known: true, type: 'bool', depends: [] })).toBe('KVM is bool, it cannot be m');
  });

  it('a tristate can be a module, and a bool can be on: then something else is in the way', () => {
    const tristate = { known: true, type: 'tristate', depends: ['VIRTUALIZATION [=n]'] };
    expect(explainOverride({ symbol: 'KVM', value: 'm', got: 'n' }, tristate)).toBe(
      'KVM=m asked, Kconfig makes it n: depends on VIRTUALIZATION [=n]',
    );
    expect(explainOverride({ symbol: 'PCI', value: 'y', got: 'n' }, { ...tristate, type: 'bool' })).toBe(
      'PCI=y asked, Kconfig makes it n: depends on VIRTUALIZATION [=n]',
    );
  });

  it('else the dependencies are quoted, those that hold anyway left out', () => {
    const facts = {
      known: true,
      type: 'tristate',
      depends: ['y', 'VIRTUALIZATION [=n]', 'X86_LOCAL_APIC [=y] && HIGH_RES_TIMERS [=n]'],
    };
    expect(explainOverride({ symbol: 'KVM', value: 'y', got: 'n' }, facts)).toBe(
      'KVM=y asked, Kconfig makes it n: depends on VIRTUALIZATION [=n] or X86_LOCAL_APIC [=y] && HIGH_RES_TIMERS [=n]',
    );
  });

  it('without any dependency it says what it got', () => {
    expect(
      explainOverride({ symbol: 'HZ', value: '100', got: '1000' }, { known: true, type: 'int', depends: [] }),
    ).toBe('HZ=100 asked, Kconfig makes it 1000');
  });
});
