import { describe, expect, it } from 'vitest';
import type { Column } from '../../../matrix/column.ts';
import type { QemuRow } from '../../../matrix/file/schema.ts';
import type { Resolved } from '../../../matrix/kconfig/kconfig.ts';
import {
  guestModules,
  moduleName,
  probeConf,
  probeModes,
  qemuArgv,
  type BuiltModule,
  type ProbeMode,
} from '../../../matrix/recipe/guest.ts';
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

/** What Kconfig made of the columns below: no character devices of VFIO. */
const RESOLVED: Resolved = new Map([['VFIO', 'm']]);

/** A column with a machine and modules of its own. */
function withMachine(id: string, qemu: Partial<QemuRow>, modules: Partial<Column['row']['modules']> = {}): Column {
  const whole = column(id);
  if (!whole.row.qemu) throw new Error(`${id} has no machine`);
  const row = { ...whole.row, modules: { ...whole.row.modules, ...modules }, qemu: { ...whole.row.qemu, ...qemu } };
  return { ...whole, row };
}

describe('what the probe is told', () => {
  it('is the axes, the modules with their files, the device and how VFIO takes it', () => {
    const modules = guestModules(
      withModules({ kvm: ['kvm'], refused: { 'kvm-intel': 'EOPNOTSUPP' }, vfio: ['vfio'] }),
      ALL,
    );
    expect(probeConf(column('x86-64/kvm=m,vfio=m'), modules, RESOLVED)).toBe(`kvm m
vfio m
cdev n
module kvm irqbypass /modules/irqbypass.ko
module kvm kvm /modules/kvm.ko
refused kvm kvm-intel /modules/kvm-intel.ko EOPNOTSUPP
module vfio vfio /modules/vfio.ko
device 1234:11e8
iommu type1
rounds 10
`);
  });

  it('has no device where there is no machine', () => {
    expect(probeConf(columnWithoutQemu('x86-64/kvm=y,vfio=n'), [], RESOLVED)).toBe(
      'kvm y\nvfio n\ncdev n\nrounds 10\n',
    );
  });

  const lines = (of: Column, resolved = RESOLVED, modules = guestModules(of, [])): string[] =>
    probeConf(of, modules, resolved).trimEnd().split('\n');
  const YY = 'x86-64/kvm=y,vfio=y';

  it('is whether this kernel has character devices of VFIO, which only its config knows', () => {
    expect(lines(column(YY), new Map([['VFIO_DEVICE_CDEV', 'y']]))).toContain('cdev y');
    expect(lines(column(YY), new Map())).toContain('cdev n');
  });

  it.each(['type1', 'spapr', 'noiommu'] as const)('is the kind of container: %s', (iommu) => {
    expect(lines(withMachine(YY, { iommu })).filter((line) => line.startsWith('iommu'))).toEqual([`iommu ${iommu}`]);
  });

  it('is what the machine lacks, each with its reason, and the words with which the kernel must refuse kvm', () => {
    const lacks = { guest: 'TCG has no SIE', dma: 'the device has no engine' };
    expect(lines(withMachine(YY, { lacks, refusal: 'kvm: not available on this machine' })).slice(3)).toEqual([
      'device 1234:11e8',
      'iommu type1',
      'lacks guest TCG has no SIE',
      'lacks dma the device has no engine',
      'message kvm: not available on this machine',
      'rounds 10',
    ]);
  });

  it.each([
    ['built in it has no file, and must have refused before', 'x86-64/kvm=y,vfio=n', [], ['refused kvm kvm - ENODEV']],
    [
      'as a module it is tried from its file',
      'x86-64/kvm=m,vfio=n',
      [built('kvm')],
      ['refused kvm kvm /modules/kvm.ko ENODEV'],
    ],
    ['off it is not there to refuse', 'x86-64/kvm=n,vfio=n', [], []],
  ])('of a kvm that must refuse this machine: %s', (_, id, modules, told) => {
    const of = withMachine(id, {}, { kvm: ['kvm'], vfio: [], refused: { kvm: 'ENODEV' } });
    const refused = lines(of, RESOLVED, guestModules(of, modules)).filter((line) => /^(refused|module) /.test(line));
    expect(refused).toEqual(told);
  });

  it('of a vendor module that must refuse, built in, is nothing: only kvm itself is asked for without a file', () => {
    expect(lines(column('x86-64/kvm=y,vfio=n')).filter((line) => line.startsWith('refused'))).toEqual([]);
  });
});

