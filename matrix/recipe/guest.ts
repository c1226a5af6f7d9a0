import type { Column } from '../column.ts';
import type { QemuRow } from '../file/schema.ts';
import type { Resolved } from '../kconfig/kconfig.ts';

/** A module file of a build, and the modules that must be loaded before it, by name. */
export interface BuiltModule {
  readonly name: string;
  /** Below O=. */
  readonly path: string;
  readonly depends: readonly string[];
}

export interface GuestModule extends BuiltModule {
  readonly group: 'kvm' | 'vfio';
  /** The errno with which this machine must refuse it; null when it must load. */
  readonly refusedWith: string | null;
}

/**
 * The modules that the probe loads for this column, in load order, dependencies first; those that must be refused come
 * before the vendor module that takes the place they want. Roots that are built in, or off, are not there.
 */
export function guestModules(column: Column, built: readonly BuiltModule[]): GuestModule[] {
  const { kvm, vfio } = column.row.modules;
  const refused = new Map(Object.entries(column.row.modules.refused).map(([name, errno]) => [moduleName(name), errno]));
  const byName = new Map(built.map((module) => [module.name, module]));
  const group = (roots: readonly string[], name: 'kvm' | 'vfio'): GuestModule[] =>
    closure(roots, byName).map((module) => ({ ...module, group: name, refusedWith: refused.get(module.name) ?? null }));
  return [...group([...refused.keys(), ...kvm], 'kvm'), ...group(vfio, 'vfio')];
}

/** The kernel takes `-` and `_` in module names for the same; so do we. */
export function moduleName(written: string): string {
  return written.replaceAll('_', '-');
}

function closure(roots: readonly string[], byName: ReadonlyMap<string, BuiltModule>): BuiltModule[] {
  const ordered = new Map<string, BuiltModule>();
  const entered = new Set<string>();
  const visit = (written: string): void => {
    const name = moduleName(written);
    const module = byName.get(name);
    if (!module || entered.has(name)) return;
    // Two modules that need each other are depmod's trouble, and the loader's.
    entered.add(name);
    for (const needed of module.depends) visit(needed);
    ordered.set(name, module);
  };
  for (const root of roots) visit(root);
  return [...ordered.values()];
}

/** The probe's configuration, see runners/probe/conf.c. */
export function probeConf(column: Column, modules: readonly GuestModule[], resolved: Resolved): string {
  const axes = Object.entries(column.config).map(([axis, value]) => `${axis.toLowerCase()} ${value}`);
  const cdev = `cdev ${resolved.get('VFIO_DEVICE_CDEV') ?? 'n'}`;
  return [...axes, cdev, ...moduleLines(column, modules), ...machineLines(column), 'rounds 10', ''].join('\n');
}

function moduleLines({ config, row }: Column, modules: readonly GuestModule[]): string[] {
  const lines = modules.map(({ group, name, refusedWith }) => {
    const file = `/modules/${name}.ko`;
    return refusedWith === null ? `module ${group} ${name} ${file}` : `refused ${group} ${name} ${file} ${refusedWith}`;
  });
  // Built in it has no file, and has refused before the probe begins.
  const refusal = row.modules.refused['kvm'];
  return refusal !== undefined && config['KVM'] === 'y' ? [...lines, `refused kvm kvm - ${refusal}`] : lines;
}

function machineLines({ row: { qemu } }: Column): string[] {
  if (!qemu) return [];
  const lacks = Object.entries(qemu.lacks).map(([what, reason]) => `lacks ${what} ${reason}`);
  const refusal = qemu.refusal === undefined ? [] : [`message ${qemu.refusal}`];
  return [`device ${qemu.device}`, `iommu ${qemu.iommu}`, ...lacks, ...refusal];
}

/** Packs the directory it runs in. The kernel's built-in initramfs already has /dev/console (usr/default_cpio_list). */
export const PACK_INITRAMFS =
  'find . -mindepth 1 -printf "%P\\n" | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0 --reproducible';

export const PROBE_CFLAGS: readonly string[] = ['-static', '-O2', '-Wall', '-Wextra'];

/** A boot of its own for what may kill the kernel: main.c takes the word from the kernel command line. */
export type ProbeMode = 'main' | 'lifetime';

/** The boots of one cell. Only a VM that modules serve and a device holds can have its code pulled from under it. */
export function probeModes({ config, row: { qemu } }: Column, modules: readonly GuestModule[]): ProbeMode[] {
  const unloadable = modules.some(({ group, refusedWith }) => group === 'kvm' && refusedWith === null);
  const held = config['VFIO'] !== 'n' && qemu?.lacks.guest === undefined && qemu?.lacks['kvm-vfio'] === undefined;
  return unloadable && held ? ['main', 'lifetime'] : ['main'];
}

export function qemuArgv(qemu: QemuRow, image: string, initrd: string, mode: ProbeMode = 'main'): string[] {
  const { binary, accel, machine, cpu, smp, memory, args, devices, append } = qemu;
  return [
    [binary, '-accel', accel, '-machine', machine, '-cpu', cpu, '-smp', String(smp), '-m', String(memory)],
    args,
    devices.flatMap((device) => ['-device', device]),
    ['-kernel', image, '-initrd', initrd],
    ['-append', mode === 'main' ? append : `${append} probe_mode=${mode}`],
  ].flat();
}
