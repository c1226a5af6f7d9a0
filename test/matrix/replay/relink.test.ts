import { describe, expect, it } from 'vitest';
import type { CommandFile } from '../../../matrix/replay/command-file.ts';
import { consumersOf, type Consumers } from '../../../matrix/replay/consumers.ts';
import { lifeOf, livingConsumers, planRelink } from '../../../matrix/replay/relink.ts';

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

  it('the image is linked again with another list of what it exports', () => {
    expect(relink('.vmlinux.export.o')).toEqual({ commands: [], modules: true, fresh: ['vmlinux'] });
  });

  it.each([
    ['arch/x86/entry/vdso/vgetcpu.o', 'arch/x86/entry/vdso/vdso64.so.dbg is made from'],
    ['kernel/bounds.s', 'nobody knows what is made from kernel/bounds.s'],
    ['left/over.o', 'nobody knows what is made from left/over.o'],
  ])('a command that we do not know is for make: %s', (object, why) => {
    expect(relink(object)).toContain(why);
  });
});

describe('an object of O=', () => {
  const MODULES = new Set(['drivers/vfio/vfio.o']);
  const life = (object: string): string => lifeOf(object, consumers(), MODULES);

  it.each([
    ['in the image', 'arch/x86/kvm/../../../virt/kvm/main.o'],
    ['in a library', 'lib/ctype.o'],
    ['in a module', 'drivers/vfio/group.o'],
    ['of the last links', 'drivers/vfio/vfio.mod.o'],
    ['whose offsets the image needs', 'arch/x86/asm-offsets.s'],
  ])('lives %s', (_, object) => {
    expect(life(object)).toBe('alive');
  });

  it.each([
    ['in a module that is not listed any more', 'drivers/vfio/type1.o'],
    ['of the last links of such a module', 'drivers/vfio/type1.mod.o'],
    ['that nothing is made from', 'left/over.o'],
    ['of offsets where all else is dead', 'left/asm-offsets.s'],
  ])('is dead %s', (_, object) => {
    expect(life(object)).toBe('dead');
  });

  it('lives where what an unknown command makes of it lives', () => {
    const hyp = [
      { target: 'vmlinux.a', recorded: 'ar cDPrST vmlinux.a ./built-in.a', tail: '' },
      { target: 'built-in.a', recorded: 'printf "./%s " kvm_nvhe.o | xargs ar cDPrST built-in.a', tail: '' },
      { target: 'kvm_nvhe.o', recorded: 'objcopy --prefix-symbols=__kvm_nvhe_ kvm_nvhe.rel.o kvm_nvhe.o', tail: '' },
      { target: 'kvm_nvhe.rel.o', recorded: 'ld -EL -r -o kvm_nvhe.rel.o mmu.nvhe.o', tail: '' },
    ];
    const all = consumersOf(hyp, () => '');
    expect(lifeOf('mmu.nvhe.o', all, MODULES)).toBe('alive');
    expect(planRelink(['mmu.nvhe.o'], all)).toBe('kvm_nvhe.o is made from kvm_nvhe.rel.o, which has changed');
  });

  it('is for make to judge where a command is not understood', () => {
    expect(life('arch/x86/entry/vdso/vgetcpu.o')).toBe('unknown');
    expect(life('scripts/mod/devicetable-offsets.s')).toBe('unknown');
  });

  it('with KVM=y has nothing to do with the module that KVM=m left behind', () => {
    const all = consumersOf(
      [
        { target: 'vmlinux.a', recorded: 'ar cDPrST vmlinux.a ./built-in.a', tail: '' },
        { target: 'built-in.a', recorded: 'printf "./%s " kvm/main.o | xargs ar cDPrST built-in.a', tail: '' },
        { target: 'kvm/kvm.o', recorded: 'ld -m elf_x86_64 -r -o kvm/kvm.o kvm/main.o', tail: '' },
        { target: 'kvm/kvm.ko', recorded: 'ld -r -o kvm/kvm.ko kvm/kvm.o', tail: '' },
        { target: 'kvm/modules.order', recorded: '{ echo kvm/kvm.o; :; } > kvm/modules.order', tail: '' },
      ],
      () => '',
    );
    const plan = planRelink(['kvm/main.o'], livingConsumers(all, new Set()));
    expect(plan).toEqual({ commands: ['built-in.a'], modules: false, fresh: new Set(['vmlinux']) });
    const asModule = planRelink(['kvm/main.o'], livingConsumers(all, new Set(['kvm/kvm.o'])));
    expect(asModule).toMatchObject({
      commands: ['built-in.a', 'kvm/kvm.o'],
      fresh: new Set(['vmlinux', 'kvm/kvm.ko']),
    });
  });

  it('is dead in an archive that nobody takes in', () => {
    const stale = [
      { target: 'old/built-in.a', recorded: 'printf "old/%s " a.o | xargs ar cDPrST old/built-in.a', tail: '' },
    ];
    expect(
      lifeOf(
        'old/a.o',
        consumersOf(stale, () => ''),
        MODULES,
      ),
    ).toBe('dead');
  });
});
