// SPDX-License-Identifier: MIT
/* arm64: a guest at EL1 with its MMU off adds two numbers and stores the sum, then twice the sum. */
#if defined(__aarch64__)
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>

#include "kvm/kvm.h"

#define CODE_ADDRESS 0x80000000UL
#define NOTHING 0x10000000UL	/* no memory there */
#define SUM 0x41

static const uint32_t code[] = {
	0xd2800460,		/* mov x0, #0x23 */
	0x91007800,		/* add x0, x0, #0x1e: only a CPU that ran knows the sum */
	0xd2a20001,		/* mov x1, #0x10000000 */
	0xb9000020,		/* str w0, [x1] */
	0x8b000000,		/* add x0, x0, x0: it goes on where it was */
	0xb9000420,		/* str w0, [x1, #4] */
	0x14000000,		/* b . */
};

/* The CPU the host would like best, as it comes out of reset: at EL1, interrupts masked. */
static enum outcome init_vcpu(struct guest *guest)
{
	struct kvm_vcpu_init init;

	if (ioctl(guest->vm, KVM_ARM_PREFERRED_TARGET, &init) < 0)
		return fail_errno("KVM_ARM_PREFERRED_TARGET");
	if (ioctl(guest->vcpu, KVM_ARM_VCPU_INIT, &init) < 0)
		return fail_errno("KVM_ARM_VCPU_INIT of target %u", init.target);
	return PASS;
}

/* Core registers are named by their place in struct kvm_regs, in words: api.rst, 4.68. */
static enum outcome set_pc(struct guest *guest)
{
	uint64_t pc = CODE_ADDRESS;
	struct kvm_one_reg reg = {
		.id = KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE |
		      KVM_REG_ARM_CORE_REG(regs.pc),
		.addr = (uintptr_t)&pc,
	};

	if (ioctl(guest->vcpu, KVM_SET_ONE_REG, &reg) < 0)
		return fail_errno("KVM_SET_ONE_REG of pc");
	return PASS;
}

enum outcome guest_setup(struct guest *guest)
{
	if (init_vcpu(guest) == FAIL)
		return FAIL;
	if (guest_add_memory(guest, CODE_ADDRESS, code, sizeof(code)) == FAIL)
		return FAIL;
	return set_pc(guest);
}

enum outcome guest_judge(struct guest *guest)
{
	if (guest_expect_store(guest, NOTHING, SUM) == FAIL)
		return FAIL;
	return guest_expect_store(guest, NOTHING + 4, 2 * SUM);
}
#endif
