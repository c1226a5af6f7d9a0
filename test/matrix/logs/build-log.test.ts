import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distinct, parseBuildLog, type BuildLog } from '../../../matrix/logs/build-log.ts';
import { nearly } from '../../support/any-text.ts';
import { describeObservation, isUpdating, logSamples } from '../../support/log-samples.ts';

const PLACE = { sourceDir: '/src/linux', buildDir: '/src/out' };

function read(...lines: string[]): BuildLog {
  return parseBuildLog(lines.join('\n'), PLACE);
}

/** `kind|file|line|message` of all that was read. */
function findings(...lines: string[]): string[] {
  return distinct(read(...lines).units.values()).map(describeObservation);
}

function describeLog(log: BuildLog): string[] {
  const marks = [
    log.infra === null ? [] : [`infra|||${log.infra}`],
    log.lastComplaint === null ? [] : [`complaint|||${log.lastComplaint}`],
  ];
  return [...distinct(log.units.values()).map(describeObservation), ...marks.flat()];
}

describe('recorded logs', () => {
  it.each(logSamples('build'))('$name says what its head says', ({ text, expected, update }) => {
    const said = describeLog(parseBuildLog(text, PLACE));
    if (isUpdating) update(said);
    else expect(said).toEqual(expected);
  });
});

describe('whose words they are', () => {
  it('what a compiler says belongs to the target named right before it', () => {
    const { units } = read(
      '  CC      a.o',
      'a.c:1:2: warning: odd',
      '  CC [M]  b.o',
      '  LD [M]  c.ko',
      'c.c:3:4: warning: odder',
    );
    expect([...units].map(([unit, said]) => [unit, said.map(({ message }) => message)])).toEqual([
      ['a.o', ['odd']],
      ['b.o', []],
      ['c.ko', ['odder']],
    ]);
  });

  it('what comes before any target belongs to none', () => {
    expect(read('  CC      a.o', 'virt/Makefile:9: warning: overriding recipe for target').units.get('')).toHaveLength(
      1,
    );
    expect(read('Makefile:9: warning: overriding recipe for target').units.get('')).toHaveLength(1);
  });

  it('a source line that gcc quotes names no target', () => {
    expect([
      ...read('  CC      a.o', '   12 |   CC = 1;', '      |   ^~', ' Documentation/x', 'CC      b.o').units.keys(),
    ]).toEqual(['a.o']);
  });

  it('a header that two files include warns in both, and is one finding of the log', () => {
    const log = ['  CC      a.o', 'k.h:1:2: warning: odd', '  CC      b.o', 'k.h:1:2: warning: odd'];
    expect([...read(...log).units.values()].map((said) => said.length)).toEqual([1, 1]);
    expect(findings(...log)).toEqual(['warning|k.h|1|odd']);
  });

  it('one target that says the same thing twice says it once', () => {
    expect(read('  CC      a.o', 'a.c:1:2: warning: odd', 'a.c:1:9: warning: odd').units.get('a.o')).toHaveLength(1);
  });

  it('the order of the findings does not depend on which compiler was first', () => {
    const [a, b] = [
      ['  CC      a.o', 'a.c:10:2: warning: x', 'a.c:9:2: error: y'],
      ['  CC      b.o', 'b.c:1:2: error: z'],
    ];
    expect(findings(...a, ...b)).toEqual(findings(...b, ...a));
    expect(findings(...b, ...a)).toEqual(['compile-error|a.c|9|y', 'warning|a.c|10|x', 'compile-error|b.c|1|z']);
  });

  // `LD vmlinux` is followed by `SORTTAB vmlinux`, `LD [M] x.ko` by `BTF [M] x.ko`.
  it('a second step on a target does not wipe out what the first one said', () => {
    expect(
      findings(
        '  LD      vmlinux',
        'x86_64-linux-gnu-ld: warning: vmlinux has a LOAD segment with RWX permissions',
        '  SORTTAB vmlinux',
      ),
    ).toHaveLength(1);
  });
});

describe('paths', () => {
  it('are told relative to the tree, wherever it lies', () => {
    expect(findings('/src/linux/virt/kvm/vfio.c:1:2: error: x')).toEqual(['compile-error|virt/kvm/vfio.c|1|x']);
    expect(findings('/src/out/include/generated/asm-offsets.h:1:2: error: x')).toEqual([
      'compile-error|include/generated/asm-offsets.h|1|x',
    ]);
  });

  it('lose the detour over arch/x86/kvm', () => {
    expect(findings('/src/linux/arch/x86/kvm/../../../virt/kvm/vfio.c:1:2: error: x')).toEqual([
      'compile-error|virt/kvm/vfio.c|1|x',
    ]);
  });

  it('of other places stay as they are', () => {
    expect(findings('/usr/include/stdio.h:1:2: error: x')).toEqual(['compile-error|/usr/include/stdio.h|1|x']);
  });
});

describe('what does not count', () => {
  it.each([
    'virt/kvm/vfio.c:12:5: note: declared here',
    'In file included from virt/kvm/vfio.c:12:',
    'virt/kvm/vfio.c: In function ‘f’:',
    'cc1: all warnings being treated as errors',
    'compilation terminated.',
    "x86_64-linux-gnu-ld: virt/kvm/a.o: in function `f':",
    "a.c:(.text+0x10): more undefined references to `f' follow",
    "make[3]: Target '__modpost' not remade because of errors.",
    'make[3]: *** [/src/linux/scripts/Makefile.build:229: a.o] Error 1',
    'make[3]: *** Waiting for unfinished jobs....',
    '# configuration written to .config',
    'Kernel: arch/x86/boot/bzImage is ready  (#1)',
  ])('%s is no finding', (line) => {
    expect(findings(line)).toEqual([]);
  });

  it('a carriage return at the end of a line is no part of the message', () => {
    expect(findings('a.c:1:2: error: x\r')).toEqual(['compile-error|a.c|1|x']);
  });
});

