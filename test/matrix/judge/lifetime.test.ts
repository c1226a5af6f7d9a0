import { describe, expect, it } from 'vitest';
import { judgeBoot } from '../../../matrix/judge/boot.ts';
import { type BootContext, type BootOutcome } from '../../../matrix/judge/boot-facts.ts';
import type { CheckStatus, Checks } from '../../../matrix/judge/checks.ts';
import { joinBoots, judgeLifetime, lifetimeChecks } from '../../../matrix/judge/lifetime.ts';
import { parseConsole } from '../../../matrix/logs/console-log.ts';
import { judgement, type Judgement } from '../../../matrix/result.ts';
import { boot, ON_BASE, onPatch, report } from '../../support/console-text.ts';
import { logText } from '../../support/log-samples.ts';
import { asKnown, asNew, observation } from '../../support/observations.ts';

const KVM = 'vfio.unload-held.kvm';
const SURVIVES = 'vfio.unload-held.survives';
const GONE = 'kvm was unloaded while VFIO holds the VM';
const OOPS = 'BUG: unable to handle page fault for address: ADDR';

/** What the second boot says when VFIO holds on to the VM's modules. */
const HELD = report('# stage lifetime', 'ok vfio.unload-held.prepare', `ok ${KVM}`, 'ok vfio.unload-held.release');
const PULLED = report('ok vfio.unload-held.prepare', `not ok ${KVM} # ${GONE}`, 'ok vfio.unload-held.release');

/** The kernel dies of what was pulled from under it. */
const DIED = [
  'kvm-matrix: ready',
  'ok 1 vfio.unload-held.prepare',
  `not ok 2 ${KVM} # ${GONE}`,
  'BUG: unable to handle page fault for address: ffffffffc0a1b2c3',
];
const SILENT = { kind: 'silent', seconds: 60 } as const;

function told({ verdict, reason }: Judgement): string {
  return reason === null ? verdict : `${verdict}: ${reason}`;
}

function judge(outcome: BootOutcome, context: BootContext = onPatch()): string {
  return told(judgeLifetime(outcome, context));
}

/** A patch whose base said this of its second boot. */
function after(checks: Checks): BootContext {
  return onPatch({}, { checks });
}

describe('modules that are pulled from under a VM', () => {
  it('and that do not come off are a pass', () => {
    expect(judgeLifetime(boot(HELD), onPatch())).toEqual({ verdict: 'pass', reason: null, findings: [] });
    expect(judge(boot(HELD), ON_BASE)).toBe('pass');
  });

  it('and that come off on the base are a known hole: a warning', () => {
    expect(judge(boot(PULLED), ON_BASE)).toBe(`warn: pre-existing: ${KVM}: ${GONE}`);
    expect(judge(boot(DIED), ON_BASE)).toBe(`warn: pre-existing: ${KVM}: ${GONE}`);
    expect(judgeLifetime(boot(DIED), ON_BASE).findings.some((finding) => finding.new)).toBe(false);
  });

  it.each([
    ['not ok', 'a warning', 'warn: pre-existing'],
    ['unknown', 'a warning', 'warn: pre-existing'],
    ['ok', 'a fail', 'fail'],
    ['skip', 'a fail', 'fail'],
  ] as readonly [CheckStatus, string, string][])('and that come off on a patch whose base said %s are %s', (...row) => {
    const [before, , verdict] = row;
    expect(judge(boot(PULLED), after({ [KVM]: before, [SURVIVES]: 'ok' }))).toBe(`${verdict}: ${KVM}: ${GONE}`);
  });

  it('and that come off on a patch whose base was never asked are a fail', () => {
    expect(judge(boot(PULLED), after({}))).toBe(`fail: ${KVM}: ${GONE}`);
  });

  it('of several checks that fail the new one is told', () => {
    const two = report(`not ok ${KVM} # ${GONE}`, 'not ok vfio.unload-held.release # EBUSY');
    const context = onPatch({ vfio: [observation('probe', `${KVM}: ${GONE}`)] }, { checks: {} });
    expect(judge(boot(two), context)).toBe('fail: vfio.unload-held.release: EBUSY');
    expect(judge(boot(two), after({}))).toBe(`fail: ${KVM}: ${GONE}`);
  });

  it('say which check it was, so that it has a history of its own', () => {
    expect(judgeLifetime(boot(PULLED), onPatch()).findings).toEqual([
      { kind: 'probe', file: null, line: null, message: `${KVM}: ${GONE}`, check: KVM, new: true },
    ]);
  });
});

