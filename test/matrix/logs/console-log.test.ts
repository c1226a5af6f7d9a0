import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConsole, type ConsoleFacts } from '../../../matrix/logs/console-log.ts';
import { nearly } from '../../support/any-text.ts';
import { HEALTHY, serial } from '../../support/console-text.ts';
import { describeObservation, isUpdating, logSamples } from '../../support/log-samples.ts';

/** What a console said, one line each, for the heads of the recorded ones. */
function describeConsole({ spoke, ready, done, planned, points, splats, panic, lastLine }: ConsoleFacts): string[] {
  const count = (status: string): number => points.filter((point) => point.status === status).length;
  return [
    ...[...(spoke ? ['spoke'] : []), ...(ready ? ['ready'] : [])].map((word) => `${word}|||`),
    ...(planned === null ? [] : [`planned|||${planned}`]),
    ...(points.length === 0 ? [] : [`points|||${count('ok')} ok, ${count('not ok')} not ok, ${count('skip')} skipped`]),
    ...points
      .filter(({ status }) => status !== 'ok')
      .map(({ status, number, name, detail }) => `${status}||${number}|${name}: ${detail}`),
    ...splats.map((splat) => `${splat.stage} ${describeObservation(splat)}`),
    ...(panic === null ? [] : [`dead|||${panic}`]),
    ...(done === null ? [] : [`done|||${done}`]),
    `last|||${lastLine}`,
  ];
}

describe('recorded consoles', () => {
  it.each(logSamples('console'))('$name says what its head says', ({ text, expected, update }) => {
    const said = describeConsole(parseConsole(text));
    if (isUpdating) update(said);
    else expect(said).toEqual(expected);
  });
});

describe('marks', () => {
  it('a healthy boot is ready, complete and done', () => {
    const { points, ...facts } = parseConsole(serial(HEALTHY));
    expect(facts).toMatchObject({
      spoke: true,
      ready: true,
      done: 0,
      planned: 6,
      splats: [],
      panic: null,
      lastLine: 'kvm-matrix: done 0',
    });
    expect(points.map(({ number, name, status }) => `${status} ${number} ${name}`)).toEqual(
      HEALTHY.filter((line) => line.startsWith('ok')),
    );
  });

  it("a line with a timestamp is the kernel's; firmware has none", () => {
    expect(parseConsole('[    0.000000] x').spoke).toBe(true);
    expect(parseConsole('[   12.345678][    T1] x').spoke).toBe(true);
    expect(parseConsole('[12345.678901][   C1] x').spoke).toBe(true);
    expect(parseConsole('SeaBIOS (version 1.16.2)\nBooting from ROM...').spoke).toBe(false);
    expect(parseConsole('[ OK ] Started it').spoke).toBe(false);
  });

  it('a kernel that prints no timestamps is known by its greeting, or by the probe', () => {
    expect(parseConsole('Linux version 6.12.117 (gcc) #1').spoke).toBe(true);
    expect(parseConsole('kvm-matrix: ready\nok 1 boot.taint').points).toHaveLength(1);
  });

  it('the command line, which names the probe, does not make it ready', () => {
    expect(parseConsole('[    0.000000] Command line: init=/init kvm-matrix: ready').ready).toBe(false);
  });

  it('what looks like a point before the probe is ready is none: other tests speak KTAP, too', () => {
    expect(parseConsole(serial(['ok 1 kvm.load.kvm', 'kvm-matrix: ready'])).points).toEqual([]);
  });

  it('the status of the done marker is a number and all of the line', () => {
    expect(parseConsole('kvm-matrix: done 70').done).toBe(70);
    expect(parseConsole('kvm-matrix: done').done).toBeNull();
    expect(parseConsole('kvm-matrix: done 0 of 3').done).toBeNull();
  });

  it('the first plan and the first goodbye count: a reboot loop cannot overwrite them', () => {
    const { planned, done } = parseConsole(
      serial(['kvm-matrix: ready', '1..6', 'kvm-matrix: done 1', '1..9', 'kvm-matrix: done 0']),
    );
    expect([planned, done]).toEqual([6, 1]);
  });

  it('the last line is the last that has text', () => {
    expect(parseConsole('[    0.1] x\r\n[    0.200000] going down\r\n\r\n  \r\n').lastLine).toBe('going down');
    expect(parseConsole('').lastLine).toBe('');
  });

  it("the plan of KUnit, printed before the probe is ready, is not the probe's", () => {
    expect(parseConsole(serial(['KTAP version 1', '1..3', ...HEALTHY])).planned).toBe(6);
  });
});

