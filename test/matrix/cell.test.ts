import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellId, columnId, columnSlug, matchesGlob, parseCellId, position } from '../../matrix/cell.ts';

const COLUMN = columnId('x86-64', { KVM: 'm', VFIO: 'm' });

describe('ids', () => {
  it('a column id is ARCH/axis=value in the order of the axes, in lower case', () => {
    expect(columnId('s390x', { VFIO: 'n', KVM: 'y' })).toBe('s390x/vfio=n,kvm=y');
  });

  it('a cell id begins with two digits, the base with 00', () => {
    expect(cellId(0, COLUMN)).toBe('00/x86-64/kvm=m,vfio=m');
    expect(cellId(7, COLUMN)).toBe('07/x86-64/kvm=m,vfio=m');
    expect(position(123)).toBe('123');
  });

  it('cell ids sort as text in the order of the patches', () => {
    const ids = [0, 2, 9, 10, 26].map((patch) => cellId(patch, COLUMN));
    expect(ids.toSorted()).toEqual(ids);
  });

  it('a user may type 3/… for 03/…', () => {
    expect(parseCellId('3/x86-64/kvm=m,vfio=m')).toEqual({ patch: 3, column: COLUMN });
  });

  it.each([
    '',
    '03',
    'x86-64/kvm=m',
    '03/x86-64',
    'x/x86-64/kvm=m',
    '03/x86-64/kvm=m/boot',
    '03/x86 64/kvm=m',
    '12345/a/b',
  ])('"%s" is no cell id', (text) => {
    expect(parseCellId(text)).toBeNull();
  });

  it('whatever is written as a cell id is read back the same', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9][\w.-]{0,8}$/);
    const axes = fc.uniqueArray(fc.tuple(word, word), {
      minLength: 1,
      maxLength: 3,
      selector: ([axis]) => axis.toLowerCase(),
    });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9999 }), word, axes, (patch, arch, values) => {
        const column = columnId(arch, Object.fromEntries(values));
        expect(parseCellId(cellId(patch, column))).toEqual({ patch, column });
      }),
    );
  });

  it('a directory is named without = and , because make cannot live with them in O=', () => {
    expect(columnSlug(COLUMN)).toBe('x86-64-kvm-m-vfio-m');
  });
});

describe('globs', () => {
  it('* stands for any run of characters, the slash and nothing included', () => {
    expect(matchesGlob('x86-64/*', COLUMN)).toBe(true);
    expect(matchesGlob('*kvm=m*', COLUMN)).toBe(true);
    expect(matchesGlob('*x86-64/kvm=m,vfio=m*', COLUMN)).toBe(true);
    expect(matchesGlob('arm64/*', COLUMN)).toBe(false);
  });

  it('a glob must match the whole id, not a part of it', () => {
    expect(matchesGlob('x86-64', COLUMN)).toBe(false);
    expect(matchesGlob('kvm=m', COLUMN)).toBe(false);
  });

  it('every other character stands for itself', () => {
    for (const odd of ['.', '+', '?', '^', '$', '{', '}', '(', ')', '|', '[', ']', '\\']) {
      expect(matchesGlob(`a${odd}b`, `a${odd}b`)).toBe(true);
      expect(matchesGlob(`a${odd}b`, 'axb')).toBe(false);
    }
  });

  it('any text matches itself as a glob', () => {
    fc.assert(fc.property(fc.stringMatching(/^[ -~]*$/), (text) => matchesGlob(text, text)));
  });
});
