import { expect, it } from 'vitest';
import { couldPickUp } from '../../support/shadow.ts';

const KVM_MAIN = ['include', 'arch/x86/include', 'virt/kvm/kvm_main.c', 'include/linux/kvm.h', 'virt/kvm/vfio.h'];

it.each([
  ['beside the file that includes', 'virt/kvm/kvm.h'],
  ['in a directory of -I', 'include/kvm.h'],
  ['below a directory of -I', 'arch/x86/include/linux/kvm.h'],
  ['above, by way of ..', 'virt/kvm.h'],
  ['elsewhere, by way of .., under the same last directory', 'sound/linux/kvm.h'],
])('a new header may be picked up %s', (_, header) => {
  expect(couldPickUp(header, KVM_MAIN)).toBe(true);
});

it.each([
  ['far from all that was read', 'drivers/vfio/kvm.h'],
  ['under a name that was never read', 'virt/kvm/new.h'],
])('a new header is not picked up %s', (_, header) => {
  expect(couldPickUp(header, KVM_MAIN)).toBe(false);
});

it('with -I of the whole tree everything is near', () => {
  expect(couldPickUp('drivers/vfio/kvm.h', [...KVM_MAIN, ''])).toBe(true);
});
