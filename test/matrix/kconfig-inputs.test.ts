import { expect, it } from 'vitest';
import { mayChangeConfig } from '../../matrix/kconfig-inputs.ts';

it.each([
  'Kconfig',
  'virt/kvm/Kconfig',
  'arch/x86/Kconfig.debug',
  'Makefile',
  'arch/arm64/kvm/Makefile',
  'arch/powerpc/Makefile.postlink',
  'arch/s390/Kbuild',
  'scripts/kconfig/symbol.c',
  'scripts/Makefile.compiler',
  'scripts/cc-can-link.sh',
  'arch/x86/tools/relocs.c',
  'tools/objtool/check.c',
  'arch/x86/entry/vdso/checkundef.sh',
  'arch/x86/configs/x86_64_defconfig',
  'kernel/configs/kvm_guest.config',
  'arch/mips/configs/malta_defconfig',
  'arch/um/scripts.mk',
])('%s may change what Kconfig resolves', (path) => {
  expect(mayChangeConfig([path])).toBe(true);
});

it.each([
  'virt/kvm/kvm_main.c',
  'include/linux/kvm_host.h',
  'arch/x86/kvm/vmx/vmenter.S',
  'Documentation/kbuild/kconfig-language.rst',
  'Documentation/virt/kvm/api.rst',
  'include/linux/kconfig.h',
  'MAINTAINERS',
])('%s cannot: Kconfig never reads it', (path) => {
  expect(mayChangeConfig([path])).toBe(false);
});

it('one such path among many is enough, and none is none', () => {
  expect(mayChangeConfig(['virt/kvm/kvm_main.c', 'virt/kvm/Kconfig'])).toBe(true);
  expect(mayChangeConfig([])).toBe(false);
});
