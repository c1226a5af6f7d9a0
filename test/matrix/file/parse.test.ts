import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../../matrix/failure.ts';
import { parseMatrixFile } from '../../../matrix/file/parse.ts';
import { nearly } from '../../support/any-text.ts';
import { MATRIX_YAML, shippedMatrix } from '../../support/columns.ts';
import { failureOf } from '../../support/failures.ts';

/** A whole matrix file, small enough to count lines in. */
const SMALL = `version: 1
axes:
  KVM: [m, n]
config: { base: tiny, fragments: [boot] }
fragments:
  boot: [SMP=y, PRINTK=y]
arches:
  x86-64:
    make: { ARCH: x86_64, target: bzImage, image: arch/x86/boot/bzImage }
    toolchain: { prefix: x86_64-linux-gnu- }
    axes:
      KVM:
        m: [KVM=m]
        n: [KVM=n]
    qemu:
      binary: qemu-system-x86_64
      machine: q35
      cpu: max
      append: console=ttyS0
      device: "1234:11e8"
`;

/** SMALL with one text replaced by another. */
function small(from: string, to: string): string {
  if (!SMALL.includes(from)) throw new Error(`no "${from}" in the sample`);
  return SMALL.replace(from, to);
}

function faults(text: string): string[] {
  return failureOf(() => parseMatrixFile(text, 'matrix.yaml')).message.split('\n');
}

describe('a matrix file', () => {
  it('that says the least gets the rest filled in', () => {
    const file = parseMatrixFile(SMALL, 'matrix.yaml');
    expect([file.include, file.exclude]).toEqual([[], []]);
    expect(file.arches['x86-64']).toMatchObject({
      config: {},
      modules: { kvm: [], vfio: [], refused: {} },
      optional: false,
      toolchain: { llvm: false, packages: [] },
      qemu: {
        packages: [],
        accel: 'tcg,thread=single',
        smp: 2,
        memory: 512,
        devices: [],
        iommu: 'type1',
        lacks: {},
        silence: 60,
        limit: 300,
      },
    });
  });

  it('the shipped one is whole, and y and n in it are words, not true and false', () => {
    expect(shippedMatrix.axes).toMatchObject({ KVM: ['m', 'y', 'n'], VFIO: ['m', 'y', 'n'] });
  });

  it('a wish, SYMBOL?=value, is a request as good as any', () => {
    expect(parseMatrixFile(small('PRINTK=y', 'PRINTK?=y'), 'matrix.yaml').fragments['boot']).toEqual([
      'SMP=y',
      'PRINTK?=y',
    ]);
  });

  it('an alias stands for what it was anchored to', () => {
    const text = small('[SMP=y, PRINTK=y]', '&all [SMP=y]\n  more: *all');
    expect(parseMatrixFile(text, 'matrix.yaml').fragments).toEqual({ boot: ['SMP=y'], more: ['SMP=y'] });
  });
});

describe('a misspelt key', () => {
  it('is shown at its place with the nearest valid one', () => {
    expect(
      faults(small('toolchain: { prefix: x86_64-linux-gnu- }', 'toolchain: { prefix: x, package: [gcc] }')),
    ).toEqual(['matrix.yaml:10:29: unknown key "package"; did you mean "packages"?']);
  });

  it('is told before what is missing because of it', () => {
    expect(faults(small('      device:', '      devcie:'))).toEqual([
      'matrix.yaml:20:7: unknown key "devcie"; did you mean "device"?',
      'matrix.yaml:16:7: arches.x86-64.qemu.device: Invalid input: expected string, received undefined',
    ]);
  });

  it('is shown where the key stands, not where the lines below it begin', () => {
    expect(faults(small('    qemu:\n', '    qmeu:\n'))).toEqual([
      'matrix.yaml:15:5: unknown key "qmeu"; did you mean "qemu"?',
    ]);
  });

  it('of what a machine lacks is shown with the nearest that it can lack', () => {
    expect(faults(`${SMALL}      lacks: { interupt: no MSI }\n`)).toEqual([
      'matrix.yaml:21:16: unknown key "interupt"; did you mean "interrupt"?',
    ]);
  });

  it('that is near to none is only said to be unknown', () => {
    expect(faults(`${SMALL}zebra: 1\n`)).toEqual(['matrix.yaml:21:1: unknown key "zebra"']);
  });
});

