import { describe, expect, it } from 'vitest';
import { everyColumn, expandColumns } from '../../matrix/column.ts';
import type { MatrixFile } from '../../matrix/file/schema.ts';
import { column, shippedMatrix } from '../support/columns.ts';
import { failureOf } from '../support/failures.ts';

function ids(file: MatrixFile, globs?: readonly string[]): string[] {
  return expandColumns(file, globs).map(({ id }) => id);
}

const x86 = shippedMatrix.arches['x86-64'];
if (!x86) throw new Error('matrix.yaml has no x86-64');
const two: MatrixFile = {
  ...shippedMatrix,
  axes: { KVM: ['y', 'm'], VFIO: ['n'] },
  arches: { 'x86-64': x86, s390x: { ...x86, config: { fragments: [] } } },
};

describe('which columns there are', () => {
  it('an arch has one column for each combination of values, the last axis changing fastest', () => {
    expect(ids({ ...shippedMatrix, arches: { 'x86-64': x86 } })).toEqual([
      'x86-64/kvm=m,vfio=m',
      'x86-64/kvm=m,vfio=y',
      'x86-64/kvm=m,vfio=n',
      'x86-64/kvm=y,vfio=m',
      'x86-64/kvm=y,vfio=y',
      'x86-64/kvm=y,vfio=n',
      'x86-64/kvm=n,vfio=m',
      'x86-64/kvm=n,vfio=y',
      'x86-64/kvm=n,vfio=n',
    ]);
  });

  it('arches stand in the order of the file', () => {
    expect(ids(two)).toEqual([
      'x86-64/kvm=y,vfio=n',
      'x86-64/kvm=m,vfio=n',
      's390x/kvm=y,vfio=n',
      's390x/kvm=m,vfio=n',
    ]);
  });

  it('an exclude rule takes away what matches all of its words', () => {
    expect(ids({ ...two, exclude: [{ arch: 's390x', KVM: 'm' }] })).not.toContain('s390x/kvm=m,vfio=n');
    expect(ids({ ...two, exclude: [{ arch: 's390x', KVM: 'm' }] })).toHaveLength(3);
  });

  it('with include rules only what matches one of them is left', () => {
    expect(ids({ ...two, include: [{ arch: 's390x' }, { KVM: 'm' }] })).toEqual([
      'x86-64/kvm=m,vfio=n',
      's390x/kvm=y,vfio=n',
      's390x/kvm=m,vfio=n',
    ]);
  });

  it('a rule may list values, one of which is enough', () => {
    expect(ids({ ...two, exclude: [{ KVM: ['m', 'y'], arch: ['x86-64'] }] })).toEqual([
      's390x/kvm=y,vfio=n',
      's390x/kvm=m,vfio=n',
    ]);
  });

  it('exclude wins over include', () => {
    expect(ids({ ...two, include: [{ arch: 's390x' }], exclude: [{ KVM: 'm' }] })).toEqual(['s390x/kvm=y,vfio=n']);
  });
});

describe('--columns', () => {
  it('keeps what one of the globs matches, in the order of the file', () => {
    expect(ids(two, ['s390x/*', '*/kvm=y*'])).toEqual([
      'x86-64/kvm=y,vfio=n',
      's390x/kvm=y,vfio=n',
      's390x/kvm=m,vfio=n',
    ]);
  });

  it('a glob that matches nothing is answered with the nearest column', () => {
    const failure = failureOf(() => expandColumns(two, ['x86-64/kvm=y,vfio=m']));
    expect(failure.message).toBe('no column matches "x86-64/kvm=y,vfio=m"');
    expect(failure.hint).toBe('did you mean "x86-64/kvm=y,vfio=n"?');
  });

  it('a glob that resembles no column is answered with all of them', () => {
    const failure = failureOf(() => expandColumns(two, ['s390x/*', 'arm64/*']));
    expect(failure.message).toBe('no column matches "arm64/*"');
    expect(failure.hint).toBe(
      'the columns are x86-64/kvm=y,vfio=n x86-64/kvm=m,vfio=n s390x/kvm=y,vfio=n s390x/kvm=m,vfio=n',
    );
    expect(failure.exitCode).toBe(2);
  });

  it('an excluded column cannot be brought back by a glob', () => {
    expect(failureOf(() => expandColumns({ ...two, exclude: [{ arch: 's390x' }] }, ['s390x/*'])).message).toBe(
      'no column matches "s390x/*"',
    );
  });
});

