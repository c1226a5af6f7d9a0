// SPDX-License-Identifier: MIT
/* riscv64: a guest in S-mode without translation adds two numbers and stores the sum, then twice the sum. */
#if defined(__riscv) && __riscv_xlen == 64
#include <stdint.h>
#include <sys/ioctl.h>

#include "kvm/kvm.h"

#define CODE_ADDRESS 0x80000000UL
#define NOTHING 0x10000000UL	/* no memory there */
#define SUM 0x41

static const uint32_t code[] = {
	0x02300513,		/* li a0, 0x23 */
	0x01e50513,		/* addi a0, a0, 0x1e: only a CPU that ran knows the sum */
	0x100005b7,		/* lui a1, 0x10000 */
	0x00a5a023,		/* sw a0, 0(a1) */
	0x00a50533,		/* add a0, a0, a0: it goes on where it was */
	0x00a5a223,		/* sw a0, 4(a1) */
	0x0000006f,		/* j . */
};

/* A new vCPU is in S-mode with satp 0, vCPU 0 runnable: only pc is missing (api.rst, 4.68). */
static enum outcome set_pc(struct guest *guest)
{
	uint64_t pc = CODE_ADDRESS;
	struct kvm_one_reg reg = {
		.id = KVM_REG_RISCV | KVM_REG_SIZE_U64 | KVM_REG_RISCV_CORE |
		      KVM_REG_RISCV_CORE_REG(regs.pc),
		.addr = (uintptr_t)&pc,
	};

	if (ioctl(guest->vcpu, KVM_SET_ONE_REG, &reg) < 0)
		return fail_errno("KVM_SET_ONE_REG of pc");
	return PASS;
}

enum outcome guest_setup(struct guest *guest)
{
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