describe('a wrong value', () => {
  it.each([
    [
      'another version of the format',
      small('version: 1', 'version: 2'),
      'matrix.yaml:1:10: version: Invalid input: expected 1',
    ],
    [
      'a word for a list',
      small('KVM: [m, n]', 'KVM: m'),
      'matrix.yaml:3:8: axes.KVM: Invalid input: expected array, received string',
    ],
    [
      'an axis without values',
      small('KVM: [m, n]', 'KVM: []'),
      'matrix.yaml:3:8: axes.KVM: Too small: expected array to have >=1 items',
    ],
    [
      'CONFIG_ before a symbol',
      small('PRINTK=y', 'CONFIG_PRINTK=on'),
      'matrix.yaml:6:17: fragments.boot.1: SYMBOL=value without CONFIG_, e.g. KVM=m',
    ],
    [
      'a lower-case symbol',
      small('PRINTK=y', 'printk=y'),
      'matrix.yaml:6:17: fragments.boot.1: SYMBOL=value without CONFIG_, e.g. KVM=m',
    ],
    [
      'a missing word',
      small('target: bzImage, ', ''),
      'matrix.yaml:9:11: arches.x86-64.make.target: Invalid input: expected string, received undefined',
    ],
    [
      'a word for a number',
      `${SMALL}      silence: soon\n`,
      'matrix.yaml:21:16: arches.x86-64.qemu.silence: Invalid input: expected number, received string',
    ],
    [
      'a time that is none',
      `${SMALL}      limit: 0\n`,
      'matrix.yaml:21:14: arches.x86-64.qemu.limit: Too small: expected number to be >0',
    ],
    [
      'a machine without a CPU',
      `${SMALL}      smp: 0\n`,
      'matrix.yaml:21:12: arches.x86-64.qemu.smp: Too small: expected number to be >0',
    ],
    [
      'a kind of container that is none',
      `${SMALL}      iommu: type2\n`,
      'matrix.yaml:21:14: arches.x86-64.qemu.iommu: Invalid option: expected one of "type1"|"spapr"|"noiommu"',
    ],
    [
      'a wish that lacks its =',
      small('PRINTK=y', 'PRINTK?y'),
      'matrix.yaml:6:17: fragments.boot.1: SYMBOL=value without CONFIG_, e.g. KVM=m',
    ],
    [
      'a device that is none',
      small('"1234:11e8"', 'edu'),
      'matrix.yaml:20:15: arches.x86-64.qemu.device: Invalid string: must match pattern /^[0-9a-f]{4}:[0-9a-f]{4}$/',
    ],
  ])('%s is shown at the character', (_, text, fault) => {
    expect(faults(text)).toEqual([fault]);
  });

  it('an empty file is no matrix', () => {
    expect(faults('')).toEqual(['matrix.yaml:1:1: the file: Invalid input: expected object, received null']);
  });
});

describe('text that is no YAML', () => {
  it.each([
    [
      'a list that is not closed',
      `${SMALL}include: [\n`,
      'matrix.yaml:22:1: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    ['a colon too many', 'a: b: c\n', 'matrix.yaml:1:4: Nested mappings are not allowed in compact mappings'],
    ['a key that is there twice', `${SMALL}version: 1\n`, 'matrix.yaml:21:1: Map keys must be unique'],
  ])('%s is shown where the parser stumbled', (_, text, fault) => {
    expect(faults(text)).toEqual([fault]);
  });

  it('an alias of nothing is a fault of the file, not of ours', () => {
    expect(faults(small('[SMP=y, PRINTK=y]', '*all'))).toEqual([
      'matrix.yaml:6:9: Unresolved alias (the anchor must be set before the alias): all',
    ]);
  });

  it('a file whose aliases explode is refused as such', () => {
    const ten = (of: string): string => `[${Array.from({ length: 10 }, () => of).join(', ')}]`;
    failureOf(() =>
      parseMatrixFile(`a: &a ${ten('x')}\nb: &b ${ten('*a')}\nc: &c ${ten('*b')}\nd: ${ten('*c')}\n`, 'matrix.yaml'),
    );
  });
});

describe('YAML of another version', () => {
  it('a merge of nothing (YAML 1.1) is a fault of the file, not of ours', () => {
    failureOf(() => parseMatrixFile('%YAML 1.1\n---\n<<: \n', 'matrix.yaml'));
  });
});

describe('the failure', () => {
  it('lists all faults at once, tells where the format is described, and ends in 2', () => {
    const failure = failureOf(() =>
      parseMatrixFile(
        small('[boot]', '[bot]').replace('        n: [KVM=n]\n', '').concat('exclude: [ { arch: s390x } ]\n'),
        'lab/matrix.yaml',
      ),
    );
    expect(failure.message.split('\n')).toEqual([
      'lab/matrix.yaml:4:35: unknown fragment "bot"; did you mean "boot"?',
      'lab/matrix.yaml:13:9: x86-64 does not say which symbols KVM=n means',
      'lab/matrix.yaml:20:20: unknown arch "s390x"; known are x86-64',
    ]);
    expect(failure.hint).toBe(
      'matrix.schema.json describes the format; an editor that knows YAML schemas checks it while you type',
    );
    expect(failure.exitCode).toBe(2);
  });

  it('is the only thing that can come of a damaged file', () => {
    const end = MATRIX_YAML.length;
    const damaged = fc.tuple(
      fc.integer({ min: 0, max: end }),
      fc.integer({ min: 0, max: 30 }),
      nearly('{', '}', '[', ']', ': ', '- ', 'KVM', '"', '  '),
    );
    fc.assert(
      fc.property(damaged, ([at, cut, put]) => {
        expectFailureOrNothing(MATRIX_YAML.slice(0, at) + put + MATRIX_YAML.slice(at + cut));
      }),
      { numRuns: 25 },
    );
  });

  it('is the only thing that can come of any text', () => {
    const text = nearly(
      'version: 1\n',
      'axes:',
      'KVM: [m, n]',
      'arches',
      ': ',
      '\n  ',
      '- ',
      '{',
      '}',
      '[',
      ']',
      '"',
      '#',
      '|',
      '>',
      '&a ',
      '*a',
      '<<: ',
      '!!str ',
      '__proto__: ',
    );
    fc.assert(fc.property(text, expectFailureOrNothing), { numRuns: 60 });
  });
});

function expectFailureOrNothing(text: string): void {
  try {
    parseMatrixFile(text, 'matrix.yaml');
  } catch (error) {
    expect(error).toBeInstanceOf(Failure);
  }
}
