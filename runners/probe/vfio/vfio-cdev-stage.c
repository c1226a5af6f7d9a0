// SPDX-License-Identifier: MIT
/* The points vfio.cdev.*: what the group's points say, by the other way to the device. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "kvm/kvm.h"
#include "lifetime/lifetime.h"
#include "vfio/vfio-cdev.h"

#define POINTS "vfio.cdev."

static struct guest guest = NO_GUEST;
static int kvm_device = -1;

/* Until it is bound nothing stands between the device and memory: vfio_device_fops_read(). */
static enum outcome refuse_unbound(const void *unused)
{
	uint16_t value;

	(void)unused;
	return expect_errno(pread(assigned.device, &value, sizeof(value), 0), EINVAL,
			    "read of the device before it is bound");
}

/* KVM_DEV_VFIO_FILE_ADD is the newer name of the same number. */
static enum outcome attach_to(int device)
{
	if (kvm_vfio_group(device, KVM_DEV_VFIO_GROUP_ADD, assigned.device) < 0)
		return fail_errno("KVM_DEV_VFIO_FILE_ADD of the device");
	return PASS;
}

static enum outcome attach_kvm(const void *unused)
{
	(void)unused;
	if (guest_open_kvm(&guest) == FAIL || guest_create_vm(&guest) == FAIL ||
	    kvm_vfio_create(&guest, &kvm_device) == FAIL)
		return FAIL;
	return attach_to(kvm_device);
}

static enum outcome refuse_bind(const void *unused)
{
	(void)unused;
	return expect_errno(cdev_try_bind(), EINVAL, "a second VFIO_DEVICE_BIND_IOMMUFD");
}

/* One way at a time: vfio_group_fops_open() in drivers/vfio/group.c. */
static enum outcome refuse_group(const void *unused)
{
	char path[32];
	int fd;

	(void)unused;
	snprintf(path, sizeof(path), iommu()->node, pci_group());
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd >= 0)
		close(fd);
	return expect_errno(fd, EBUSY, "open of the bound device's group");
}

static enum outcome dma(const void *unused)
{
	const char *lack = lacking("dma");

	return lack ? skip("%s", lack) : edu_round_trip(unused);
}

static enum outcome dma_kept_out(const void *unused)
{
	const char *lack = lacking("dma");

	return lack ? skip("%s", lack) : edu_dma_after_unmap(unused);
}

static enum outcome close_vm(const void *unused)
{
	(void)unused;
	close_fd(&kvm_device);
	guest_close(&guest);
	return PASS;
}

static enum outcome close_cdev(const void *unused)
{
	if (edu_configured())
		edu_unmap(unused);
	cdev_close();
	return PASS;
}

static void open_steps(void)
{
	step(POINTS "node", "vfio.bind", cdev_find, NULL);
	step(POINTS "open", POINTS "node", cdev_open, NULL);
	step(POINTS "unbound-refused", POINTS "open", refuse_unbound, NULL);
	if (kvm_vfio_usable())
		step(POINTS "kvm-attach", POINTS "open", attach_kvm, NULL);
	step(POINTS "bind", POINTS "open", cdev_bind, NULL);
	step(POINTS "bind-twice", POINTS "bind", refuse_bind, NULL);
	step(POINTS "group-refused", POINTS "bind", refuse_group, NULL);
	step(POINTS "config-space", POINTS "bind", vfio_config_space, NULL);
	step(POINTS "bus-master", POINTS "config-space", vfio_bus_master, NULL);
}

static void dma_steps(void)
{
	step(POINTS "ioas", POINTS "bind", ioas_alloc, NULL);
	step(POINTS "attach", POINTS "ioas", ioas_attach, NULL);
	step(POINTS "dma-map", POINTS "attach", ioas_map, NULL);
	if (edu_configured())
		step(POINTS "dma", POINTS "dma-map " POINTS "bus-master", dma, NULL);
	step(POINTS "dma-unmap", POINTS "dma-map", ioas_unmap, NULL);
	if (edu_configured())
		step(POINTS "dma-after-unmap", POINTS "dma-unmap " POINTS "dma", dma_kept_out, NULL);
	step(POINTS "detach", POINTS "attach", ioas_detach, NULL);
}

static void close_steps(void)
{
	if (kvm_vfio_usable()) {
		step(POINTS "kvm-close", NULL, close_vm, NULL);
		step(POINTS "outlives-vm", POINTS "config-space", vfio_config_space, NULL);
	}
	step(POINTS "close", NULL, close_cdev, NULL);
}

static enum outcome open_and_attach(int device)
{
	return cdev_open(NULL) == FAIL ? FAIL : attach_to(device);
}

static const struct way cdev_way = {
	.points = "vfio.lifetime.cdev.",
	.device = "cdev",
	.before = "iommufd",
	.needs = POINTS "kvm-attach " POINTS "bind " POINTS "close",
	.attach = open_and_attach,
	.open = cdev_bind,
	.close = cdev_close,
};

void cdev_steps(void)
{
	if (conf.cdev == 'n')
		step(POINTS "absent", "vfio.bind", cdev_absent, NULL);
	if (conf.cdev != 'y')
		return;
	open_steps();
	dma_steps();
	close_steps();
	if (kvm_vfio_usable())
		lifetime_steps(&cdev_way);
}
