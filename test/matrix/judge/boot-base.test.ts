import { describe, expect, it } from 'vitest';
import { judgeBoot } from '../../../matrix/judge/boot.ts';
import { type BootContext } from '../../../matrix/judge/boot-facts.ts';
import type { CheckStatus, Checks } from '../../../matrix/judge/checks.ts';
import type { Judgement } from '../../../matrix/result.ts';
import { boot, ON_BASE, onPatch, report } from '../../support/console-text.ts';

const HOLE = 'vfio.lifetime.vm.kvm';
const OTHER = 'vfio.lifetime.vm.kvm-amd';
const WHY = 'kvm can be unloaded while VFIO holds the VM';

/** A healthy boot with more lines in vfio. */
function withVfio(...lines: string[]): string[] {
  return report('ok boot.taint', '# stage kvm', 'ok kvm.guest-runs', '# stage vfio', 'ok vfio.bind', ...lines);
}

/** What the base knows when of these checks it knows this, and all else is well. */
function base(checks: Checks = {}): BootContext {
  const well: Checks = { 'boot.taint': 'ok', 'kvm.guest-runs': 'ok', 'vfio.bind': 'ok' };
  return onPatch({}, { checks: { ...well, ...checks } });
}

function told({ verdict, reason }: Judgement): string {
  return reason === null ? verdict : `${verdict}: ${reason}`;
}

function vfio(lines: readonly string[], context: BootContext): string {
  return told(judgeBoot(boot(lines), context).vfio);
}

describe('a lifetime check that fails', () => {
  const lines = withVfio(`not ok ${HOLE} # ${WHY}`);

  it('on the base is a known hole of that kernel: a warning, and nothing else of the boot is worse for it', () => {
    const { boot: booted, kvm, vfio: held } = judgeBoot(boot(lines), ON_BASE);
    expect([booted, kvm, held].map(told)).toEqual(['pass', 'pass', `warn: pre-existing: ${HOLE}: ${WHY}`]);
    expect(held.findings).toEqual([
      { kind: 'probe', file: null, line: null, message: `${HOLE}: ${WHY}`, check: HOLE, new: false },
    ]);
  });

  it.each([
    ['not ok', 'a warning: a patch does not have to mend what the base has', 'warn: pre-existing'],
    ['unknown', 'a warning: nobody knows that it was whole', 'warn: pre-existing'],
    ['ok', 'a fail: the patch broke it', 'fail'],
    ['skip', 'a fail: the base did not fail it', 'fail'],
  ] as const)('on a patch whose base said %s is %s', (before, _, verdict) => {
    expect(vfio(lines, base({ [HOLE]: before }))).toBe(`${verdict}: ${HOLE}: ${WHY}`);
  });

  it('on a patch whose base had no such check is a fail', () => {
    expect(vfio(lines, base())).toBe(`fail: ${HOLE}: ${WHY}`);
  });

  it('of which nothing is known, because what it needs failed, is held against what it needs', () => {
    const needy = withVfio('not ok vfio.device # EIO', `not ok ${HOLE} # needs vfio.device`);
    expect(vfio(needy, base({ 'vfio.device': 'ok', [HOLE]: 'ok' }))).toBe('fail: vfio.device: EIO');
    expect(vfio(needy, base({ 'vfio.device': 'ok', [HOLE]: 'not ok' }))).toBe('fail: vfio.device: EIO');
  });

  it('beside others that fail on the base is one sentence with their number', () => {
    const two = withVfio(`not ok ${HOLE} # ${WHY}`, `not ok ${OTHER} # ${WHY}`, 'not ok vfio.lifetime.vm.released # 1');
    expect(vfio(two, ON_BASE)).toBe(`warn: pre-existing: ${HOLE}: ${WHY} (and 2 more checks)`);
  });

  it('beside one that the base did not fail leaves the blame to that one', () => {
    const two = withVfio(`not ok ${HOLE} # ${WHY}`, `not ok ${OTHER} # ${WHY}`);
    expect(vfio(two, base({ [HOLE]: 'not ok', [OTHER]: 'ok' }))).toBe(`fail: ${OTHER}: ${WHY}`);
  });

  it('never excuses another check, on the base or on a patch', () => {
    const two = withVfio(`not ok ${HOLE} # ${WHY}`, 'not ok vfio.taint # W');
    expect(vfio(two, ON_BASE)).toBe('fail: vfio.taint: W');
    expect(vfio(two, base({ [HOLE]: 'not ok', 'vfio.taint': 'not ok' }))).toBe('fail: vfio.taint: W');
  });

  it('never excuses an oops', () => {
    const dead = withVfio(`not ok ${HOLE} # ${WHY}`, 'Oops: 0000 [#1] SMP');
    expect(vfio(dead, base({ [HOLE]: 'not ok' }))).toBe('fail: Oops: 0000 [#1] SMP');
    expect(vfio(dead, ON_BASE)).toBe('fail: Oops: 0000 [#1] SMP');
  });

  it('leaves the reason to a splat that is new, which is news', () => {
    const splat = withVfio(`not ok ${HOLE} # ${WHY}`, 'WARNING: odd');
    expect(vfio(splat, base({ [HOLE]: 'not ok' }))).toBe('warn: WARNING: odd');
    expect(vfio(splat, ON_BASE)).toBe(`warn: pre-existing: ${HOLE}: ${WHY}`);
  });

  it('that a patch mends is a pass', () => {
    expect(vfio(withVfio(`ok ${HOLE}`), base({ [HOLE]: 'not ok' }))).toBe('pass');
  });
});

