import { describe, expect, it } from 'vitest';
import { makePlan } from '../../../matrix/plan/plan.ts';
import { assembleSeries } from '../../../matrix/series/series.ts';
import { column, columnWithoutQemu } from '../../support/columns.ts';
import { cover, part } from '../../support/mails.ts';

const series = assembleSeries([cover(3), part(1, 3), part(2, 3), part(3, 3)]);
const mm = column('x86-64/kvm=m,vfio=m');
const yn = column('x86-64/kvm=y,vfio=n');

describe('the plan', () => {
  it('has one cell for each row and column, row by row', () => {
    const plan = makePlan({ series, rows: [0, 2], stages: ['configure', 'build'], columns: [mm, yn] });
    expect(plan.cells.map(({ id }) => id)).toEqual([
      '00/x86-64/kvm=m,vfio=m',
      '00/x86-64/kvm=y,vfio=n',
      '02/x86-64/kvm=m,vfio=m',
      '02/x86-64/kvm=y,vfio=n',
    ]);
  });

  it('says of every cell why it is in', () => {
    const plan = makePlan({ series, rows: [0, 3], stages: ['build'], columns: [mm] });
    expect(plan.cells.map(({ reason }) => reason)).toEqual([
      'the base: what the patches are compared with',
      'patch 3 of 3: KVM: part 3',
    ]);
  });

  it('runs every stage of a column that can be booted', () => {
    const plan = makePlan({ series, rows: [0], stages: ['configure', 'build', 'boot', 'kvm', 'vfio'], columns: [mm] });
    expect(plan.cells[0]?.stages.map(({ skip }) => skip)).toEqual([null, null, null, null, null]);
  });

  it('knows beforehand that an arch without a qemu row only builds', () => {
    const plan = makePlan({
      series,
      rows: [0],
      stages: ['configure', 'build', 'boot', 'kvm', 'vfio'],
      columns: [columnWithoutQemu()],
    });
    const why = 'matrix.yaml has no qemu row for x86-64';
    expect(plan.cells[0]?.stages).toEqual([
      { stage: 'configure', skip: null },
      { stage: 'build', skip: null },
      { stage: 'boot', skip: why },
      { stage: 'kvm', skip: why },
      { stage: 'vfio', skip: why },
    ]);
  });

  it('is the request and its cells: nothing is dropped on the way', () => {
    const request = { series, rows: [0, 1], stages: ['build'] as const, columns: [mm] };
    expect(makePlan(request)).toMatchObject(request);
  });
});
