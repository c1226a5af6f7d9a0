import { describe, expect, it } from 'vitest';
import { expandColumns, type Column } from '../../../matrix/column.ts';
import { resolveExtends } from '../../../matrix/file/extends.ts';
import { parseMatrixFile } from '../../../matrix/file/parse.ts';
import type { MatrixFile } from '../../../matrix/file/schema.ts';
import { qemuArgv } from '../../../matrix/recipe/guest.ts';
import { MATRIX_YAML } from '../../support/columns.ts';
import { failureOf } from '../../support/failures.ts';

/** What `arches` comes to. */
function rows(arches: unknown): unknown {
  return (resolveExtends({ version: 1, arches }).resolved as { arches: unknown }).arches;
}

/** `row: fault` of each. */
function faults(arches: unknown): string[] {
  return resolveExtends({ arches }).diagnostics.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`);
}

const BASE = { make: { ARCH: 'x86_64', target: 'bzImage' }, qemu: { cpu: 'max', devices: ['edu', 'iommu'], smp: 2 } };

/** The row that `own` makes of BASE. */
function variant(own: object): unknown {
  return (rows({ base: BASE, mine: { extends: 'base', ...own } }) as { mine: unknown }).mine;
}

describe('a row that extends another', () => {
  it.each([
    ['says nothing of its own', {}, BASE],
    ['says one word in a mapping', { qemu: { cpu: 'EPYC' } }, { ...BASE, qemu: { ...BASE.qemu, cpu: 'EPYC' } }],
    [
      'brings a word that the other has not',
      { qemu: { accel: 'kvm' } },
      { ...BASE, qemu: { ...BASE.qemu, accel: 'kvm' } },
    ],
    ['brings a mapping that the other has not', { modules: { kvm: ['kvm'] } }, { ...BASE, modules: { kvm: ['kvm'] } }],
    ['gives a list', { qemu: { devices: ['edu'] } }, { ...BASE, qemu: { ...BASE.qemu, devices: ['edu'] } }],
    ['gives an empty list', { qemu: { devices: [] } }, { ...BASE, qemu: { ...BASE.qemu, devices: [] } }],
    ['takes a word away', { qemu: { smp: null } }, { ...BASE, qemu: { cpu: 'max', devices: ['edu', 'iommu'] } }],
    ['takes a whole mapping away', { qemu: null }, { make: BASE.make }],
    ['takes away what was not there', { modules: null, qemu: { refusal: null } }, BASE],
    ['gives a word for a mapping', { make: 'bzImage' }, { ...BASE, make: 'bzImage' }],
  ])('that %s', (_, own, whole) => {
    expect(variant(own)).toEqual(whole);
  });

  it('has its own row neither changed nor named in what comes out', () => {
    const before = structuredClone(BASE);
    expect(variant({ qemu: { cpu: 'EPYC' } })).not.toHaveProperty('extends');
    expect(BASE).toEqual(before);
  });

  it('may be extended itself, whatever the order in the file', () => {
    const arches = {
      last: { extends: 'middle', qemu: { smp: 4 } },
      middle: { extends: 'base', qemu: { cpu: 'EPYC', devices: null } },
      base: BASE,
    };
    expect(rows(arches)).toEqual({
      last: { make: BASE.make, qemu: { cpu: 'EPYC', smp: 4 } },
      middle: { make: BASE.make, qemu: { cpu: 'EPYC', smp: 2 } },
      base: BASE,
    });
    expect(Object.keys(rows(arches) as object)).toEqual(['last', 'middle', 'base']);
  });

  it('takes away what a row before it put in, and the next one may put it back', () => {
    const arches = {
      base: BASE,
      without: { extends: 'base', qemu: { cpu: null } },
      again: { extends: 'without', qemu: { cpu: 'Haswell' } },
    };
    expect(rows(arches)).toMatchObject({ again: { qemu: { cpu: 'Haswell' } } });
    expect(rows(arches)).not.toHaveProperty('without.qemu.cpu');
  });

  it('may take away a word below a mapping that the other row does not have', () => {
    expect(variant({ modules: { refused: null } })).toEqual({ ...BASE, modules: {} });
  });
});

describe('what cannot be extended', () => {
  it.each([
    ['an unknown row', { base: {}, a: { extends: 'vax' } }, ['arches.a.extends: there is no row "vax" to extend']],
    [
      'a misspelt row',
      { 'x86-64': {}, a: { extends: 'x86_64' } },
      ['arches.a.extends: there is no row "x86_64" to extend; did you mean "x86-64"?'],
    ],
    ['itself', { a: { extends: 'a' } }, ['arches.a.extends: a extends a: a circle']],
    ['a number', { a: { extends: 64 } }, ['arches.a.extends: there is no row "64" to extend']],
    ['nothing', { a: { extends: null } }, ['arches.a.extends: there is no row "null" to extend']],
    [
      'a method of Object',
      { a: { extends: 'constructor' } },
      ['arches.a.extends: there is no row "constructor" to extend'],
    ],
  ])('%s is a fault', (_, arches, told) => {
    expect(faults(arches)).toEqual(told);
  });

  it('is told once, of the row that says it, and not again of those that extend that row', () => {
    expect(faults({ last: { extends: 'middle' }, middle: { extends: 'vax' } })).toEqual([
      'arches.middle.extends: there is no row "vax" to extend',
    ]);
  });

  it.each([
    ['of two', { a: { extends: 'b' }, b: { extends: 'a' }, c: {}, d: { extends: 'c' } }, ['a', 'b']],
    ['of three', { a: { extends: 'b' }, b: { extends: 'c' }, c: { extends: 'a' } }, ['a', 'b', 'c']],
  ])('a circle %s is told of each row in it, and of no other', (_, arches, around) => {
    const told = faults(arches);
    expect(told.map((fault) => fault.split('.')[1])).toEqual(around);
    for (const fault of told) expect(fault).toMatch(/: a circle$/);
  });
});

describe('what is no mapping is left for the schema to complain of', () => {
  it.each([
    ['no mapping at all', null],
    ['a list', ['arches']],
    ['a word', 'arches'],
    ['a file without arches', { version: 1 }],
    ['a list of arches', { arches: [{ extends: 'a' }] }],
    ['a row that is a word', { arches: { a: 'extends' } }],
    ['a row that is a list', { arches: { a: [{ extends: 'b' }] } }],
    ['a row that is nothing', { arches: { a: null } }],
  ])('%s', (_, file) => {
    expect(resolveExtends(file)).toEqual({ resolved: file, diagnostics: [] });
  });

  it('a row that extends a word brings only its own', () => {
    expect(rows({ a: 'word', b: { extends: 'a', make: {} } })).toEqual({ a: 'word', b: { make: {} } });
  });
});

/** The shipped matrix with a row put behind its last one. */
function shippedWith(row: string): string {
  return `${MATRIX_YAML.trimEnd()}\n${row}\n`;
}

const LINES = MATRIX_YAML.trimEnd().split('\n').length;

describe('in a matrix file', () => {
  const told = (row: string): string[] =>
    failureOf(() => parseMatrixFile(shippedWith(row), 'matrix.yaml')).message.split('\n');

  it('an unknown row is shown where it is named, with the nearest', () => {
    expect(told('  x86-64-epyc:\n    extends: x86_64')).toEqual([
      `matrix.yaml:${LINES + 2}:14: there is no row "x86_64" to extend; did you mean "x86-64"?`,
    ]);
  });

  it('a wrong value of the row itself is shown there', () => {
    expect(told('  x86-64-epyc: { extends: x86-64, qemu: { smp: two } }')).toEqual([
      `matrix.yaml:${LINES + 1}:48: arches.x86-64-epyc.qemu.smp: Invalid input: expected number, received string`,
    ]);
  });

  it('a misspelt key of the row itself is shown there, with the nearest', () => {
    expect(told('  x86-64-epyc: { extends: x86-64, qemu: { cpus: EPYC } }')).toEqual([
      `matrix.yaml:${LINES + 1}:43: unknown key "cpus"; did you mean "cpu"?`,
    ]);
  });

  it('a misspelt extends is told with the nearest, too', () => {
    expect(told('  x86-64-epyc: { extend: x86-64 }')[0]).toBe(
      `matrix.yaml:${LINES + 1}:18: unknown key "extend"; did you mean "extends"?`,
    );
  });

  it('what a variant takes away is missing, and that is said of the variant', () => {
    expect(told('  x86-64-bare: { extends: x86-64, make: null }')[0]).toMatch(
      new RegExp(`^matrix\\.yaml:${LINES + 1}:\\d+: arches\\.x86-64-bare\\.make: `),
    );
  });
});

/** The issue asks for it: a CPU, a machine, a compiler more is a matter of matrix.yaml alone. */
describe('a variant of an arch is three lines of matrix.yaml', () => {
  const file: MatrixFile = parseMatrixFile(
    shippedWith('  x86-64-epyc:\n    extends: x86-64\n    qemu: { cpu: EPYC }'),
    'matrix.yaml',
  );
  const of = (arch: string): Column[] => expandColumns(file).filter((column) => column.arch === arch);
  const argv = (column: Column): string[] => {
    if (!column.row.qemu) throw new Error(`${column.id} has no machine`);
    return qemuArgv(column.row.qemu, 'image', 'initrd');
  };
  const [mine, theirs] = [of('x86-64-epyc'), of('x86-64')];

  it('that gives nine columns more, all under its own name', () => {
    expect(mine).toHaveLength(9);
    expect(mine.map(({ id }) => id)).toEqual(theirs.map(({ id }) => id.replace(/^x86-64\//, 'x86-64-epyc/')));
  });

  it('whose machine differs in the CPU and in nothing else', () => {
    mine.forEach((column, index) => {
      const [here, there] = [argv(column), argv(theirs[index] ?? column)];
      expect(here.filter((word, place) => word !== there[place])).toEqual(['EPYC']);
      expect(here[here.indexOf('EPYC') - 1]).toBe('-cpu');
      expect(here).toHaveLength(there.length);
    });
  });

  it('that is built and probed as the row it extends', () => {
    const rest = ({ row, configBase, fragments, requests }: Column): unknown => [
      { ...row, qemu: null },
      configBase,
      fragments,
      requests,
    ];
    expect(mine.map(rest)).toEqual(theirs.map(rest));
  });

  it('that rules and globs know by its name', () => {
    expect(expandColumns(file, ['x86-64-epyc/*'])).toEqual(mine);
    expect(expandColumns({ ...file, include: [{ arch: 'x86-64-epyc' }] })).toEqual(mine);
  });
});
