import { describe, expect, it } from 'vitest';
import { describeFinding, judgeBuild, type BuildOutcome } from '../../../matrix/judge/build.ts';
import { distinct, parseBuildLog } from '../../../matrix/logs/build-log.ts';
import { logText } from '../../support/log-samples.ts';
import { asKnown, asNew, compileError, observation, warning } from '../../support/observations.ts';

function outcome(more: Partial<BuildOutcome> = {}): BuildOutcome {
  return {
    ended: { kind: 'exited', code: 0 },
    observations: [],
    infra: null,
    lastComplaint: null,
    missing: [],
    ...more,
  };
}

/** A make that exited 2 after it had said what the recorded log says. */
function failedWith(name: string): BuildOutcome {
  const { units, infra, lastComplaint } = parseBuildLog(logText('build', name), {
    sourceDir: '/src/linux',
    buildDir: '/src/out',
  });
  return outcome({ ended: { kind: 'exited', code: 2 }, observations: distinct(units.values()), infra, lastComplaint });
}

function verdict(built: BuildOutcome, before: Parameters<typeof judgeBuild>[1] = []): string {
  const { verdict: word, reason } = judgeBuild(built, before);
  return reason === null ? word : `${word}: ${reason}`;
}

describe('a build that went well', () => {
  it('passes when make exited 0 and all that it should make is there', () => {
    expect(judgeBuild(outcome(), [])).toEqual({ verdict: 'pass', reason: null, findings: [] });
  });

  it('is an error of ours when the image is not there, for a quiet success is none', () => {
    expect(verdict(outcome({ missing: ['arch/x86/boot/bzImage'] }))).toBe(
      'error: make exited 0 but arch/x86/boot/bzImage is not there',
    );
    expect(verdict(outcome({ missing: ['arch/x86/boot/bzImage', 'modules.order'] }))).toBe(
      'error: make exited 0 but arch/x86/boot/bzImage, modules.order is not there',
    );
  });

  it('warns of a warning that the patch before did not have', () => {
    const odd = warning('unused variable ‘ret’ [-Wunused-variable]');
    expect(judgeBuild(outcome({ observations: [odd] }), [])).toEqual({
      verdict: 'warn',
      reason: '1 new warning: unused variable ‘ret’ [-Wunused-variable]',
      findings: [asNew(odd)],
    });
  });

  it('counts the new warnings and tells the first of them', () => {
    const [old, first, second] = [warning('old'), warning('first'), warning('second')];
    expect(verdict(outcome({ observations: [old, first, second] }), [old])).toBe('warn: 2 new warnings: first');
  });

  it('passes with old warnings, even if they moved to other lines', () => {
    const { verdict: word, findings } = judgeBuild(outcome({ observations: [warning('old', { line: 140 })] }), [
      warning('old', { line: 100 }),
    ]);
    expect([word, findings]).toEqual(['pass', [asKnown(warning('old', { line: 140 }))]]);
  });

  it('of the base passes with whatever warnings it has: they are what the patches are compared with', () => {
    expect(judgeBuild(outcome({ observations: [warning('old')] }), null)).toEqual({
      verdict: 'pass',
      reason: null,
      findings: [asKnown(warning('old'))],
    });
  });

  it('is not excused by words of the machine in its log', () => {
    expect(verdict(outcome({ infra: 'ar: No space left on device' }))).toBe('pass');
  });
});