describe('the references of modules', () => {
  const read = (...lines: string[]): [string, string][] => [...parseConsole(serial(lines)).references];

  it('are told by what is open, in the words of the probe', () => {
    expect(
      read(
        ...HEALTHY,
        '# references none: kvm 0 kvm_amd 0',
        '# references vm+device: kvm 2 kvm_amd 1',
        '# references vm-2: kvm 1',
      ),
    ).toEqual([
      ['none', 'kvm 0 kvm_amd 0'],
      ['vm+device', 'kvm 2 kvm_amd 1'],
      ['vm-2', 'kvm 1'],
    ]);
  });

  it('of one state that is told twice are the last', () => {
    expect(read('# references device: kvm 1', '# references device: kvm 2')).toEqual([['device', 'kvm 2']]);
  });

  it.each([
    '# references on kvm.ko: 0, with the device open 1',
    '# references device:',
    '# references: kvm 1',
    'references device: kvm 1',
    '# stage references',
    ' # references device: kvm 1',
    'ok 3 vfio.lifetime # references device: kvm 1',
  ])('are not "%s"', (line) => {
    expect(read('kvm-matrix: ready', line)).toEqual([]);
  });

  it('are neither points nor complaints, and none where nothing was told', () => {
    const { points, splats } = parseConsole(
      serial(['kvm-matrix: ready', '# references BUG: Oops 1', '# references device: BUG: x']),
    );
    expect([points, splats]).toEqual([[], []]);
    expect(read(...HEALTHY)).toEqual([]);
  });
});