describe('words of the machine', () => {
  it('the first of them is kept, as it was said', () => {
    expect(read('ar: No space left on device', 'make: *** [Makefile:1: x] Killed').infra).toBe(
      'ar: No space left on device',
    );
  });

  it('the kernel saying similar words does not excuse it', () => {
    for (const line of [
      'a.c:1:2: error: ‘ENOSPC’ undeclared',
      'a.c:1:2: warning: memory may be exhausted',
      'ERROR: modpost: "not_found" [a.ko] undefined!',
    ]) {
      expect(read(line).infra).toBeNull();
    }
  });
});

describe('the last complaint of make', () => {
  it('is the last, without the number of the make', () => {
    expect(read('make[2]: *** [a] Error 1', 'make: *** [b] Error 2').lastComplaint).toBe('[b] Error 2');
    expect(read('  CC      a.o').lastComplaint).toBeNull();
  });
});

it('any bytes can be read, and every finding has words and a line that is a number', () => {
  const log = nearly(
    '  CC      a.o\n',
    'a.c:',
    '12:',
    ' error: ',
    ' warning: ',
    'ERROR: modpost: ',
    'ld: ',
    'undefined reference to ',
    'make: *** ',
    'Kconfig:1: ',
    '__proto__',
  );
  fc.assert(
    fc.property(log, (text) => {
      for (const { line } of distinct(parseBuildLog(text, PLACE).units.values()))
        expect(line === null || Number.isInteger(line)).toBe(true);
    }),
  );
});

/** Said by gcc 12.2, binutils 2.40 and Linux 6.12's Kconfig when they were asked to. */
describe('words of the kernel that are easily missed, so that its fault would be called ours', () => {
  it('an unknown instruction in inline assembly of a C file', () => {
    expect(
      findings(
        'virt/kvm/kvm_main.c: Assembler messages:',
        "virt/kvm/kvm_main.c:1: Error: no such instruction: `bogusinsn %eax'",
      ),
    ).toEqual(["compile-error|virt/kvm/kvm_main.c|1|no such instruction: `bogusinsn %eax'"]);
  });

  it('a function that is defined twice: ld names itself only on the line before', () => {
    const said = findings(
      "x86_64-linux-gnu-ld: virt/kvm/b.o: in function `foo':",
      "b.c:(.text+0x0): multiple definition of `foo'; virt/kvm/a.o:a.c:(.text+0x0): first defined here",
    );
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^link-error\|/);
  });

  it('a jump that is too far: likewise', () => {
    const said = findings(
      "x86_64-linux-gnu-ld: r.o: in function `foo':",
      "r.c:(.text+0x2): relocation truncated to fit: R_X86_64_PC32 against symbol `data' defined in .data section in d.o",
    );
    expect(said).toHaveLength(1);
  });

  it('a recursive dependency: since 6.11 it is told without a place', () => {
    expect(
      findings('error: recursive dependency detected!', '\tsymbol A depends on B', '\tsymbol B depends on A'),
    ).toEqual(['kconfig-error|||recursive dependency detected!']);
  });

  it('an if, menu or choice of Kconfig that is not closed', () => {
    expect(findings('virt/kvm/Kconfig:1: missing end statement for this entry')).toEqual([
      'kconfig-error|virt/kvm/Kconfig|1|missing end statement for this entry',
    ]);
  });

  it('an option that the compiler does not have', () => {
    expect(findings('x86_64-linux-gnu-gcc: error: unrecognized command-line option ‘-mfoo’')).toHaveLength(1);
  });

  it('an image that its linker script finds too big', () => {
    expect(findings('x86_64-linux-gnu-ld: kernel image bigger than KERNEL_IMAGE_SIZE')).toHaveLength(1);
  });

  it('objtool where its warnings are errors (OBJTOOL_WERROR, 6.15)', () => {
    expect(
      findings(
        'vmlinux.o: error: objtool: vmx_vcpu_enter_exit+0x11c: call to kvm_guest_debug() leaves .noinstr.text section',
      ),
    ).toHaveLength(1);
  });

  it('a script that the patch deleted is no compiler that this machine lacks', () => {
    expect(read('/bin/sh: 1: /src/linux/scripts/checksyscalls.sh: not found').infra).toBeNull();
  });
});

describe('words that change though nothing changed', () => {
  it('an offset in a section mismatch says nothing', () => {
    const said = (offset: string): string[] =>
      findings(
        `WARNING: modpost: arch/x86/kvm/kvm: section mismatch in reference: kvm_x86_init+${offset} (section: .text) -> kvm_setup (section: .init.text)`,
      );
    expect(said('0x1a')).toEqual(said('0x2b'));
  });

  it('a section with its offset is no part of the name of a file', () => {
    expect(findings("x86_64-linux-gnu-ld: virt/kvm/b.o:(__jump_table+0x8): undefined reference to `gone'")).toEqual([
      "link-error|virt/kvm/b.o||undefined reference to `gone'",
    ]);
  });

  it('nor of the message', () => {
    const said = findings(
      "x86_64-linux-gnu-ld: virt/kvm/b.o:(.bss+0x0): multiple definition of `data'; virt/kvm/a.o:(.bss+0x0): first defined here",
    );
    expect(said[0]).toMatch(/^link-error\|virt\/kvm\/b\.o\|\|multiple definition of `data'/);
  });
});
