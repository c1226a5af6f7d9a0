import { describe, expect, it } from 'vitest';
import { checkObservation, checksOf, isLifetimeCheck } from '../../../matrix/judge/checks.ts';
import { boot, report } from '../../support/console-text.ts';

describe('what is known of a check', () => {
  it.each([
    ['ok kvm.load.kvm', 'ok'],
    ['ok kvm.load.kvm # 3 ms', 'ok'],
    ['ok kvm.load.kvm # SKIP kvm is off', 'skip'],
    ['not ok kvm.load.kvm # ENOEXEC', 'not ok'],
    ['not ok kvm.load.kvm', 'not ok'],
    ['not ok kvm.load.kvm # needs kvm.device', 'unknown'],
    ['not ok kvm.load.kvm # a step that needs kvm.device', 'not ok'],
    ['not ok kvm.load.kvm # needsomething', 'not ok'],
    ['ok kvm.load.kvm # needs nothing', 'ok'],
  ])('%s: %s', (line, status) => {
    expect(checksOf(boot(report(line)).console)).toEqual({ 'kvm.load.kvm': status });
  });

  it('is told for every check that a boot reported, in the order of the boot, and for no other', () => {
    const { console } = boot(report('ok boot.taint', '# stage kvm', 'not ok kvm.device # ENOENT', 'ok vfio.bind'));
    expect(Object.entries(checksOf(console))).toEqual([
      ['boot.taint', 'ok'],
      ['kvm.device', 'not ok'],
      ['vfio.bind', 'ok'],
    ]);
    expect(checksOf(boot([]).console)).toEqual({});
  });
});

describe('a lifetime check', () => {
  it.each(['vfio.lifetime.vm.kvm', 'vfio.lifetime', 'vfio.unload-held.kvm', 'vfio.unload-held.survives'])(
    '%s is one',
    (name) => {
      expect(isLifetimeCheck(name)).toBe(true);
    },
  );

  it.each([
    'vfio.lifetimes',
    'vfio.unload.kvm',
    'vfio.kvm-unload-after',
    'kvm.lifetime.vm',
    'vfio.bind',
    'vfio.x.lifetime',
  ])('%s is none', (name) => {
    expect(isLifetimeCheck(name)).toBe(false);
  });
});

it('a failed check is told by its name and why, and says which check it is', () => {
  const said = (...lines: string[]): unknown[] => boot(report(...lines)).console.points.map(checkObservation);
  expect(said('not ok vfio.bind # EINVAL', 'not ok vfio.dma')).toEqual([
    { kind: 'probe', file: null, line: null, message: 'vfio.bind: EINVAL', check: 'vfio.bind' },
    { kind: 'probe', file: null, line: null, message: 'vfio.dma', check: 'vfio.dma' },
  ]);
});