describe('a kernel that dies of it', () => {
  const deadBase = { [KVM]: 'not ok', [SURVIVES]: 'not ok' } as const;

  it('as the base did is no news, however it dies', () => {
    expect(judge(boot(DIED), after(deadBase))).toMatch(/^warn: pre-existing: /);
    expect(judge(boot(DIED.slice(0, -1), { ended: SILENT }), after(deadBase))).toMatch(/^warn: pre-existing: /);
    expect(judge(boot([...DIED.slice(0, 2), 'Oops: 0000 [#1] SMP']), after(deadBase))).toBe(
      `warn: pre-existing: ${SURVIVES}: Oops: 0000 [#1] SMP`,
    );
  });

  it('where the base survived is a fail, with what it died of', () => {
    expect(judge(boot(DIED), after({ [KVM]: 'not ok', [SURVIVES]: 'ok' }))).toBe(`fail: ${SURVIVES}: ${OOPS}`);
  });

  it.each([
    [SILENT, 'silent for 60 s'],
    [{ kind: 'exited', code: 0 } as const, 'the machine went off after 9 s'],
    [{ kind: 'timed-out', seconds: 300 } as const, 'not done after 300 s'],
  ])('without a word is told by how it ended: %j', (ended, how) => {
    const context = after({ [KVM]: 'ok', [SURVIVES]: 'ok' });
    expect(judge(boot(HELD.slice(0, -2), { ended }), context)).toBe(`fail: ${SURVIVES}: ${how}`);
  });

  it('after its goodbye died all the same', () => {
    const late = boot([...HELD, 'Kernel panic - not syncing: Fatal exception']);
    expect(judge(late, after({ [KVM]: 'ok', [SURVIVES]: 'ok' }))).toBe(
      `fail: ${SURVIVES}: Kernel panic - not syncing: Fatal exception`,
    );
  });

  it('before the probe was ready is a fail where the base survived: it said what it died of', () => {
    expect(judge(boot(['Kernel panic - not syncing: x']), after({ [SURVIVES]: 'ok' }))).toBe(
      `fail: ${SURVIVES}: Kernel panic - not syncing: x`,
    );
  });

  it('has its splats among the findings, where they fail nothing', () => {
    const { findings, verdict } = judgeLifetime(boot([...HELD, 'WARNING: odd']), onPatch());
    expect([verdict, findings]).toEqual([
      'pass',
      [asNew(observation('splat', 'WARNING: odd (in the boot that unloads modules in use)'))],
    ]);
  });

  it('as the patch before did has nothing new to say', () => {
    const before = judgeLifetime(boot(DIED), after({ [SURVIVES]: 'ok' })).findings;
    const { verdict, findings } = judgeLifetime(
      boot(DIED),
      onPatch({ vfio: before }, { checks: { [KVM]: 'ok', [SURVIVES]: 'ok' } }),
    );
    expect([verdict, findings.map((finding) => finding.new)]).toEqual(['fail', [false, false, false]]);
  });
});

/** A 6.12 that lets go of kvm-amd and dies of it, and a 6.6 that does not; register dumps and call traces are cut out. */
describe('as recorded from QEMU', () => {
  const recorded = (name: string): BootOutcome => ({ ...boot([]), console: parseConsole(logText('console', name)) });
  const [pulled, held] = [recorded('recorded-lifetime-pulled.log'), recorded('recorded-lifetime-held.log')];
  const HOLE =
    'vfio.unload-held.shared.kvm-amd: kvm_amd has no reference of its own: it can be unloaded while VFIO holds the VM';

  it('modules that are held are a pass', () => {
    expect(judge(held)).toBe('pass');
    expect(new Set(Object.values(lifetimeChecks(held)))).toEqual(new Set(['ok']));
  });

  it('modules that come off are a known hole on the base and behind it, and a fail where the base held them', () => {
    expect(judge(pulled, ON_BASE)).toBe(`warn: pre-existing: ${HOLE}`);
    expect(judge(pulled, after(lifetimeChecks(pulled)))).toBe(`warn: pre-existing: ${HOLE}`);
    expect(judge(pulled, after(lifetimeChecks(held)))).toBe(`fail: ${HOLE}`);
  });

  it('a kernel that limps to its goodbye and dies of the restart has not survived', () => {
    expect(lifetimeChecks(pulled)).toEqual({
      ...lifetimeChecks(held),
      'vfio.unload-held.shared.kvm-amd': 'not ok',
      'vfio.unload-held.kvm-amd': 'not ok',
      'vfio.unload-held.close': 'not ok',
      'vfio.unload-held.unload': 'skip',
      'vfio.unload-held.release': 'skip',
      'vfio.unload-held.taint': 'not ok',
      [SURVIVES]: 'not ok',
    });
  });

  it('a patch that lives a little longer than its base is not blamed for what it still could say', () => {
    const { 'vfio.unload-held.close': _, 'vfio.unload-held.taint': __, ...shorter } = lifetimeChecks(pulled);
    expect(judge(pulled, after(shorter))).toBe(`warn: pre-existing: ${HOLE}`);
  });
});

