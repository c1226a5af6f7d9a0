import { describe, expect, it } from 'vitest';
import type { CommandFile } from '../../../matrix/replay/command-file.ts';
import { consumersOf, type Consumers } from '../../../matrix/replay/consumers.ts';
import { isAlive, planRelink } from '../../../matrix/replay/relink.ts';

/** As Linux 6.12 writes them, shortened. */
const COMMANDS: Readonly<Record<string, string>> = {
  'vmlinux.a': 'rm -f vmlinux.a; ar cDPrST vmlinux.a ./built-in.a  lib/lib.a; ar mPiT $$(ar t vmlinux.a | sed -n 1p)',
  'vmlinux.o':
    'ld -m elf_x86_64 -r -o vmlinux.o --whole-archive vmlinux.a --no-whole-archive --start-group --end-group',
  'built-in.a': 'rm -f built-in.a;  printf "./%s " arch/x86/built-in.a virt/built-in.a | xargs ar cDPrST built-in.a',
  'arch/x86/built-in.a':
    'rm -f arch/x86/built-in.a;  printf "arch/x86/%s " kvm/built-in.a mm.o | xargs ar cDPrST arch/x86/built-in.a',
  'arch/x86/kvm/built-in.a':
    'rm -f arch/x86/kvm/built-in.a;  printf "arch/x86/kvm/%s " ../../../virt/kvm/main.o x86.o | xargs ar cDPrST arch/x86/kvm/built-in.a',
  'lib/lib.a': 'rm -f lib/lib.a; ar cDPrsT lib/lib.a lib/ctype.o',
  'drivers/vfio/vfio.o': 'ld -m elf_x86_64 -z noexecstack   -r -o drivers/vfio/vfio.o @drivers/vfio/vfio.mod ',
  'drivers/vfio/vfio.ko':
    'ld -r -m elf_x86_64 -T scripts/module.lds -o drivers/vfio/vfio.ko drivers/vfio/vfio.o drivers/vfio/vfio.mod.o .module-common.o',
  'drivers/vfio/type1.ko': 'ld -r -o drivers/vfio/type1.ko drivers/vfio/type1.o drivers/vfio/type1.mod.o',
  'Module.symvers': ' scripts/mod/modpost -M -E -o Module.symvers -T modules.order vmlinux.o',
  'modules.order': '{   cat drivers/modules.order; :; } > modules.order',
  'drivers/modules.order': '{   cat drivers/vfio/modules.order; :; } > drivers/modules.order',
  'drivers/vfio/modules.order':
    '{   echo drivers/vfio/vfio.o;   echo drivers/vfio/type1.o; :; } > drivers/vfio/modules.order',
  'arch/x86/entry/vdso/vdso64.so.dbg': 'ld -o arch/x86/entry/vdso/vdso64.so.dbg -shared arch/x86/entry/vdso/vgetcpu.o',
};
const LISTS: Readonly<Record<string, string>> = {
  'drivers/vfio/vfio.mod': 'drivers/vfio/main.o\ndrivers/vfio/group.o\n',
};

const ORDERS = ['drivers/vfio/modules.order', 'drivers/modules.order', 'modules.order'];

function consumers(): Consumers {
  const commands = Object.entries(COMMANDS).map(([target, recorded]): CommandFile => ({ target, recorded, tail: '' }));
  return consumersOf(commands, (path) => LISTS[path] ?? '');
}

function relink(...changed: string[]): unknown {
  const plan = planRelink(changed, consumers());
  return typeof plan === 'string' ? plan : { ...plan, fresh: [...plan.fresh] };
}

describe('behind a changed object', () => {
  it('all archives up to the root are made again, the deepest first', () => {
    expect(relink('arch/x86/kvm/../../../virt/kvm/main.o', 'arch/x86/mm.o')).toEqual({
      commands: ['arch/x86/kvm/built-in.a', 'arch/x86/built-in.a', 'built-in.a'],
      modules: false,
      fresh: ['vmlinux'],
    });
  });

  it('order does not depend on which part comes first', () => {
    expect(relink('arch/x86/mm.o', 'virt/kvm/main.o')).toEqual(relink('virt/kvm/main.o', 'arch/x86/mm.o'));
  });

  it('a library goes straight into the image', () => {
    expect(relink('lib/ctype.o')).toEqual({ commands: ['lib/lib.a'], modules: false, fresh: ['vmlinux'] });
  });

  it('a module is put together again, and modpost is told', () => {
    expect(relink('drivers/vfio/group.o')).toEqual({
      commands: ['drivers/vfio/vfio.o', ...ORDERS],
      modules: true,
      fresh: ['drivers/vfio/vfio.ko'],
    });
    expect(relink('drivers/vfio/type1.o')).toEqual({
      commands: ORDERS,
      modules: true,
      fresh: ['drivers/vfio/type1.ko'],
    });
  });

  it('a directory that make was called for hands on its archive and its list of modules', () => {
    expect(relink('drivers/vfio/modules.order', 'arch/x86/kvm/built-in.a')).toEqual({
      commands: ['drivers/modules.order', 'arch/x86/built-in.a', 'modules.order', 'built-in.a'],
      modules: true,
      fresh: ['vmlinux'],
    });
  });

  it('what only the last links read is left to them', () => {
    expect(relink('drivers/vfio/vfio.mod.o')).toEqual({ commands: [], modules: true, fresh: ['drivers/vfio/vfio.ko'] });
  });

  it.each([
    ['arch/x86/entry/vdso/vgetcpu.o', 'arch/x86/entry/vdso/vdso64.so.dbg is made from'],
    ['kernel/bounds.s', 'nobody knows what is made from kernel/bounds.s'],
    ['left/over.o', 'nobody knows what is made from left/over.o'],
  ])('a command that we do not know is for make: %s', (object, why) => {
    expect(relink(object)).toContain(why);
  });
});

it('what an earlier config left behind is not alive', () => {
  const alive = (object: string): boolean => isAlive(object, consumers());
  expect(['lib/ctype.o', 'arch/x86/kvm/../../../virt/kvm/main.o', 'kernel/bounds.s', 'x/y.mod.o'].map(alive)).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(alive('left/over.o')).toBe(false);
});
