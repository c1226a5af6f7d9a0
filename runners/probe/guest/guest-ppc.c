// SPDX-License-Identifier: MIT
/*
 * 64-bit POWER, little endian: a guest in real mode adds two numbers, stores
 * the sum where no memory is and goes on to a hypercall that is not KVM's.
 *
 * A VM of KVM-HV on a radix host starts with a radix MMU, one of KVM-PR needs
 * none in real mode: neither a hash table nor KVM_PPC_CONFIGURE_V3_MMU is
 * asked for (kvmppc_core_init_vm_hv() in arch/powerpc/kvm/book3s_hv.c).
 */
#if defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)
#include <endian.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>

#include "kvm/kvm.h"

#define CODE_ADDRESS 0UL
#define MMIO_ADDRESS 0x10000000UL	/* beyond all memory slots; low half 0: lis */
#define SUM 0x1234
#define HYPERCALL 6			/* its place in the code */
#define H_PUT_TERM_CHAR 0x58		/* asm/hvcall.h: the console is userspace's */
#define MSR_SF (1UL << 63)		/* 64-bit */
#define MSR_ME (1UL << 12)		/* a machine check is an interrupt */
#define MSR_RI (1UL << 1)		/* ... that can be returned from */
#define MSR_LE (1UL << 0)		/* no IR, no DR: real mode; no PR: may do hypercalls */

#define SC1 0x44000022U			/* sc	1 */
#define FAKE_SC1 0x7c000268U		/* no instruction: what KVM-PR takes for it */

static uint32_t code[] = {
	0x38801200,				/* li	r4, 0x1200 */
	0x38840034,				/* addi	r4, r4, 0x34: only a CPU that ran knows the sum */
	0x3ca00000 | MMIO_ADDRESS >> 16,	/* lis	r5, MMIO_ADDRESS@h */
	0x90850000,				/* stw	r4, 0(r5) */
	0x38840001,				/* addi	r4, r4, 1 */
	0x38600000 | H_PUT_TERM_CHAR,		/* li	r3, H_PUT_TERM_CHAR */
	[HYPERCALL] = SC1,
	0x48000000,				/* b	. */
};

/* KVM-HV runs nothing but PAPR guests (kvmppc_sanity_check() in powerpc.c there). */
static enum outcome enable_papr(struct guest *guest)
{
	struct kvm_enable_cap papr = { .cap = KVM_CAP_PPC_PAPR };

	if (ioctl(guest->vcpu, KVM_ENABLE_CAP, &papr) < 0)
		return fail_errno("KVM_ENABLE_CAP of KVM_CAP_PPC_PAPR");
	return PASS;
}

static enum outcome set_registers(struct guest *guest)
{
	struct kvm_regs regs;

	if (ioctl(guest->vcpu, KVM_GET_REGS, &regs) < 0)
		return fail_errno("KVM_GET_REGS");
	regs.pc = CODE_ADDRESS;
	regs.msr = MSR_SF | MSR_ME | MSR_RI | MSR_LE;
	if (ioctl(guest->vcpu, KVM_SET_REGS, &regs) < 0)
		return fail_errno("KVM_SET_REGS");
	return PASS;
}

/*
 * The guest of KVM-PR runs in problem state, where "sc 1" would go to the
 * hypervisor under us: OP_31_XOP_FAKE_SC1 in book3s_emulate.c. A hash table is
 * KVM-HV's alone.
 */
static void choose_hypercall(const struct guest *guest)
{
	bool hv = ioctl(guest->vm, KVM_CHECK_EXTENSION, KVM_CAP_PPC_ALLOC_HTAB) > 0;

	code[HYPERCALL] = hv ? SC1 : FAKE_SC1;
}

enum outcome guest_setup(struct guest *guest)
{
	choose_hypercall(guest);
	if (enable_papr(guest) == FAIL ||
	    guest_add_memory(guest, CODE_ADDRESS, code, sizeof(code)) == FAIL)
		return FAIL;
	return set_registers(guest);
}

static enum outcome judge_store(const struct kvm_run *run)
{
	uint32_t value;

	if (run->exit_reason != KVM_EXIT_MMIO)
		return fail("exit reason %u (hardware %#llx), expected KVM_EXIT_MMIO",
			    run->exit_reason,
			    (unsigned long long)run->hw.hardware_exit_reason);
	memcpy(&value, run->mmio.data, sizeof(value));
	value = le32toh(value);
	if (!run->mmio.is_write || run->mmio.len != sizeof(value) ||
	    run->mmio.phys_addr != MMIO_ADDRESS || value != SUM)
		return fail("MMIO exit: write %u of %u bytes at %#llx, value %#x, expected a store of %#x to %#lx",
			    run->mmio.is_write, run->mmio.len,
			    (unsigned long long)run->mmio.phys_addr, value, SUM, MMIO_ADDRESS);
	return PASS;
}

static enum outcome judge_hypercall(const struct kvm_run *run)
{
	if (run->exit_reason != KVM_EXIT_PAPR_HCALL)
		return fail("after the store: exit reason %u, expected KVM_EXIT_PAPR_HCALL",
			    run->exit_reason);
	if (run->papr_hcall.nr != H_PUT_TERM_CHAR || run->papr_hcall.args[0] != SUM + 1)
		return fail("hypercall %#llx of %#llx, expected %#x of %#x",
			    (unsigned long long)run->papr_hcall.nr,
			    (unsigned long long)run->papr_hcall.args[0],
			    H_PUT_TERM_CHAR, SUM + 1);
	return PASS;
}

enum outcome guest_judge(struct guest *guest)
{
	if (guest_run(guest) == FAIL || judge_store(guest->run) == FAIL)
		return FAIL;
	if (guest_run(guest) == FAIL)
		return FAIL;
	return judge_hypercall(guest->run);
}
#endif