describe('any other check that fails', () => {
  it.each(['not ok', 'unknown', 'ok'] as readonly CheckStatus[])('is a fail, though the base said %s', (before) => {
    expect(vfio(withVfio('not ok vfio.dma # EIO'), base({ 'vfio.dma': before }))).toBe('fail: vfio.dma: EIO');
  });

  it('fails the base as well', () => {
    expect(vfio(withVfio('not ok vfio.dma # EIO'), ON_BASE)).toBe('fail: vfio.dma: EIO');
  });
});

describe('the checks of the base', () => {
  it('must all be there again, whatever they said', () => {
    const lost = 'error: points that the base reported are missing: vfio.dma, vfio.interrupt';
    expect(vfio(withVfio(), base({ 'vfio.dma': 'not ok', 'vfio.interrupt': 'unknown' }))).toBe(lost);
  });

  it('but for those of the second boot, which has its own judge', () => {
    expect(vfio(withVfio(), base({ 'vfio.unload-held.kvm': 'ok', 'vfio.unload-held.survives': 'not ok' }))).toBe(
      'pass',
    );
  });

  it('are all there, even if now nothing is known of one', () => {
    const needy = withVfio('not ok vfio.device # EIO', 'not ok vfio.dma # needs vfio.device');
    expect(vfio(needy, base({ 'vfio.device': 'ok', 'vfio.dma': 'ok' }))).toBe('fail: vfio.device: EIO');
  });

  it('are missed by nobody where the kernel died before it came to them', () => {
    const { vfio: died } = judgeBoot(
      boot(['kvm-matrix: ready', '# stage vfio', 'Oops: 0000 [#1] SMP']),
      base({ 'vfio.dma': 'ok' }),
    );
    expect(told(died)).toBe('fail: Oops: 0000 [#1] SMP');
  });
});

describe('the references of modules', () => {
  const lines = withVfio('# references vm+device: kvm 2 kvm_amd 1', '# references device: vfio 1');
  const BEFORE = new Map([
    ['vm+device', 'kvm 1 kvm_amd 1'],
    ['device', 'vfio 1'],
  ]);
  const CHANGED = 'module references with vm+device open: kvm 2 kvm_amd 1, on the base kvm 1 kvm_amd 1';

  it('that a patch changed are a warning and a finding of their own', () => {
    const { vfio: held, kvm } = judgeBoot(boot(lines), onPatch({}, { checks: {}, references: BEFORE }));
    expect(told(held)).toBe(`warn: ${CHANGED}`);
    expect(held.findings).toEqual([{ kind: 'references', file: null, line: null, message: CHANGED, new: true }]);
    expect(told(kvm)).toBe('pass');
  });

  it('that the patch before changed already are known: a pass, and still among the findings', () => {
    const known = [{ kind: 'references', file: null, line: null, message: CHANGED } as const];
    const { vfio: held } = judgeBoot(boot(lines), onPatch({ vfio: known }, { checks: {}, references: BEFORE }));
    expect([told(held), held.findings.map((finding) => finding.new)]).toEqual(['pass', [false]]);
  });

  it.each([
    ['are as on the base', new Map([['device', 'vfio 1']])],
    ['are those of a state that the base did not have', new Map()],
    ['are not told any more', new Map([...BEFORE, ['vm+device', 'kvm 2 kvm_amd 1'], ['vm', 'kvm 1']])],
  ])('that %s are no finding', (_, references) => {
    expect(judgeBoot(boot(lines), onPatch({}, { checks: {}, references })).vfio).toEqual({
      verdict: 'pass',
      reason: null,
      findings: [],
    });
  });

  it('on the base are what it is: there is nothing to compare them with', () => {
    expect(vfio(lines, ON_BASE)).toBe('pass');
  });

  it('that changed do not hide a check that failed', () => {
    const failed = withVfio('# references device: vfio 2', 'not ok vfio.dma # EIO');
    expect(vfio(failed, onPatch({}, { checks: {}, references: BEFORE }))).toBe('fail: vfio.dma: EIO');
  });
});
