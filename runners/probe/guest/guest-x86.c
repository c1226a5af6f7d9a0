// SPDX-License-Identifier: MIT
/* x86: a guest in real mode adds two numbers, writes the sum to a port and halts. */
#if defined(__x86_64__)
#include <string.h>
#include <sys/ioctl.h>

#include "kvm/kvm.h"

#define CODE_ADDRESS 0x1000
#define PORT 0x10
#define SUM 0x41

static const unsigned char code[] = {
	0xb0, 0x23,		/* mov $0x23, %al */
	0x04, 0x1e,		/* add $0x1e, %al: only a CPU that ran knows the sum */
	0xe6, PORT,		/* out %al, $PORT */
	0xf4,			/* hlt */
};

static enum outcome set_registers(struct guest *guest)
{
	struct kvm_regs regs = { .rip = CODE_ADDRESS, .rflags = 2 };	/* bit 1 is always set */
	struct kvm_sregs sregs;

	if (ioctl(guest->vcpu, KVM_GET_SREGS, &sregs) < 0)
		return fail_errno("KVM_GET_SREGS");
	sregs.cs.base = 0;	/* reset leaves it at 0xffff0000 */
	sregs.cs.selector = 0;
	if (ioctl(guest->vcpu, KVM_SET_SREGS, &sregs) < 0)
		return fail_errno("KVM_SET_SREGS");
	if (ioctl(guest->vcpu, KVM_SET_REGS, &regs) < 0)
		return fail_errno("KVM_SET_REGS");
	return PASS;
}

/* Intel without "unrestricted guest" needs three pages for its real mode (api.rst, 4.37). */
enum outcome guest_setup(struct guest *guest)
{
	if (ioctl(guest->vm, KVM_SET_TSS_ADDR, 0xfffbd000UL) < 0)
		return fail_errno("KVM_SET_TSS_ADDR");
	if (guest_add_memory(guest, CODE_ADDRESS, code, sizeof(code)) == FAIL)
		return FAIL;
	return set_registers(guest);
}

static enum outcome judge_out(const struct kvm_run *run)
{
	unsigned char value;

	if (run->exit_reason != KVM_EXIT_IO)
		return fail("exit reason %u (hardware %#llx), expected KVM_EXIT_IO",
			    run->exit_reason,
			    (unsigned long long)run->hw.hardware_exit_reason);
	value = ((const unsigned char *)run)[run->io.data_offset];
	if (run->io.direction != KVM_EXIT_IO_OUT || run->io.port != PORT || value != SUM)
		return fail("I/O exit with direction %u, port %#x, value %#x, expected OUT of %#x to %#x",
			    run->io.direction, run->io.port, value, SUM, PORT);
	return PASS;
}

enum outcome guest_judge(struct guest *guest)
{
	if (guest_run(guest) == FAIL || judge_out(guest->run) == FAIL)
		return FAIL;
	if (guest_run(guest) == FAIL)
		return FAIL;
	if (guest->run->exit_reason != KVM_EXIT_HLT)
		return fail("after OUT: exit reason %u, expected KVM_EXIT_HLT",
			    guest->run->exit_reason);
	return PASS;
}
#endif