describe('complaints of the kernel', () => {
  const splat = (line: string): string[] =>
    parseConsole(serial(['kvm-matrix: ready', '# stage vfio', line])).splats.map(
      (one) => `${one.stage} ${describeObservation(one)}`,
    );

  it('belong to the stage in which they came; before the probe spoke, to the boot', () => {
    const stages = (...lines: string[]): string[] => parseConsole(serial(lines)).splats.map(({ stage }) => stage);
    expect(
      stages(
        'WARNING: x',
        'kvm-matrix: ready',
        'WARNING: y',
        '# stage kvm',
        'WARNING: z',
        '# stage vfio',
        'WARNING: z',
      ),
    ).toEqual(['boot', 'boot', 'kvm', 'vfio']);
  });

  it('keep file and line where they have them', () => {
    expect(splat('WARNING: CPU: 1 PID: 1 at virt/kvm/kvm_main.c:1219 kvm_put_kvm+0x1f1/0x280 [kvm]')).toEqual([
      'vfio splat|virt/kvm/kvm_main.c|1219|WARNING: CPU PID at virt/kvm/kvm_main.c kvm_put_kvm [kvm]',
    ]);
  });

  it.each([
    [
      'WARNING: CPU: 0 PID: 1 at a.c:12 f+0x1/0x2',
      'WARNING: CPU: 1 PID: 4711 at a.c:99 f+0x3/0x4',
      'CPU, process, line and offset',
    ],
    [
      'BUG: unable to handle page fault for address: ffffb2c0c0013dd8',
      'BUG: unable to handle page fault for address: ffff888003a1c018',
      'an address',
    ],
    [
      'INFO: task init:1 blocked for more than 30 seconds.',
      'INFO: task init:77 blocked for more than 30 seconds.',
      'a process id',
    ],
    ['watchdog: BUG: soft lockup - CPU#0 stuck for 26s!', 'watchdog: BUG: soft lockup - CPU#3 stuck for 26s!', 'a CPU'],
  ])('%s and %s are the same: %s differs from boot to boot', (one, other) => {
    const message = (line: string): string | undefined => parseConsole(serial([line])).splats[0]?.message;
    expect(message(one)).toBe(message(other));
  });

  it('the process that a CPU was stuck in is the same under another id', () => {
    const message = (line: string): string | undefined => parseConsole(serial([line])).splats[0]?.message;
    expect(message('watchdog: BUG: soft lockup - CPU#1 stuck for 26s! [init:1]')).toBe(
      message('watchdog: BUG: soft lockup - CPU#1 stuck for 26s! [init:77]'),
    );
  });

  it.each([
    'Kernel panic - not syncing: x',
    'Oops: 0000 [#1] SMP',
    'Oops[#1]:',
    'Internal error: Oops: 96000004',
    'kernel BUG at a.c:1!',
    'Unable to handle kernel paging request',
    'traps: PANIC: double fault',
    'CPU 0 Unable to handle kernel paging request at virtual address 0000000000000008, epc == ffffffff8012ab34, ra == 0',
    'Kernel bug detected[#1]:',
    'Reserved instruction in kernel code[#1]:',
    'Operand exception: 0015 ilc:2 [#1]',
    'illegal operation: 0001 ilc:1 [#1] SMP',
    'fixed point divide exception: 0009 ilc:3 [#12] SMP',
    'space-switch event: 001c ilc:2 [#1]',
  ])('%s is the death of the kernel', (line) => {
    expect(parseConsole(serial([line])).panic).not.toBeNull();
  });

  it.each([
    'WARNING: x',
    'BUG: sleeping function called from invalid context',
    'BUG: KASAN: use-after-free in f',
    'rcu: INFO: rcu_preempt detected stalls',
    'INFO: task init:1 blocked for more than 30 seconds.',
    'kvm: Unknown symbol x (err -2)',
  ])('%s is survived', (line) => {
    const { panic, splats } = parseConsole(serial([line]));
    expect([panic, splats.map(({ kind }) => kind)]).toEqual([null, ['splat']]);
  });

  it.each([
    'kvm_intel: VMX not supported by CPU 0',
    'DMAR: DRHD: handling fault status reg 2',
    'kvm: disabled by bios',
    '------------[ cut here ]------------',
    'Call Trace:',
    'INFO: lockdep is turned off.',
    'rcu: Hierarchical RCU implementation.',
    'Kernel panic handler registered',
    'CPU 0 is able to handle kernel requests',
    'User process fault: interruption code 0010 ilc:2 in init[1000000+1000]',
    'Operand exception: 0015 ilc:2',
  ])('%s is no complaint', (line) => {
    expect(splat(line)).toEqual([]);
  });

  it('lose the blanks at their end', () => {
    expect(splat('WARNING: odd  ')).toEqual(['vfio splat|||WARNING: odd']);
  });

  it('a point that quotes one is a point', () => {
    const { points, splats } = parseConsole(
      serial(['kvm-matrix: ready', 'not ok 1 kvm.load.kvm # kvm: Unknown symbol x (err -2)']),
    );
    expect([points.length, splats.length]).toEqual([1, 0]);
  });

  it('a page fault of mips is the same on another CPU and at another address', () => {
    const message = (cpu: number, address: string): string | undefined =>
      parseConsole(
        serial([`CPU ${cpu} Unable to handle kernel paging request at virtual address ${address}, epc == ${address}`]),
      ).splats[0]?.message;
    expect(message(0, 'ffffffff8012ab34')).toBe(message(1, 'ffffffff80765430'));
  });

  it('the first death is the cause, the later ones its consequences', () => {
    expect(parseConsole(serial(['Oops: 0000 [#1] SMP', 'Kernel panic - not syncing: Fatal exception'])).panic).toBe(
      'Oops: 0000 [#1] SMP',
    );
  });

  // die_if_kernel() of arch/mips/kernel prints WORDS[#N]: and nothing else that is known; no panic need follow.
  it.each([
    'Unhandled kernel unaligned access[#1]:',
    'Kernel unaligned instruction access[#1]:',
    'do_cpu invoked from kernel context![#1]:',
    'FP exception in kernel code[#1]:',
    'Integer overflow[#1]:',
  ])('%s is the death of the kernel on mips', (line) => {
    expect(parseConsole(serial([line])).panic).not.toBeNull();
  });

  it('a NULL pointer on powerpc is the death of the kernel, K or k', () => {
    expect(parseConsole(serial(['BUG: Kernel NULL pointer dereference on read at 0x00000010'])).panic).not.toBeNull();
  });

  it('a BUG() that moved by a line is the same', () => {
    const message = (line: string): string | undefined => parseConsole(serial([line])).splats[0]?.message;
    expect(message('kernel BUG at virt/kvm/kvm_main.c:512!')).toBe(message('kernel BUG at virt/kvm/kvm_main.c:514!'));
  });

  it('UBSAN names a file and a line, too', () => {
    expect(splat('UBSAN: array-index-out-of-bounds in drivers/vfio/pci/vfio_pci_core.c:733:21')[0]).toMatch(
      /^vfio splat\|drivers\/vfio\/pci\/vfio_pci_core\.c\|733\|/,
    );
  });

  it('a CPU that was stuck a second longer was stuck just the same', () => {
    const message = (line: string): string | undefined => parseConsole(serial([line])).splats[0]?.message;
    expect(message('watchdog: BUG: soft lockup - CPU#1 stuck for 26s! [init:1]')).toBe(
      message('watchdog: BUG: soft lockup - CPU#1 stuck for 27s! [init:1]'),
    );
  });
});

it('any bytes can be read: a hostile kernel may print what it likes', () => {
  const text = nearly(
    '[    0.100000] ',
    'kvm-matrix: ',
    'ready\n',
    'done 0\n',
    'ok 1 a.b',
    'not ok ',
    '1..3\n',
    '# stage kvm\n',
    'WARNING: ',
    'Oops',
    '\u001b[31m',
    '\u0000',
    '\r\n',
  );
  fc.assert(
    fc.property(text, (console) => {
      const { lastLine, points, ready } = parseConsole(console);
      expect(lastLine).not.toMatch(/[\u0000-\u0008\u001b\u007f]/);
      expect(ready || points.length === 0).toBe(true);
    }),
  );
});