describe('a build that failed on the kernel', () => {
  it.each([
    ['compile-error.log', 'fail: include/linux/kvm_types.h:61: field ‘lock’ has incomplete type'],
    ['missing-header.log', 'fail: drivers/vfio/group.c:14: linux/vfio_kvm.h: No such file or directory'],
    ['werror.log', 'fail: virt/kvm/eventfd.c:301: unused variable ‘idx’ [-Werror=unused-variable]'],
    ['modpost-undefined.log', 'fail: arch/x86/kvm/kvm-intel.ko: "__xfer_to_guest_mode_work_pending" undefined!'],
    ['link-undefined.log', "fail: arch/x86/kvm/x86.c:11450: undefined reference to `xfer_to_guest_mode_handle_work'"],
    ['no-rule.log', "fail: No rule to make target 'bzimage'."],
    ['assembler.log', 'fail: arch/arm64/kvm/hyp/entry.S:22: asm/kvm_hidden.h: No such file or directory'],
    ['makefile-error.log', 'fail: arch/x86/kvm/Makefile:12: missing separator.  Stop.'],
  ])('%s: %s', (name, said) => {
    expect(verdict(failedWith(name))).toBe(said);
  });

  it('tells a new error rather than one that was there before', () => {
    const [old, fresh] = [compileError('old', { file: 'a.c' }), compileError('new', { file: 'b.c' })];
    expect(verdict(outcome({ ended: { kind: 'exited', code: 2 }, observations: [old, fresh] }), [old])).toBe(
      'fail: b.c:200: new',
    );
  });

  it('that inherits all its errors fails as well: it cannot be bisected', () => {
    const {
      verdict: word,
      reason,
      findings,
    } = judgeBuild(outcome({ ended: { kind: 'exited', code: 2 }, observations: [compileError('old')] }), [
      compileError('old'),
    ]);
    expect([word, reason, findings]).toEqual(['fail', 'virt/kvm/kvm_main.c:200: old', [asKnown(compileError('old'))]]);
  });

  it('a base that is broken fails, and nothing in it is new', () => {
    expect(
      judgeBuild(outcome({ ended: { kind: 'exited', code: 2 }, observations: [compileError('old')] }), null),
    ).toMatchObject({
      verdict: 'fail',
      findings: [{ new: false }],
    });
  });
});

describe('a build that the machine ended', () => {
  it.each([
    [
      'infra-no-space.log',
      'miss: the machine ended the build: virt/kvm/kvm_main.c:6402:1: fatal error: error writing to /tmp/ccQ2vJ5g.s: No space left on device',
    ],
    [
      'infra-compiler-killed.log',
      'miss: the machine ended the build: x86_64-linux-gnu-gcc: fatal error: Killed signal terminated program cc1',
    ],
    ['infra-tool-absent.log', 'miss: the machine ended the build: /bin/bash: line 1: flex: command not found'],
    [
      'infra-linker-killed.log',
      'miss: the machine ended the build: make[2]: *** [scripts/Makefile.vmlinux_o:61: vmlinux.o] Killed',
    ],
  ])('%s: %s', (name, said) => {
    expect(verdict(failedWith(name))).toBe(said);
  });

  it('accuses no patch, even if errors were understood as well: they may be its consequences', () => {
    const built = outcome({
      ended: { kind: 'exited', code: 2 },
      infra: 'ld: No space left on device',
      observations: [compileError('x')],
    });
    expect(verdict(built)).toBe('miss: the machine ended the build: ld: No space left on device');
  });

  it.each([
    [{ kind: 'signalled', signal: 'SIGKILL' } as const, 'miss: ended by SIGKILL; out of memory?'],
    [{ kind: 'timed-out', seconds: 3600 } as const, 'miss: not done after 3600 s'],
    [{ kind: 'not-started', why: 'make is not there' } as const, 'miss: make is not there'],
  ])('%j is a miss whatever the log says', (ended, said) => {
    expect(verdict(outcome({ ended, observations: [compileError('x')] }))).toBe(said);
  });
});

describe('a build that failed in words that nobody taught us', () => {
  it('is an error of ours, with the words', () => {
    expect(verdict(failedWith('unknown-words.log'))).toBe(
      'error: make exited 2 in words we do not know: [Makefile:236: __sub-make] Error 2',
    );
  });

  it('or with none', () => {
    expect(verdict(outcome({ ended: { kind: 'exited', code: 1 } }))).toBe(
      'error: make exited 1 in words we do not know: no complaint at all',
    );
  });

  it('is not explained by warnings', () => {
    expect(verdict(outcome({ ended: { kind: 'exited', code: 2 }, observations: [warning('old')] }))).toMatch(
      /^error: /,
    );
  });
});

it('a finding is described with as much of its place as is known', () => {
  expect(describeFinding(compileError('x'))).toBe('virt/kvm/kvm_main.c:200: x');
  expect(describeFinding(compileError('x', { line: null }))).toBe('virt/kvm/kvm_main.c: x');
  expect(describeFinding(observation('make-error', 'x'))).toBe('x');
});
