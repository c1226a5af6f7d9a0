import type { Column } from '../column.ts';
import type { QemuRow } from '../file/schema.ts';

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
export function probeConf(column: Column, modules: readonly GuestModule[]): string {
  const lines = modules.map(({ group, name, refusedWith }) => {
    const file = `/modules/${name}.ko`;
    return refusedWith === null ? `module ${group} ${name} ${file}` : `refused ${group} ${name} ${file} ${refusedWith}`;
  });
  const axes = Object.entries(column.config).map(([axis, value]) => `${axis.toLowerCase()} ${value}`);
  const device = column.row.qemu ? [`device ${column.row.qemu.device}`] : [];
  return [...axes, ...lines, ...device, 'rounds 10', ''].join('\n');
}

/** Packs the directory it runs in. The kernel's built-in initramfs already has /dev/console (usr/default_cpio_list). */
export const PACK_INITRAMFS =
  'find . -mindepth 1 -printf "%P\\n" | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0 --reproducible';

export const PROBE_CFLAGS: readonly string[] = ['-static', '-O2', '-Wall', '-Wextra'];

export function qemuArgv(qemu: QemuRow, image: string, initrd: string): string[] {
  return [qemu.binary, ...qemu.args, '-kernel', image, '-initrd', initrd, '-append', qemu.append];
}
