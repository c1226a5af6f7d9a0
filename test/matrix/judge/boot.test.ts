import { describe, expect, it } from 'vitest';
import { judgeBoot } from '../../../matrix/judge/boot.ts';
import { type BootContext, type BootOutcome } from '../../../matrix/judge/boot-facts.ts';
import { parseConsole } from '../../../matrix/logs/console-log.ts';
import {
  ALL_OK,
  boot,
  HEALTHY,
  healthyUpTo,
  healthyWith,
  ON_BASE,
  onPatch,
  report,
} from '../../support/console-text.ts';
import { logText } from '../../support/log-samples.ts';
import { observation } from '../../support/observations.ts';

const SILENT = { kind: 'silent', seconds: 60 } as const;
const OOPS = 'Oops: 0000 [#1] SMP';
const WARN = 'WARNING: CPU: 0 PID: 1 at virt/kvm/kvm_main.c:1219 kvm_put_kvm+0x1f1/0x280 [kvm]';
const WARN_TOLD = 'virt/kvm/kvm_main.c:1219: WARNING: CPU PID at virt/kvm/kvm_main.c kvm_put_kvm [kvm]';

/** `verdict: reason` of boot, kvm and vfio. */
function judge(outcome: BootOutcome, context: BootContext = onPatch()): string[] {
  const { boot: booted, kvm, vfio } = judgeBoot(outcome, context);
  return [booted, kvm, vfio].map(({ verdict, reason }) => (reason === null ? verdict : `${verdict}: ${reason}`));
}

/** An outcome with a recorded console. */
function recorded(name: string, more: Partial<BootOutcome> = {}): BootOutcome {
  return { ...boot([], more), console: parseConsole(logText('console', name)) };
}

/** HEALTHY with one of its lines replaced, and the goodbye that goes with it. */
function healthyBut(line: string, instead: string, goodbye = 'kvm-matrix: done 1'): string[] {
  return HEALTHY.map((each) => (each === line ? instead : each === 'kvm-matrix: done 0' ? goodbye : each));
}

describe('a healthy boot', () => {
  it('passes in all stages, on the base and on a patch', () => {
    expect(judge(boot(HEALTHY), ON_BASE)).toEqual(['pass', 'pass', 'pass']);
    expect(judge(boot(HEALTHY))).toEqual(['pass', 'pass', 'pass']);
  });

  it('as recorded from QEMU passes', () => {
    expect(judge(recorded('recorded-healthy.log'), ON_BASE)).toEqual(['pass', 'pass', 'pass']);
  });

  it('is one as soon as the probe is ready, even if it has no point of its own for the boot', () => {
    const lines = ['kvm-matrix: ready', 'ok 1 kvm.load.kvm', 'ok 2 vfio.bind', '1..2', 'kvm-matrix: done 0'];
    expect(judge(boot(lines), ON_BASE)).toEqual(['pass', 'pass', 'pass']);
  });

  it('that had to be switched off after its goodbye passes', () => {
    expect(judge(boot(HEALTHY, { ended: { kind: 'timed-out', seconds: 300 } }))).toEqual(['pass', 'pass', 'pass']);
  });
});

describe('silence', () => {
  const said = 'not one line from the kernel in 60 s';

  it('on the base accuses us: a miss, and the rest was not tried', () => {
    expect(judge(boot([], { console: parseConsole(''), ended: SILENT, seconds: 60.2 }), ON_BASE)).toEqual([
      `miss: ${said}`,
      'skip: needs boot',
      'skip: needs boot',
    ]);
  });

  it('after a base that spoke accuses the patch, which is what fell silent', () => {
    const outcome = boot([], { console: parseConsole(''), ended: SILENT, seconds: 60.2 });
    expect(judge(outcome)).toEqual([`fail: ${said}`, 'skip: needs boot', 'skip: needs boot']);
    expect(judgeBoot(outcome, onPatch()).boot.findings).toEqual([
      { kind: 'panic', file: null, line: null, message: said, new: true },
    ]);
  });

  it('after a base that was as silent accuses nobody', () => {
    const silentBase = onPatch({}, { spoke: false, checks: {} });
    expect(judge(boot([], { console: parseConsole(''), seconds: 60 }), silentBase)[0]).toBe(`miss: ${said}`);
  });

  it('of the kernel is not broken by firmware', () => {
    expect(judge(recorded('firmware-only.log', { seconds: 60 }), ON_BASE)[0]).toBe(`miss: ${said}`);
    expect(judge(recorded('firmware-only.log', { seconds: 60 }))[0]).toBe(`fail: ${said}`);
  });
});

