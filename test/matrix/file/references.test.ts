import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../../matrix/file/diagnostic.ts';
import { parseMatrixFile } from '../../../matrix/file/parse.ts';
import { checkReferences } from '../../../matrix/file/references.ts';
import type { MatrixFile } from '../../../matrix/file/schema.ts';
import { MATRIX_YAML, shippedMatrix } from '../../support/columns.ts';
import { failureOf } from '../../support/failures.ts';

const row = shippedMatrix.arches['x86-64'];
if (!row) throw new Error('matrix.yaml has no x86-64');
const arches = { 'x86-64': row };
const whole: MatrixFile = { ...shippedMatrix, arches };

function faults(more: Partial<MatrixFile>): string[] {
  return checkReferences({ ...whole, ...more }).map(
    ({ path, message }: Diagnostic) => `${path.map(String).join('.')}: ${message}`,
  );
}

it('the shipped file refers to nothing that is not there', () => {
  expect(checkReferences(shippedMatrix)).toEqual([]);
});

describe('fragments', () => {
  it('an unknown one is named with the nearest', () => {
    expect(faults({ config: { base: 'tiny', fragments: ['boot', 'x86_64'] } })).toEqual([
      'config.fragments.1: unknown fragment "x86_64"; did you mean "x86-64"?',
    ]);
  });

  it('one that is near to none is answered with all', () => {
    const known = Object.keys(shippedMatrix.fragments).join(', ');
    expect(faults({ arches: { 'x86-64': { ...row, config: { fragments: ['quantum'] } } } })).toEqual([
      `arches.x86-64.config.fragments.0: unknown fragment "quantum"; known are ${known}`,
    ]);
  });
});

describe('axes', () => {
  it('an arch must say for every value which symbols it means', () => {
    const { n: _, ...half } = row.axes['KVM'] ?? {};
    expect(faults({ arches: { 'x86-64': { ...row, axes: { ...row.axes, KVM: half } } } })).toEqual([
      'arches.x86-64.axes.KVM: x86-64 does not say which symbols KVM=n means',
    ]);
  });

  it('an empty list of symbols is an answer', () => {
    expect(
      faults({ arches: { 'x86-64': { ...row, axes: { ...row.axes, KVM: { ...row.axes['KVM'], n: [] } } } } }),
    ).toEqual([]);
  });

  it('an arch must not speak of an axis that the file does not have', () => {
    expect(faults({ axes: { KVM: ['m'] } })).toEqual(['arches.x86-64.axes.VFIO: unknown axis "VFIO"; known are KVM']);
  });

  it('a misspelt axis is told before the values that are missing because of it', () => {
    const { VFIO, ...rest } = row.axes;
    expect(
      faults({
        axes: { KVM: ['m'], VFIO: ['m'] },
        arches: { 'x86-64': { ...row, axes: { ...rest, VFOI: VFIO ?? {} } } },
      }),
    ).toEqual([
      'arches.x86-64.axes.VFOI: unknown axis "VFOI"; did you mean "VFIO"?',
      'arches.x86-64.axes.VFIO: x86-64 does not say which symbols VFIO=m means',
    ]);
  });
});

describe('include and exclude', () => {
  it.each(['include', 'exclude'] as const)('%s may name arches, axes and their values, alone or in lists', (rules) => {
    expect(faults({ [rules]: [{ arch: 'x86-64', KVM: ['m', 'y'] }, { VFIO: 'n' }] })).toEqual([]);
  });

  it.each(['include', 'exclude'] as const)('%s with an unknown word says which rule it is in', (rules) => {
    expect(faults({ [rules]: [{ KVM: 'm' }, { arch: ['x86-64', 'x86_64'] }] })).toEqual([
      `${rules}.1.arch: unknown arch "x86_64"; did you mean "x86-64"?`,
    ]);
    expect(faults({ [rules]: [{ VFOI: 'n' }] })).toEqual([
      `${rules}.0.VFOI: unknown axis "VFOI"; did you mean "VFIO"?`,
    ]);
    expect(faults({ [rules]: [{ KVM: 'off' }] })).toEqual([`${rules}.0.KVM: unknown KVM "off"; known are m, y, n`]);
  });

  it('a misspelt word may have meant arch', () => {
    expect(faults({ exclude: [{ arhc: 'x86-64' }] })).toEqual([
      'exclude.0.arhc: unknown axis "arhc"; did you mean "arch"?',
    ]);
  });

  it('a bad rule is shown in the file', () => {
    const lines = MATRIX_YAML.trimEnd().split('\n').length;
    const failure = failureOf(() =>
      parseMatrixFile(`${MATRIX_YAML.trimEnd()}\nexclude:\n  - { arch: vax, KVM: m }\n`, 'matrix.yaml'),
    );
    expect(failure.message).toBe(
      `matrix.yaml:${lines + 2}:13: unknown arch "vax"; known are ${Object.keys(shippedMatrix.arches).join(', ')}`,
    );
  });

  it('an unknown axis is shown at its name, not at its value', () => {
    const lines = MATRIX_YAML.trimEnd().split('\n').length;
    const failure = failureOf(() =>
      parseMatrixFile(`${MATRIX_YAML.trimEnd()}\nexclude:\n  - { VFOI: n }\n`, 'matrix.yaml'),
    );
    expect(failure.message).toBe(`matrix.yaml:${lines + 2}:7: unknown axis "VFOI"; did you mean "VFIO"?`);
  });

  it('an axis that is called like a method of Object is unknown', () => {
    expect(faults({ exclude: [{ constructor: 'y' }] })).toEqual([
      'exclude.0.constructor: unknown axis "constructor"; known are arch, KVM, VFIO',
    ]);
  });
});

it('a value that is twice in an axis would make two columns of one id', () => {
  failureOf(() => parseMatrixFile(MATRIX_YAML.replace('KVM: [m, y, n]', 'KVM: [m, m, y, n]'), 'matrix.yaml'));
});
