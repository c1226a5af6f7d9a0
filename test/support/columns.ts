import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expandColumns, type Column } from '../../matrix/column.ts';
import { parseMatrixFile } from '../../matrix/file/parse.ts';
import type { MatrixFile } from '../../matrix/file/schema.ts';

/** The matrix.yaml that ships with the package, as text. */
export const MATRIX_YAML = readFileSync(join(import.meta.dirname, '../../matrix.yaml'), 'utf8');

export const shippedMatrix: MatrixFile = parseMatrixFile(MATRIX_YAML, 'matrix.yaml');

/** A column of the shipped matrix, e.g. `x86-64/kvm=m,vfio=m`. */
export function column(id = 'x86-64/kvm=m,vfio=m'): Column {
  const found = expandColumns(shippedMatrix).find((candidate) => candidate.id === id);
  if (!found) throw new Error(`matrix.yaml has no column ${id}`);
  return found;
}

/** A column whose arch cannot be booted: no qemu row. */
export function columnWithoutQemu(id?: string): Column {
  const whole = column(id);
  const { qemu: _, ...row } = whole.row;
  return { ...whole, row };
}
