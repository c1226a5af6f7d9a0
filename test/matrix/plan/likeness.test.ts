import { expect, it } from 'vitest';
import { buildOrder, nearestColumn } from '../../../matrix/plan/likeness.ts';
import { column } from '../../support/columns.ts';

const all = ['y', 'm', 'n'].flatMap((kvm) => ['y', 'm', 'n'].map((vfio) => column(`x86-64/kvm=${kvm},vfio=${vfio}`)));

function nearest(id: string, others: readonly string[]): string | undefined {
  return nearestColumn(
    column(`x86-64/${id}`),
    others.map((other) => column(`x86-64/${other}`)),
  )?.id.slice('x86-64/'.length);
}

it('what has less is built before what has more', () => {
  expect(buildOrder(all).map(({ config }) => `${config['KVM']}${config['VFIO']}`)).toEqual([
    'nn',
    'nm',
    'ny',
    'mn',
    'mm',
    'my',
    'yn',
    'ym',
    'yy',
  ]);
});

it.each([
  ['kvm=m,vfio=m', ['kvm=n,vfio=n', 'kvm=n,vfio=m', 'kvm=m,vfio=n'], 'kvm=m,vfio=n'],
  ['kvm=y,vfio=n', ['kvm=n,vfio=n', 'kvm=m,vfio=n', 'kvm=m,vfio=m'], 'kvm=m,vfio=n'],
  ['kvm=m,vfio=n', ['kvm=n,vfio=y', 'kvm=n,vfio=n', 'kvm=y,vfio=n'], 'kvm=n,vfio=n'],
  ['kvm=n,vfio=n', ['kvm=y,vfio=y', 'kvm=m,vfio=m'], undefined],
  ['kvm=n,vfio=n', [], undefined],
])('%s of %j begins as a copy of %s', (id, others, expected) => {
  expect(nearest(id, others)).toBe(expected);
});

it('every column but the first has one before it with nothing more in it', () => {
  const order = buildOrder(all);
  for (const [index, one] of order.entries()) {
    if (index === 0) continue;
    const from = nearestColumn(one, order.slice(0, index));
    const more = Object.keys(one.config).filter(
      (axis) => 'nmy'.indexOf(from?.config[axis] ?? '') > 'nmy'.indexOf(one.config[axis] ?? ''),
    );
    expect([one.id, more]).toEqual([one.id, []]);
  }
});