describe('a machine that does not start', () => {
  it('is a miss with the reason, even after a base that spoke', () => {
    const ended = { kind: 'not-started', why: 'qemu-system-x86_64 is not there' } as const;
    expect(judge(boot([], { console: parseConsole(''), ended }))).toEqual([
      'miss: qemu-system-x86_64 is not there',
      'skip: needs boot',
      'skip: needs boot',
    ]);
  });

  it('because QEMU does not like its options is a miss in the words of QEMU', () => {
    const complaint = "qemu-system-x86_64: -device intel-iommuu: 'intel-iommuu' is not a valid device model name";
    expect(judge(boot([], { console: parseConsole(''), ended: { kind: 'exited', code: 1 }, complaint }))[0]).toBe(
      `miss: ${complaint}`,
    );
  });

  it('without a word is a miss with its exit code', () => {
    expect(judge(boot([], { console: parseConsole(''), ended: { kind: 'exited', code: 1 } }))[0]).toBe(
      'miss: QEMU exited 1',
    );
  });

  it('QEMU may complain of a guest that runs: that is no verdict', () => {
    expect(
      judge(boot(HEALTHY, { complaint: 'qemu-system-x86_64: New fault is not recorded due to compression of faults' })),
    ).toEqual(['pass', 'pass', 'pass']);
  });

  it('a warning of QEMU, which it gives on every boot, does not excuse a patch that fell silent', () => {
    const complaint =
      "qemu-system-x86_64: warning: TCG doesn't support requested feature: CPUID.01H:ECX.x2apic [bit 21]";
    expect(judge(boot([], { console: parseConsole(''), ended: SILENT, complaint, seconds: 60 }))[0]).toBe(
      'fail: not one line from the kernel in 60 s',
    );
  });

  it('a QEMU that the machine killed accuses no patch, however much the kernel had said', () => {
    expect(
      judge(boot(['Freeing unused kernel image'], { ended: { kind: 'signalled', signal: 'SIGKILL' } }))[0],
    ).toMatch(/^miss: /);
  });

  it('nor when it was killed in the middle of the probe', () => {
    expect(judge(boot(healthyUpTo('ok 3'), { ended: { kind: 'signalled', signal: 'SIGKILL' } }))[1]).toMatch(/^miss: /);
  });
});

describe('a kernel that dies before the probe is ready', () => {
  it('fails with the line it died of', () => {
    expect(judge(recorded('panic-before-ready.log'))).toEqual([
      'fail: Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)',
      'skip: needs boot',
      'skip: needs boot',
    ]);
  });

  it('has the panic among its findings once', () => {
    expect(judgeBoot(recorded('panic-before-ready.log'), onPatch()).boot.findings.map(({ kind }) => kind)).toEqual([
      'panic',
    ]);
  });

  it.each([
    [SILENT, 'silent for 60 s'],
    [{ kind: 'exited', code: 0 } as const, 'the machine went off after 9 s'],
    [{ kind: 'timed-out', seconds: 300 } as const, 'not done after 300 s'],
    [{ kind: 'flooded', bytes: 64 * 2 ** 20 } as const, '64 MiB of console in 9 s'],
  ])('in silence is described by how it ended (%j) and by its last words', (ended, how) => {
    const said = `${how} before the probe was ready; last line: Freeing unused kernel image`;
    const outcome = boot(['Freeing unused kernel image'], { ended });
    expect(judge(outcome)).toEqual([`fail: ${said}`, 'skip: needs boot', 'skip: needs boot']);
    expect(judgeBoot(outcome, onPatch()).boot.findings).toEqual([
      { kind: 'panic', file: null, line: null, message: said, new: true },
    ]);
  });

  it('on the base fails as well, and nothing is new there', () => {
    const { boot: booted } = judgeBoot(recorded('panic-before-ready.log'), ON_BASE);
    expect([booted.verdict, booted.findings.map((finding) => finding.new)]).toEqual(['fail', [false]]);
  });

  it('as the patch before did is nothing new', () => {
    const before = onPatch({
      boot: [observation('panic', 'Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)')],
    });
    expect(judgeBoot(recorded('panic-before-ready.log'), before).boot).toMatchObject({
      verdict: 'fail',
      findings: [{ new: false }],
    });
  });
});

