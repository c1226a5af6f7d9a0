// SPDX-License-Identifier: MIT
/*
 * KVM_DEV_TYPE_VFIO: how KVM learns of the groups assigned to a VM.
 *
 * Documentation/virt/kvm/devices/vfio.rst. From 6.6 the attributes are called
 * KVM_DEV_VFIO_FILE*; the older names still exist and are the same numbers.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "kvm/kvm.h"

enum outcome kvm_vfio_create(const struct guest *guest, int *device)
{
	struct kvm_create_device create = { .type = KVM_DEV_TYPE_VFIO, .fd = -1 };

	if (ioctl(guest->vm, KVM_CREATE_DEVICE, &create) < 0)
		return fail_errno("KVM_CREATE_DEVICE of KVM_DEV_TYPE_VFIO");
	*device = create.fd;
	return PASS;
}

int kvm_vfio_group(int device, unsigned long attribute, int group)
{
	int32_t fd = group;
	struct kvm_device_attr attr = {
		.group = KVM_DEV_VFIO_GROUP,
		.attr = attribute,
		.addr = (uintptr_t)&fd,
	};

	return ioctl(device, KVM_SET_DEVICE_ATTR, &attr);
}

static enum outcome refuses_unrelated(int device)
{
	int unrelated = open("/dev/null", O_RDWR | O_CLOEXEC);
	int result = kvm_vfio_group(device, KVM_DEV_VFIO_GROUP_ADD, unrelated);

	if (result < 0)
		say("# KVM_DEV_TYPE_VFIO: the device is created, GROUP_ADD is refused, %s",
		    errno_name(errno));
	close(unrelated);
	return result < 0 ? PASS :
	       fail("KVM_DEV_VFIO_GROUP_ADD of /dev/null succeeded in a kernel without VFIO");
}

/*
 * A kernel without VFIO must not let anything be attached. x86 up to 6.12 still
 * creates the device (KVM_VFIO is selected whatever VFIO is), others say ENODEV.
 */
enum outcome kvm_vfio_must_refuse(const void *guest)
{
	struct kvm_create_device create = { .type = KVM_DEV_TYPE_VFIO };
	int vm = ((const struct guest *)guest)->vm;
	enum outcome outcome;

	if (ioctl(vm, KVM_CREATE_DEVICE, &create) < 0) {
		say("# KVM_DEV_TYPE_VFIO: the device is refused, %s", errno_name(errno));
		return PASS;
	}
	outcome = refuses_unrelated(create.fd);
	close(create.fd);
	return outcome;
}