describe('an optional row', () => {
  const three: MatrixFile = {
    ...two,
    arches: { 'x86-64': x86, 'x86-64-clang': { ...x86, optional: true }, s390x: { ...x86, config: { fragments: [] } } },
  };
  const clang = ['x86-64-clang/kvm=y,vfio=n', 'x86-64-clang/kvm=m,vfio=n'];

  it('is not walked unless --columns names it', () => {
    expect(ids(three)).toEqual(ids(two));
  });

  it.each(['*', '*/kvm=m*', 'x86-64*', 'x86-64*/*'])('is not reached by a * before the slash: %s', (glob) => {
    expect(ids(three, [glob, 's390x/*']).filter(isClang)).toEqual([]);
  });

  it.each([
    ['x86-64-clang/*', clang],
    ['x86-64-clang/kvm=m*', clang.slice(1)],
    ['x86-64-clang/kvm=y,vfio=n', clang.slice(0, 1)],
  ])('is walked where a glob names it: %s', (glob, named) => {
    expect(ids(three, [glob])).toEqual(named);
  });

  it('stands where it stands in the file, with the other columns that were asked for', () => {
    expect(ids(three, ['s390x/*', 'x86-64-clang/kvm=m*', '*/kvm=y*'])).toEqual([
      'x86-64/kvm=y,vfio=n',
      'x86-64-clang/kvm=m,vfio=n',
      's390x/kvm=y,vfio=n',
      's390x/kvm=m,vfio=n',
    ]);
  });

  it('whose name only begins like another row is not named by it', () => {
    expect(ids(three, ['x86-64/*']).filter(isClang)).toEqual([]);
  });

  it('is told as nearest, and among all there is', () => {
    expect(failureOf(() => expandColumns(three, ['x86-64-clong/kvm=m,vfio=n'])).hint).toBe(
      'did you mean "x86-64-clang/kvm=m,vfio=n"?',
    );
    expect(failureOf(() => expandColumns(three, ['arm64/*'])).hint).toContain(clang.join(' '));
  });

  it.each(['*clang/*', '*x86-64-clang/kvm=y,vfio=n', 'x86-64-c*'])(
    'a glob that matches optional rows alone, and names none, matches nothing: %s',
    (glob) => {
      expect(failureOf(() => expandColumns(three, [glob])).message).toBe(`no column matches "${glob}"`);
    },
  );

  it('is among all columns, and there too the rules of the file hold', () => {
    expect(everyColumn(three).map(({ id }) => id)).toEqual([...ids(two).slice(0, 2), ...clang, ...ids(two).slice(2)]);
    expect(everyColumn({ ...three, exclude: [{ arch: 'x86-64-clang', KVM: 'm' }] }).map(({ id }) => id)).not.toContain(
      clang[1],
    );
  });
});

function isClang(id: string): boolean {
  return id.startsWith('x86-64-clang/');
}

describe('what a column asks of Kconfig', () => {
  it('the axis values ask for what the row of the arch says they mean', () => {
    expect(column('x86-64/kvm=m,vfio=y').requests).toEqual([
      { symbol: 'KVM', value: 'm' },
      { symbol: 'KVM_INTEL', value: 'm' },
      { symbol: 'KVM_AMD', value: 'm' },
      { symbol: 'VFIO', value: 'y' },
      { symbol: 'VFIO_PCI', value: 'y' },
      { symbol: 'VFIO_DEVICE_CDEV', value: 'y', ifKnown: true },
      { symbol: 'VFIO_GROUP', value: 'y', ifKnown: true },
      { symbol: 'VFIO_CONTAINER', value: 'y', ifKnown: true },
    ]);
  });

  it('a wish is asked for as one: only where the tree has the symbol', () => {
    const arches = {
      'x86-64': { ...x86, axes: { ...x86.axes, KVM: { ...x86.axes['KVM'], m: ['KVM=m', 'KVM_WERROR?=n'] } } },
    };
    const [first] = expandColumns({ ...shippedMatrix, fragments: { boot: ['SWIOTLB?=y', 'SMP=y'] }, arches });
    expect(first?.requests.slice(0, 2)).toEqual([
      { symbol: 'KVM', value: 'm' },
      { symbol: 'KVM_WERROR', value: 'n', ifKnown: true },
    ]);
    expect(first?.fragments).toEqual([
      { symbol: 'SWIOTLB', value: 'y', ifKnown: true },
      { symbol: 'SMP', value: 'y' },
    ]);
  });

  it('the fragments of the file come first, those of the arch behind them: later lines win', () => {
    const symbols = column().fragments.map(({ symbol }) => symbol);
    expect(symbols.indexOf('EXPERT')).toBe(0);
    expect(symbols.indexOf('ACPI')).toBeGreaterThan(symbols.indexOf('PCI'));
  });

  it('an arch with a base of its own does not get the fragments that were made for the other base', () => {
    const arches = { 'x86-64': { ...x86, config: { base: 'defconfig', fragments: ['x86-64'] } } };
    const [first] = expandColumns({ ...shippedMatrix, arches });
    expect(first?.configBase).toBe('defconfig');
    expect(first?.fragments.map(({ symbol }) => symbol)).not.toContain('EXPERT');
    expect(first?.fragments.map(({ symbol }) => symbol)).toContain('ACPI');
  });
});