describe('a probe that gives up before it is ready', () => {
  it("is our trouble, not the kernel's", () => {
    expect(judge(boot(['kvm-matrix: done 70']))).toEqual([
      'error: the probe itself failed before it began (status 70); see the log',
      'skip: needs boot',
      'skip: needs boot',
    ]);
  });
});

describe('a kernel that dies or hangs while it is tested', () => {
  it('a panic in kvm fails kvm with its line; vfio was not reached', () => {
    expect(judge(recorded('oops-x86.log'))).toEqual([
      'pass',
      'fail: BUG: kernel NULL pointer dereference, address: ADDR',
      'skip: needs kvm',
    ]);
    expect(judge(recorded('oops-arm64.log'))[1]).toBe(
      'fail: Unable to handle kernel NULL pointer dereference at virtual address ADDR',
    );
  });

  it('a hang in kvm fails kvm with the last words; vfio was not reached', () => {
    expect(judge(boot(healthyUpTo('ok 3'), { ended: SILENT }))).toEqual([
      'pass',
      'fail: silent for 60 s; last line: ok 3 kvm.load.kvm',
      'skip: needs kvm',
    ]);
  });

  it('a hang before the first point of kvm is held against kvm: the boot was over', () => {
    expect(judge(boot(healthyUpTo('# stage kvm'), { ended: SILENT }))).toEqual([
      'pass',
      'fail: silent for 60 s; last line: # stage kvm',
      'skip: needs kvm',
    ]);
  });

  it('a hang in vfio fails vfio; kvm keeps what it had', () => {
    expect(judge(boot(healthyUpTo('ok 5'), { ended: SILENT }))).toEqual([
      'pass',
      'pass',
      'fail: silent for 60 s; last line: ok 5 vfio.load.vfio',
    ]);
  });

  it('a panic right after the word vfio belongs to vfio', () => {
    expect(judge(boot([...healthyUpTo('# stage vfio'), OOPS]))).toEqual(['pass', 'pass', `fail: ${OOPS}`]);
  });

  it('a panic while the boot is checked fails the boot', () => {
    expect(judge(boot([...healthyUpTo('ok 1'), OOPS]))).toEqual([
      `fail: ${OOPS}`,
      'skip: needs boot',
      'skip: needs boot',
    ]);
  });

  it('an oops that kvm survived does not pass a vfio that hangs half-way', () => {
    const lines = healthyWith('ok 4', OOPS);
    const hung = boot(lines.slice(0, lines.indexOf('ok 5 vfio.load.vfio') + 1), { ended: SILENT });
    const [booted, kvm, vfio] = judge(hung);
    expect([booted, kvm]).toEqual(['pass', `fail: ${OOPS}`]);
    expect(vfio).toMatch(/^fail: /);
  });

  it('a step that the watchdog gave up on is the failure, though the probe said goodbye without a plan', () => {
    expect(judge(recorded('watchdog.log'))).toEqual([
      'pass',
      'fail: kvm.unload.kvm: hangs, not interruptible, in kvm_vfio_release',
      'skip: needs kvm',
    ]);
    expect(
      judgeBoot(recorded('watchdog.log'), onPatch()).kvm.findings.map(({ kind, message }) => `${kind}: ${message}`),
    ).toEqual(['probe: kvm.unload.kvm: hangs, not interruptible, in kvm_vfio_release']);
  });

  it('points that failed before the hang are among the findings', () => {
    const hung = boot([...healthyUpTo('ok 3').slice(0, -1), 'not ok 3 kvm.load.kvm # ENOENT'], { ended: SILENT });
    expect(judgeBoot(hung, onPatch()).kvm.findings.map(({ message }) => message)).toEqual([
      'silent for 60 s; last line: not ok 3 kvm.load.kvm # ENOENT',
      'kvm.load.kvm: ENOENT',
    ]);
  });

  it('a hang after the word vfio, before its first point, is held against vfio', () => {
    expect(judge(boot(healthyUpTo('# stage vfio'), { ended: SILENT }))).toEqual([
      'pass',
      'pass',
      'fail: silent for 60 s; last line: # stage vfio',
    ]);
  });
});

