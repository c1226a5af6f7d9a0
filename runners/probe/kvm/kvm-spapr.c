// SPDX-License-Identifier: MIT
/*
 * POWER: KVM maps for DMA itself when a guest asks for it (H_PUT_TCE), so it
 * is told which of its tables stands for which group's DMA window.
 * Documentation/virt/kvm/devices/vfio.rst, KVM_DEV_VFIO_GROUP_SET_SPAPR_TCE.
 */
#include "vfio/vfio.h"
#include "kvm/kvm.h"

#ifdef __powerpc64__
#include <errno.h>
#include <sys/ioctl.h>

#define TCE_SHIFT 12		/* the default window's, tce_iommu_create_default_window() */

/* The default window starts at 0: that function warns if it does not. */
static enum outcome create_table(const struct guest *guest, int *table)
{
	struct kvm_create_spapr_tce_64 create = {
		.liobn = 0x80000000,	/* a name in the guest, any will do */
		.page_shift = TCE_SHIFT,
		.size = (assigned.iova + IOVA_SIZE) >> TCE_SHIFT,
	};

	*table = ioctl(guest->vm, KVM_CREATE_SPAPR_TCE_64, &create);
	return *table < 0 ? fail_errno("KVM_CREATE_SPAPR_TCE_64") : PASS;
}

static int set_table(int device, int table)
{
	struct kvm_vfio_spapr_tce pair = { .groupfd = assigned.group, .tablefd = table };
	struct kvm_device_attr attr = {
		.group = KVM_DEV_VFIO_GROUP,
		.attr = KVM_DEV_VFIO_GROUP_SET_SPAPR_TCE,
		.addr = (uintptr_t)&pair,
	};

	return ioctl(device, KVM_SET_DEVICE_ATTR, &attr);
}

enum outcome kvm_spapr_attach(const struct guest *guest, int device, int *table)
{
	if (create_table(guest, table) == FAIL)
		return FAIL;
	if (set_table(device, *table) < 0)
		return fail_errno("KVM_DEV_VFIO_GROUP_SET_SPAPR_TCE");
	return PASS;
}

enum outcome kvm_spapr_refuse_table(int device)
{
	if (iommu() != &iommu_spapr)
		return PASS;
	return expect_errno(set_table(device, -1), EBADF,
			    "KVM_DEV_VFIO_GROUP_SET_SPAPR_TCE of descriptor -1");
}
#else
enum outcome kvm_spapr_attach(const struct guest *guest, int device, int *table)
{
	(void)guest, (void)device, (void)table;
	return skip("no TCE tables on this architecture");
}

enum outcome kvm_spapr_refuse_table(int device)
{
	(void)device;
	return PASS;
}
#endif
