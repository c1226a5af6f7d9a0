// SPDX-License-Identifier: MIT
/*
 * Guests of architectures without I/O ports tell by a store to an address
 * where nothing is: it ends KVM_RUN with KVM_EXIT_MMIO (api.rst, "kvm_run").
 */
#include <stdint.h>
#include <string.h>

#include "kvm/kvm.h"

static enum outcome judge_store(const struct kvm_run *run, uint64_t address, uint32_t value)
{
	uint32_t stored;

	if (run->exit_reason != KVM_EXIT_MMIO)
		return fail("exit reason %u, expected KVM_EXIT_MMIO", run->exit_reason);
	memcpy(&stored, run->mmio.data, sizeof(stored));
	if (!run->mmio.is_write || run->mmio.phys_addr != address ||
	    run->mmio.len != sizeof(stored) || stored != value)
		return fail("MMIO %s of %#x, %u bytes at %#llx, expected a write of %#x, 4 bytes at %#llx",
			    run->mmio.is_write ? "write" : "read", stored, run->mmio.len,
			    (unsigned long long)run->mmio.phys_addr, value,
			    (unsigned long long)address);
	return PASS;
}

/* The guest's next exit has to be this store, of four bytes. */
enum outcome guest_expect_store(struct guest *guest, uint64_t address, uint32_t value)
{
	return guest_run(guest) == FAIL ? FAIL : judge_store(guest->run, address, value);
}