describe('the boots of a cell', () => {
  const modesOf = (of: Column, modules: readonly BuiltModule[] = ALL): string =>
    probeModes(of, guestModules(of, modules)).join(' ');
  const noKvm = ALL.filter(({ name }) => !name.startsWith('kvm') && name !== 'irqbypass');

  it.each([
    ['KVM and VFIO are modules', 'x86-64/kvm=m,vfio=m'],
    ['KVM is a module and VFIO is built in', 'x86-64/kvm=m,vfio=y'],
  ])('are two where modules can be pulled from under a VM that a device holds: %s', (_, id) => {
    expect(modesOf(column(id))).toBe('main lifetime');
  });

  it.each([
    ['VFIO is off', column('x86-64/kvm=m,vfio=n'), ALL],
    ['KVM is built in', column('x86-64/kvm=y,vfio=m'), noKvm],
    ['KVM is off', column('x86-64/kvm=n,vfio=m'), noKvm],
    ['no guest can run', withMachine('x86-64/kvm=m,vfio=m', { lacks: { guest: 'TCG has no SIE' } }), ALL],
    [
      'all of KVM must refuse this machine',
      withMachine('x86-64/kvm=m,vfio=m', {}, { kvm: ['kvm'], refused: { kvm: 'ENODEV' } }),
      [built('kvm'), built('vfio')],
    ],
  ])('is one where %s', (_, of, modules) => {
    expect(modesOf(of, modules)).toBe('main');
  });

  it('what else a machine lacks does not take the second boot away', () => {
    expect(modesOf(withMachine('x86-64/kvm=m,vfio=m', { lacks: { dma: 'no engine' } }))).toBe('main lifetime');
  });
});

describe('QEMU', () => {
  const { qemu } = withMachine('x86-64/kvm=m,vfio=m', {
    binary: 'qemu-system-mips64el',
    accel: 'tcg',
    machine: 'loongson3-virt',
    cpu: 'Loongson-3A4000',
    smp: 1,
    memory: 1024,
    devices: ['edu', 'pci-testdev,membar=4M'],
    args: ['-nodefaults', '-serial', 'stdio'],
    append: 'console=ttyS0 panic=-1',
  }).row;
  if (!qemu) throw new Error('no machine');
  const argv = (more: Partial<QemuRow>, mode?: ProbeMode): string[] =>
    qemuArgv({ ...qemu, ...more }, '/out/vmlinux', '/boot/initrd', mode);

  it('gets the parts of the machine, the other words, the devices, then kernel, initrd and command line', () => {
    expect(argv({}).join(' ')).toBe(
      'qemu-system-mips64el -accel tcg -machine loongson3-virt -cpu Loongson-3A4000 -smp 1 -m 1024' +
        ' -nodefaults -serial stdio -device edu -device pci-testdev,membar=4M' +
        ' -kernel /out/vmlinux -initrd /boot/initrd -append console=ttyS0 panic=-1',
    );
    expect(argv({}).at(-1)).toBe('console=ttyS0 panic=-1');
  });

  it.each([
    ['-accel', { accel: 'tcg,thread=multi' }, 'tcg,thread=multi'],
    ['-machine', { machine: 'virt,gic-version=3' }, 'virt,gic-version=3'],
    ['-cpu', { cpu: 'max' }, 'max'],
    ['-smp', { smp: 4 }, '4'],
    ['-m', { memory: 2048 }, '2048'],
    ['-append', { append: 'console=hvc0' }, 'console=hvc0'],
  ])('%s is one word of the row, and changes no other', (flag, more, word) => {
    const [plain, other] = [argv({}), argv(more)];
    expect(other[other.indexOf(flag) + 1]).toBe(word);
    expect(other.filter((each, index) => each !== plain[index])).toEqual([word]);
  });

  it('gets no device and no other words where the row has none', () => {
    expect(argv({ devices: [], args: [] })).toHaveLength(argv({}).length - 7);
    expect(argv({ devices: [] })).not.toContain('-device');
  });

  it('tells the probe of its mode on the kernel command line, of the usual one nothing', () => {
    expect(argv({}, 'lifetime')).toEqual([...argv({}).slice(0, -1), 'console=ttyS0 panic=-1 probe_mode=lifetime']);
    expect(argv({}, 'main')).toEqual(argv({}));
  });
});
