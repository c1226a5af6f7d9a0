import { expect, test } from 'vitest';
import { headerRows } from '../../../cli/report/html/header-rows.ts';
import { columnId } from '../../../matrix/cell.ts';
import type { GridColumn } from '../../../matrix/grid/grid.ts';

const column = (arch: string, config: Record<string, string>): GridColumn => ({
  id: columnId(arch, config),
  arch,
  config,
  expressible: true,
  reason: null,
});
const labels = (columns: readonly GridColumn[]): string[] =>
  headerRows(columns).map(
    ({ name, spans }) => `${name}: ${spans.map(({ label, width }) => `${label}x${width}`).join(' ')}`,
  );

test('equal neighbours share a label, but never over the border of what stands above', () => {
  const columns = ['x86-64', 'arm64'].flatMap((arch) => ['m', 'n'].map((VFIO) => column(arch, { KVM: 'y', VFIO })));
  expect(labels(columns)).toEqual(['arch: x86-64x2 arm64x2', 'KVM: yx2 yx2', 'VFIO: mx1 nx1 mx1 nx1']);
});

test('an arch that comes twice is not drawn together', () => {
  expect(labels([column('a', { K: 'm' }), column('b', { K: 'm' }), column('a', { K: 'm' })])[0]).toBe(
    'arch: ax1 bx1 ax1',
  );
});

test('long values stand upright, short ones lie', () => {
  const upright = headerRows([column('x86-64', { KVM: 'm', base: 'allmodconfig' })]).map((row) => row.upright);
  expect(upright).toEqual([false, false, true]);
});

test('no columns, no spans', () => {
  expect(headerRows([])).toEqual([{ name: 'arch', spans: [], upright: false }]);
});