describe('trouble of the machine or of ours', () => {
  it.each([
    ['a QEMU that is not there', boot([], { ended: { kind: 'not-started', why: 'no qemu' } }), 'miss: no qemu'],
    [
      'a QEMU that the machine killed',
      boot(HELD.slice(0, 3), { ended: { kind: 'signalled', signal: 'SIGKILL' } }),
      'miss: ended by SIGKILL; out of memory?',
    ],
    [
      'a second boot that was not ready, of a kernel that was at the first',
      boot(['Freeing unused kernel image'], { ended: SILENT }),
      'miss: a second boot was not ready: silent for 60 s; last line: Freeing unused kernel image',
    ],
    [
      'a probe that broke itself',
      boot([...HELD.slice(0, -1), 'kvm-matrix: done 70']),
      'error: the probe itself failed (status 70)',
    ],
    [
      'a probe that reported of the first boot only',
      boot(report('ok boot.taint', 'ok vfio.bind')),
      'error: the second boot reported nothing of its own',
    ],
  ])('%s accuses no kernel', (_, outcome, verdict) => {
    expect(judge(outcome)).toBe(verdict);
    expect(judge(outcome, ON_BASE)).toBe(verdict);
  });

  it('a QEMU that was killed after the kernel had died has told enough', () => {
    const ended = { kind: 'signalled', signal: 'SIGKILL' } as const;
    expect(judge(boot(DIED, { ended }), after({}))).toBe(`fail: ${KVM}: ${GONE}`);
  });
});

describe('what the second boot adds to the checks', () => {
  it.each([
    ['a kernel that lived', boot(HELD), 'ok', 'ok'],
    ['a kernel that let go and lived', boot(PULLED), 'not ok', 'ok'],
    ['a kernel that died', boot(DIED), 'not ok', 'not ok'],
    ['a kernel that fell silent', boot(HELD.slice(0, -2), { ended: SILENT }), 'ok', 'not ok'],
    ['a kernel that died after its goodbye', boot([...HELD, 'Oops: 0000 [#1] SMP']), 'ok', 'not ok'],
  ])('%s', (_, outcome, kvm, survives) => {
    expect(lifetimeChecks(outcome)).toMatchObject({ [KVM]: kvm, [SURVIVES]: survives });
  });

  it('are its own: what it repeats of the first boot is not heard twice', () => {
    const again = boot(report('ok boot.taint', 'not ok vfio.bind # EINVAL', `not ok ${KVM} # needs vfio.bind`));
    expect(lifetimeChecks(again)).toEqual({ [KVM]: 'unknown', [SURVIVES]: 'ok' });
  });

  it.each([
    ['was not started', boot([], { ended: { kind: 'not-started', why: 'no qemu' } })],
    ['was killed by the machine', boot(HELD.slice(0, 4), { ended: { kind: 'signalled', signal: 'SIGKILL' } })],
    ['was never ready', boot(['Freeing unused kernel image'], { ended: SILENT })],
  ])('say nothing of the life of a kernel whose machine %s', (_, outcome) => {
    expect(['unknown', undefined]).toContain(lifetimeChecks(outcome)[SURVIVES]);
  });
});

describe('the stage as a whole', () => {
  const pass = judgement('pass', null, [asKnown(observation('splat', 'first'))]);
  const warn = judgement('warn', 'first warns', []);
  const second = (verdict: Judgement['verdict']): Judgement =>
    judgement(verdict, verdict === 'pass' ? null : `second says ${verdict}`, [asNew(observation('probe', 'second'))]);

  it.each([
    [pass, 'pass', 'pass'],
    [pass, 'warn', 'warn: second says warn'],
    [pass, 'fail', 'fail: second says fail'],
    [pass, 'miss', 'miss: second says miss'],
    [pass, 'error', 'error: second says error'],
    [warn, 'pass', 'warn: first warns'],
    [warn, 'warn', 'warn: first warns'],
    [warn, 'fail', 'fail: second says fail'],
    [judgement('pass', 'without dma: no engine'), 'pass', 'pass: without dma: no engine'],
  ] as const)('is the worse of its two boots, with the reason of that one: %j and %s', (main, verdict, whole) => {
    expect(told(joinBoots(main, second(verdict)))).toBe(whole);
  });

  it('does not hide a splat of ordinary use behind the same one of a boot that asks for it', () => {
    const splat = 'WARNING: CPU: 0 PID: 1 at lib/refcount.c:28 refcount_warn_saturate+0x1/0x2';
    const asked = judgeLifetime(boot([...PULLED, splat]), ON_BASE).findings;
    const lines = report('ok boot.taint', '# stage kvm', 'ok kvm.guest-runs', '# stage vfio', splat, 'ok vfio.bind');
    expect(judgeBoot(boot(lines), onPatch({ vfio: asked }, { checks: {} })).vfio.verdict).toBe('warn');
  });

  it('has the findings of both, the first boot first', () => {
    expect(joinBoots(pass, second('fail')).findings.map(({ message }) => message)).toEqual(['first', 'second']);
  });
});