describe('points', () => {
  it('one that fails fails its stage and no other', () => {
    expect(
      judge(boot(healthyBut('ok 4 kvm.guest-runs', 'not ok 4 kvm.guest-runs # exit reason 17, wanted 5'))),
    ).toEqual(['pass', 'fail: kvm.guest-runs: exit reason 17, wanted 5', 'pass']);
  });

  it('kvm.ko that could not be unloaded, as recorded from QEMU, fails vfio', () => {
    expect(judge(recorded('recorded-kvm-pinned.log'), ON_BASE)).toEqual([
      'pass',
      'pass',
      'fail: vfio.kvm-unload-after: delete_module kvm with 1 references, retried for 2 s: EAGAIN',
    ]);
  });

  it('one of the boot that fails leaves nothing to be tested', () => {
    expect(judge(boot(healthyBut('ok 2 boot.taint', 'not ok 2 boot.taint # W')))).toEqual([
      'fail: boot.taint: W',
      'skip: needs boot',
      'skip: needs boot',
    ]);
  });

  it('one that fails as before fails, and is not new', () => {
    const known = onPatch({ kvm: [observation('probe', 'kvm.guest-runs')] });
    expect(judgeBoot(boot(healthyBut('ok 4 kvm.guest-runs', 'not ok 4 kvm.guest-runs')), known).kvm).toMatchObject({
      verdict: 'fail',
      findings: [{ new: false }],
    });
  });

  it('of two that fail the new one is told', () => {
    const lines = healthyBut('ok 3 kvm.load.kvm', 'not ok 3 kvm.load.kvm').map((line) =>
      line === 'ok 4 kvm.guest-runs' ? 'not ok 4 kvm.guest-runs' : line,
    );
    expect(judge(boot(lines), onPatch({ kvm: [observation('probe', 'kvm.load.kvm')] }))[1]).toBe(
      'fail: kvm.guest-runs',
    );
  });

  it('a stage of which every point was skipped is skipped, with the reason of the first', () => {
    const lines = HEALTHY.map((line) =>
      line
        .replace('vfio.load.vfio', 'vfio.load.vfio # SKIP vfio is off')
        .replace('vfio.bind', 'vfio.bind # SKIP no device'),
    );
    expect(judge(boot(lines))).toEqual(['pass', 'pass', 'skip: vfio is off']);
  });

  it('one skipped among others does not make a stage a skip', () => {
    expect(
      judge(boot(healthyBut('ok 3 kvm.load.kvm', 'ok 3 kvm.load.kvm # SKIP built in', 'kvm-matrix: done 0'))),
    ).toEqual(['pass', 'pass', 'pass']);
  });
});

describe('a guest that cannot run', () => {
  const withoutGuest = HEALTHY.map((line) => line.replace('kvm.guest-runs', 'kvm.guest-runs # SKIP TCG has no SIE'));
  const behindIt = (more: string): string[] =>
    withoutGuest.flatMap((line) => (line.startsWith('ok 4') ? [line, more] : [line]));

  it('leaves kvm without its heart: a skip with the reason, whatever else passed; vfio is not touched', () => {
    expect(judge(boot(withoutGuest))).toEqual(['pass', 'skip: TCG has no SIE', 'pass']);
    expect(judge(boot(withoutGuest), ON_BASE)).toEqual(['pass', 'skip: TCG has no SIE', 'pass']);
  });

  it('hides no check that fails beside it', () => {
    const lines = withoutGuest.map((line) =>
      line.replace('ok 3 kvm.load.kvm', 'not ok 3 kvm.load.kvm # ENOEXEC').replace('done 0', 'done 1'),
    );
    expect(judge(boot(lines))[1]).toBe('fail: kvm.load.kvm: ENOEXEC');
  });

  it('hides neither a splat nor an oops', () => {
    expect(judge(boot(behindIt(WARN)))[1]).toBe(`warn: ${WARN_TOLD}`);
    expect(judge(boot(behindIt(OOPS)))[1]).toBe(`fail: ${OOPS}`);
  });

  it('keeps what was found', () => {
    expect(judgeBoot(boot(behindIt(WARN)), ON_BASE).kvm).toMatchObject({
      verdict: 'skip',
      findings: [{ kind: 'splat', new: false }],
    });
  });
});

