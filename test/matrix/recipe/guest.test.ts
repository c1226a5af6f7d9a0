import { describe, expect, it } from 'vitest';
import type { Column } from '../../../matrix/column.ts';
import { guestModules, moduleName, probeConf, qemuArgv, type BuiltModule } from '../../../matrix/recipe/guest.ts';
import { column, columnWithoutQemu } from '../../support/columns.ts';

function built(name: string, ...depends: string[]): BuiltModule {
  return { name, path: `lib/${name}.ko`, depends };
}

/** All modules of KVM=m and VFIO=m, in no order. */
const ALL = [
  built('vfio-pci', 'vfio-pci-core', 'vfio'),
  built('vfio-pci-core', 'irqbypass', 'vfio'),
  built('kvm-intel', 'kvm'),
  built('kvm-amd', 'kvm'),
  built('irqbypass'),
  built('vfio-iommu-type1', 'vfio'),
  built('kvm', 'irqbypass'),
  built('vfio'),
  built('unrelated'),
];

function withModules(modules: Partial<Column['row']['modules']>): Column {
  const whole = column();
  return { ...whole, row: { ...whole.row, modules: { kvm: [], vfio: [], refused: {}, ...modules } } };
}

function order(of: Column, modules: readonly BuiltModule[] = ALL): string[] {
  return guestModules(of, modules).map(({ group, name, refusedWith }) =>
    [group, name, ...(refusedWith === null ? [] : [refusedWith])].join(' '),
  );
}

describe('the modules that the probe loads', () => {
  it('come in load order: what a module needs stands before it, once for each group', () => {
    expect(order(withModules({ kvm: ['kvm-amd'], vfio: ['vfio-pci'] }))).toEqual([
      'kvm irqbypass',
      'kvm kvm',
      'kvm kvm-amd',
      'vfio irqbypass',
      'vfio vfio',
      'vfio vfio-pci-core',
      'vfio vfio-pci',
    ]);
  });

  it('that must be refused are tried before the one that would take their place, and bring what they need', () => {
    expect(order(withModules({ kvm: ['kvm', 'kvm-amd'], refused: { 'kvm-intel': 'EOPNOTSUPP' } }))).toEqual([
      'kvm irqbypass',
      'kvm kvm',
      'kvm kvm-intel EOPNOTSUPP',
      'kvm kvm-amd',
    ]);
  });

  it('may be written with - or _, as the kernel takes them', () => {
    expect(order(withModules({ vfio: ['vfio_iommu_type1'], refused: { kvm_intel: 'EOPNOTSUPP' } }))).toEqual([
      'kvm irqbypass',
      'kvm kvm',
      'kvm kvm-intel EOPNOTSUPP',
      'vfio vfio',
      'vfio vfio-iommu-type1',
    ]);
    expect(moduleName('vfio_iommu_type1')).toBe('vfio-iommu-type1');
  });

  it('are none where they are built in or off', () => {
    expect(order(column(), [])).toEqual([]);
    expect(order(withModules({ kvm: ['kvm'], vfio: ['vfio'] }), [built('vfio')])).toEqual(['vfio vfio']);
  });

  // modpost lets two modules need each other; depmod, which would not, is never asked.
  it('a patch that makes kvm and vfio need each other is no end of the run', () => {
    expect(order(withModules({ kvm: ['kvm'] }), [built('kvm', 'vfio'), built('vfio', 'kvm')])).toHaveLength(2);
  });
});

describe('what the probe is told', () => {
  it('is the axes, the modules with their files, the device', () => {
    const modules = guestModules(
      withModules({ kvm: ['kvm'], refused: { 'kvm-intel': 'EOPNOTSUPP' }, vfio: ['vfio'] }),
      ALL,
    );
    expect(probeConf(column('x86-64/kvm=m,vfio=m'), modules)).toBe(`kvm m
vfio m
module kvm irqbypass /modules/irqbypass.ko
module kvm kvm /modules/kvm.ko
refused kvm kvm-intel /modules/kvm-intel.ko EOPNOTSUPP
module vfio vfio /modules/vfio.ko
device 1234:11e8
rounds 10
`);
  });

  it('has no device where there is no machine', () => {
    expect(probeConf(columnWithoutQemu('x86-64/kvm=y,vfio=n'), [])).toBe('kvm y\nvfio n\nrounds 10\n');
  });
});

it('QEMU gets the words of the row, then kernel, initrd and command line', () => {
  const { qemu } = column().row;
  if (!qemu) throw new Error('x86-64 has no qemu row');
  const argv = qemuArgv(
    { ...qemu, args: ['-m', '512'], append: 'console=ttyS0 panic=-1' },
    '/out/bzImage',
    '/boot/initrd',
  );
  expect(argv).toEqual([
    'qemu-system-x86_64',
    '-m',
    '512',
    '-kernel',
    '/out/bzImage',
    '-initrd',
    '/boot/initrd',
    '-append',
    'console=ttyS0 panic=-1',
  ]);
});
