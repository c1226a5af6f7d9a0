// SPDX-License-Identifier: MIT
/* An architecture without guest code yet: say so, claim nothing. */
#if !defined(__x86_64__) && !defined(__aarch64__) && \
    !(defined(__riscv) && __riscv_xlen == 64) && \
    !(defined(__powerpc64__) && defined(__LITTLE_ENDIAN__))
#include "kvm/kvm.h"

enum outcome guest_setup(struct guest *guest)
{
	(void)guest;
	return skip("no guest code for this architecture");
}

enum outcome guest_judge(struct guest *guest)
{
	(void)guest;
	return skip("no guest code for this architecture");
}
#endif