describe('what a machine lacks', () => {
  const lacks = { dma: 'edu cannot reach this memory', interrupt: 'no MSI here', guest: 'TCG has no SIE' };
  const context = { ...onPatch({}, { checks: {} }), lacks };
  const vfio = (...lines: string[]): string | undefined =>
    judge(boot(report('ok kvm.guest-runs', '# stage vfio', 'ok vfio.bind', ...lines)), context)[2];

  it('is told of a stage that passed without it, and of no other', () => {
    const lines = HEALTHY.map((line) => line.replace('vfio.bind', `vfio.bind # SKIP ${lacks.dma}`));
    expect(judge(boot(lines), context)).toEqual(['pass', 'pass', `pass: without dma: ${lacks.dma}`]);
    expect(judge(boot(lines), { ...ON_BASE, lacks })).toEqual(['pass', 'pass', `pass: without dma: ${lacks.dma}`]);
  });

  it('is told once each, in the order of the matrix file', () => {
    const [dma, interrupt] = [`# SKIP ${lacks.dma}`, `# SKIP ${lacks.interrupt}`];
    expect(vfio(`ok vfio.interrupt ${interrupt}`, `ok vfio.dma-read ${dma}`, `ok vfio.dma-write ${dma}`)).toBe(
      `pass: without dma: ${lacks.dma}; without interrupt: ${lacks.interrupt}`,
    );
  });

  it('is not told where the probe could show it, or skipped for another reason', () => {
    expect(vfio('ok vfio.dma-read')).toBe('pass');
    expect(vfio('ok vfio.dma-read # SKIP still needed by the other group')).toBe('pass');
  });

  it('does not soften a failure or a warning', () => {
    expect(vfio(`ok vfio.dma-read # SKIP ${lacks.dma}`, 'not ok vfio.taint # W')).toBe('fail: vfio.taint: W');
    expect(vfio(`ok vfio.dma-read # SKIP ${lacks.dma}`, WARN)).toBe(`warn: ${WARN_TOLD}`);
  });
});

describe('splats', () => {
  it('a new one is a warning of its stage', () => {
    expect(judge(boot(healthyWith('ok 4', WARN)))).toEqual(['pass', `warn: ${WARN_TOLD}`, 'pass']);
  });

  it('one that the patch before had, on whatever CPU and line, is known: a pass', () => {
    const moved = 'WARNING: CPU: 1 PID: 77 at virt/kvm/kvm_main.c:1300 kvm_put_kvm+0x2/0x3 [kvm]';
    const { kvm } = judgeBoot(
      boot(healthyWith('ok 4', moved)),
      onPatch({ kvm: judgeBoot(boot(healthyWith('ok 4', WARN)), onPatch()).kvm.findings }),
    );
    expect([kvm.verdict, kvm.findings.map((finding) => finding.new)]).toEqual(['pass', [false]]);
  });

  it('one that was known in another stage is new in this one', () => {
    const known = judgeBoot(boot(healthyWith('ok 4', WARN)), onPatch()).kvm.findings;
    expect(judge(boot(healthyWith('ok 5', WARN)), onPatch({ kvm: known }))).toEqual([
      'pass',
      'pass',
      `warn: ${WARN_TOLD}`,
    ]);
  });

  it('the base may splat: it passes, and that is what the patches are compared with', () => {
    expect(judge(boot(healthyWith('ok 4', WARN)), ON_BASE)).toEqual(['pass', 'pass', 'pass']);
  });

  it('the same one a hundred times is one finding', () => {
    expect(judgeBoot(boot(healthyWith('ok 4', WARN, WARN, WARN)), onPatch()).kvm.findings).toHaveLength(1);
  });

  it('one during the boot is a warning of the boot, and the tests go on', () => {
    expect(judge(boot(healthyWith('ok 1', WARN)))).toEqual([`warn: ${WARN_TOLD}`, 'pass', 'pass']);
  });

  it('an oops that the kernel survived fails its stage: it is no warning', () => {
    expect(judge(boot(healthyWith('ok 4', OOPS)))).toEqual(['pass', `fail: ${OOPS}`, 'pass']);
  });

  it('where nothing before was judged, everything is new', () => {
    expect(judge(boot(healthyWith('ok 4', WARN)), { ...onPatch(), before: { kvm: null } })[1]).toBe(
      `warn: ${WARN_TOLD}`,
    );
  });
});

