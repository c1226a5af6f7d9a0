import { NOTHING_READ, type ReadSet } from '../../matrix/proof/read-set.ts';

/** What a small x86 build with KVM=m and VFIO=n could have read. */
export function readSet(more: Partial<ReadSet> = {}): ReadSet {
  return {
    ...NOTHING_READ,
    srcArch: 'x86',
    files: new Map([
      ['virt/kvm/kvm_main.c', 'virt/kvm/kvm_main.o'],
      ['include/linux/kvm_host.h', 'virt/kvm/kvm_main.o'],
      ['arch/x86/kvm/x86.c', 'arch/x86/kvm/x86.o'],
      ['arch/x86/lib/memmove_64.S', 'arch/x86/lib/memmove_64.o'],
      ['tools/arch/x86/include/asm/inat.h', 'tools/objtool/objtool'],
      ['scripts/link-vmlinux.sh', 'vmlinux'],
      ['security/landlock/errata/abi-1.h', 'security/landlock/setup.o'],
      ['arch/arm/include/asm/xen/page.h', 'arch/x86/xen/odd.o'],
    ]),
    headers: new Set(['kvm_host.h', 'errno.h', 'kvm_types.h']),
    dirs: new Set(['.', 'arch/x86/kvm', 'virt', 'virt/kvm', 'drivers', 'usr', 'scripts', 'tools/objtool', 'certs']),
    fragments: new Set(['virt/kvm/Makefile.kvm', 'Makefile.rules']),
    patterns: new Set(['certs']),
    kconfig: new Set(['Kconfig', 'virt/kvm/Kconfig', 'arch/x86/Kconfig', 'drivers/vfio/Kconfig']),
    ...more,
  };
}
