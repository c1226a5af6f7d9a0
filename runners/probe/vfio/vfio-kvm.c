// SPDX-License-Identifier: MIT
/*
 * What VFIO and KVM know of each other: a group is attached to a VM, the
 * device opened after that holds a reference on the VM until it is closed.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "kvm/kvm.h"
#include "vfio/vfio.h"

static struct guest guest = NO_GUEST;
static int device = -1;
static int table = -1;		/* of DMA translations, POWER only */

/* ENODEV is KVM's word for a type it does not know: kvm_ioctl_create_device(). */
static bool kernel_lacks_it(void)
{
	struct kvm_create_device test = {
		.type = KVM_DEV_TYPE_VFIO,
		.flags = KVM_CREATE_DEVICE_TEST,
	};
	struct guest asked = NO_GUEST;
	bool lacks = guest_open_kvm(&asked) != FAIL && guest_create_vm(&asked) != FAIL &&
		     ioctl(asked.vm, KVM_CREATE_DEVICE, &test) < 0 && errno == ENODEV;

	guest_close(&asked);
	if (lacks)
		say("# KVM_CREATE_DEVICE of KVM_DEV_TYPE_VFIO: ENODEV");
	return lacks;
}

/* What the configuration excuses a kernel may have all the same, and then it has to work. */
bool kvm_vfio_usable(void)
{
	static int excused = -1;	/* asked once, with KVM loaded */

	if (!kvm_usable())
		return false;
	if (excused < 0)
		excused = lacking("kvm-vfio") && kernel_lacks_it();
	return !excused;
}

static enum outcome skip_lacking(const void *unused)
{
	(void)unused;
	return skip("%s", lacking("kvm-vfio"));
}

static enum outcome create(const void *unused)
{
	(void)unused;
	if (guest_open_kvm(&guest) == FAIL || guest_create_vm(&guest) == FAIL ||
	    guest_create_vcpu(&guest) == FAIL)
		return FAIL;
	return kvm_vfio_create(&guest, &device);
}

/* One per VM: kvm_vfio_create() in virt/kvm/vfio.c. */
static enum outcome create_second(const void *unused)
{
	struct kvm_create_device second = { .type = KVM_DEV_TYPE_VFIO };
	int result = ioctl(guest.vm, KVM_CREATE_DEVICE, &second);

	(void)unused;
	return expect_errno(result, EBUSY, "a second KVM_CREATE_DEVICE of KVM_DEV_TYPE_VFIO");
}

static enum outcome refuse_unrelated(const void *unused)
{
	int unrelated = open("/dev/null", O_RDWR | O_CLOEXEC);
	enum outcome outcome;

	(void)unused;
	outcome = expect_errno(kvm_vfio_group(device, KVM_DEV_VFIO_GROUP_ADD, unrelated),
			       EINVAL, "KVM_DEV_VFIO_GROUP_ADD of /dev/null");
	close_fd(&unrelated);
	return outcome;
}

static enum outcome refuse_bad_fd(const void *unused)
{
	(void)unused;
	return expect_errno(kvm_vfio_group(device, KVM_DEV_VFIO_GROUP_ADD, -1),
			    EBADF, "KVM_DEV_VFIO_GROUP_ADD of descriptor -1");
}

static enum outcome attach(const void *unused)
{
	(void)unused;
	if (kvm_vfio_group(device, KVM_DEV_VFIO_GROUP_ADD, assigned.group) < 0)
		return fail_errno("KVM_DEV_VFIO_GROUP_ADD");
	return kvm_spapr_refuse_table(device);
}

static enum outcome attach_again(const void *unused)
{
	(void)unused;
	return expect_errno(kvm_vfio_group(device, KVM_DEV_VFIO_GROUP_ADD, assigned.group),
			    EEXIST, "KVM_DEV_VFIO_GROUP_ADD of an attached group");
}

/* After the first mapping: the DMA window comes into being with it. */
static enum outcome attach_table(const void *unused)
{
	(void)unused;
	return kvm_spapr_attach(&guest, device, &table);
}

static enum outcome detach(const void *unused)
{
	(void)unused;
	if (kvm_vfio_group(device, KVM_DEV_VFIO_GROUP_DEL, assigned.group) < 0)
		return fail_errno("KVM_DEV_VFIO_GROUP_DEL");
	return PASS;
}

static enum outcome detach_again(const void *unused)
{
	(void)unused;
	return expect_errno(kvm_vfio_group(device, KVM_DEV_VFIO_GROUP_DEL, assigned.group),
			    ENOENT, "KVM_DEV_VFIO_GROUP_DEL of a detached group");
}

/* From here on only VFIO holds the VM, if its device was opened while attached. */
static enum outcome close_vm(const void *unused)
{
	(void)unused;
	close_fd(&table);
	close_fd(&device);
	guest_close(&guest);
	return PASS;
}

void vfio_kvm_attach_steps(void)
{
	if (!kvm_vfio_usable()) {
		step("vfio.kvm-device", NULL, skip_lacking, NULL);
		return;
	}
	step("vfio.kvm-device", conf.kvm == 'm' ? "vfio.kvm-load" : NULL, create, NULL);
	step("vfio.kvm-second-refused", "vfio.kvm-device", create_second, NULL);
	step("vfio.kvm-attach-unrelated", "vfio.kvm-device", refuse_unrelated, NULL);
	step("vfio.kvm-attach-bad-fd", "vfio.kvm-device", refuse_bad_fd, NULL);
	step("vfio.kvm-attach", "vfio.kvm-device vfio.container", attach, NULL);
	step("vfio.kvm-attach-twice", "vfio.kvm-attach", attach_again, NULL);
}

void vfio_kvm_detach_steps(void)
{
	if (!kvm_vfio_usable())
		return;
	if (iommu() == &iommu_spapr)
		step("vfio.kvm-tce-table", "vfio.kvm-attach vfio.dma-map", attach_table, NULL);
	step("vfio.kvm-detach", "vfio.kvm-attach", detach, NULL);
	step("vfio.kvm-detach-twice", "vfio.kvm-detach", detach_again, NULL);
	step("vfio.kvm-close", NULL, close_vm, NULL);
	step("vfio.outlives-vm", "vfio.config-space", vfio_config_space, NULL);
}