describe('a probe that contradicts itself proves nothing about the kernel', () => {
  const both = (trouble: string): string[] => ['pass', `error: ${trouble}`, `error: ${trouble}`];

  it('a goodbye of 1 with no point that failed', () => {
    expect(judge(boot(HEALTHY.map((line) => line.replace('done 0', 'done 1'))))).toEqual(
      both("the probe's status 1 contradicts its points"),
    );
  });

  it('a goodbye of 0 with a point that failed', () => {
    expect(judge(boot(HEALTHY.map((line) => line.replace('ok 4', 'not ok 4'))))).toEqual(
      both("the probe's status 0 contradicts its points"),
    );
  });

  it('fewer points than planned, or more', () => {
    expect(judge(boot(HEALTHY.filter((line) => !line.startsWith('ok 6'))))).toEqual(
      both('the probe planned 6 and reported 5 points'),
    );
    expect(judge(boot(healthyWith('ok 6', 'ok 7 vfio.extra')))).toEqual(
      both('the probe planned 6 and reported 7 points'),
    );
  });

  it('no plan and a goodbye of 1, though the last step went well: that was no watchdog', () => {
    const lines = HEALTHY.filter((line) => line !== '1..6').map((line) =>
      line.replace('ok 4', 'not ok 4').replace('done 0', 'done 1'),
    );
    expect(judge(boot(lines))).toEqual(both('the probe planned nothing and reported 6 points'));
  });

  it('a plan that is not kept, though the last step failed: that was no watchdog either', () => {
    const lines = HEALTHY.map((line) =>
      line.replace('ok 6', 'not ok 6').replace('1..6', '1..7').replace('done 0', 'done 1'),
    );
    expect(judge(boot(lines))).toEqual(both('the probe planned 7 and reported 6 points'));
  });

  it('no plan at all', () => {
    expect(judge(boot(HEALTHY.filter((line) => line !== '1..6')))).toEqual(
      both('the probe planned nothing and reported 6 points'),
    );
  });

  it('a probe that broke itself, status 70', () => {
    expect(judge(boot(HEALTHY.map((line) => line.replace('done 0', 'done 70'))))).toEqual(
      both('the probe itself failed (status 70); last line: kvm-matrix: done 70'),
    );
  });

  it('points of the base that are not there any more', () => {
    const context = onPatch({}, { checks: { ...ALL_OK, 'vfio.dma': 'ok', 'vfio.interrupt': 'skip' } });
    expect(judge(boot(HEALTHY), context)).toEqual(
      both('points that the base reported are missing: vfio.dma, vfio.interrupt'),
    );
  });

  it('but a patch may bring points that the base did not have', () => {
    const context = onPatch({}, { checks: { 'boot.taint': 'ok' } });
    expect(judge(boot(HEALTHY), context)).toEqual(['pass', 'pass', 'pass']);
  });

  it('a stage of which the probe never spoke, though it said goodbye', () => {
    const lines = ['kvm-matrix: ready', 'ok 1 boot.taint', 'ok 2 kvm.load.kvm', '1..2', 'kvm-matrix: done 0'];
    expect(judge(boot(lines), ON_BASE)).toEqual(['pass', 'pass', 'error: the probe reported nothing for vfio']);
  });
});
