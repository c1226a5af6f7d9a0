// SPDX-License-Identifier: MIT
/*
 * VFIO's group interface: group, container, device, DMA mapping. Documentation/driver-api/vfio.rst, "VFIO Usage Example", has the order.
 */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <linux/pci_regs.h>

#include "vfio/vfio.h"

struct assigned assigned = { .group = -1, .container = -1, .device = -1 };

static const struct iommu *const known[] = { &iommu_type1, &iommu_spapr, &iommu_noiommu };

const struct iommu *iommu(void)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (!strcmp(known[i]->name, conf.iommu))
			return known[i];
	return known[0];
}

enum outcome vfio_open_group(const void *unused)
{
	struct vfio_group_status status = { .argsz = sizeof(status) };
	char path[32];
	int number = pci_group();

	(void)unused;
	if (number < 0)
		return fail("%s has no iommu_group: no IOMMU serves it", pci.address);
	snprintf(path, sizeof(path), iommu()->node, number);
	assigned.group = open(path, O_RDWR | O_CLOEXEC);
	if (assigned.group < 0)
		return fail_errno("open %s", path);
	if (ioctl(assigned.group, VFIO_GROUP_GET_STATUS, &status) < 0)
		return fail_errno("VFIO_GROUP_GET_STATUS on %s", path);
	if (!(status.flags & VFIO_GROUP_FLAGS_VIABLE))
		return fail("group %d is not viable: flags %#x", number, status.flags);
	return PASS;
}

/* SET_IOMMU is where type 1 refuses (EPERM) an IOMMU that does not remap interrupts. */
enum outcome vfio_open_container(const void *unused)
{
	int version, type;

	(void)unused;
	assigned.container = open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC);
	if (assigned.container < 0)
		return fail_errno("open /dev/vfio/vfio");
	version = ioctl(assigned.container, VFIO_GET_API_VERSION);
	if (version != VFIO_API_VERSION)
		return fail("VFIO_GET_API_VERSION is %d, expected %d", version, VFIO_API_VERSION);
	if (ioctl(assigned.group, VFIO_GROUP_SET_CONTAINER, &assigned.container) < 0)
		return fail_errno("VFIO_GROUP_SET_CONTAINER");
	type = iommu()->type();
	if (ioctl(assigned.container, VFIO_SET_IOMMU, type) < 0)
		return fail_errno("VFIO_SET_IOMMU of type %d", type);
	return iommu()->open ? iommu()->open() : PASS;
}

static enum outcome region(unsigned int index, struct vfio_region_info *info)
{
	*info = (struct vfio_region_info){ .argsz = sizeof(*info), .index = index };
	if (ioctl(assigned.device, VFIO_DEVICE_GET_REGION_INFO, info) < 0)
		return fail_errno("VFIO_DEVICE_GET_REGION_INFO of region %u", index);
	return PASS;
}

/* Where in its file the device has what, however it was opened. */
enum outcome vfio_regions(void)
{
	if (region(VFIO_PCI_CONFIG_REGION_INDEX, &assigned.config) == FAIL)
		return FAIL;
	return region(VFIO_PCI_BAR0_REGION_INDEX, &assigned.bar0);
}

enum outcome vfio_open_device(const void *unused)
{
	(void)unused;
	assigned.device = ioctl(assigned.group, VFIO_GROUP_GET_DEVICE_FD, pci.address);
	if (assigned.device < 0)
		return fail_errno("VFIO_GROUP_GET_DEVICE_FD of %s", pci.address);
	return vfio_regions();
}

/* PCI is little endian whatever the machine is. */
static enum outcome config_read(unsigned int at, uint16_t *value)
{
	if (pread(assigned.device, value, 2, assigned.config.offset + at) != 2)
		return fail_errno("read configuration space at %#x", at);
	*value = le16toh(*value);
	return PASS;
}

enum outcome vfio_config_space(const void *unused)
{
	uint16_t vendor, device;

	(void)unused;
	if (config_read(PCI_VENDOR_ID, &vendor) == FAIL ||
	    config_read(PCI_DEVICE_ID, &device) == FAIL)
		return FAIL;
	if (vendor != pci.vendor || device != pci.device)
		return fail("configuration space says %04x:%04x, expected %04x:%04x",
			    vendor, device, pci.vendor, pci.device);
	return PASS;
}

/* Without it the device may neither read memory nor write its MSI message. */
enum outcome vfio_bus_master(const void *unused)
{
	uint16_t command, raw;

	(void)unused;
	if (config_read(PCI_COMMAND, &command) == FAIL)
		return FAIL;
	raw = htole16(command | PCI_COMMAND_MASTER);
	if (pwrite(assigned.device, &raw, 2, assigned.config.offset + PCI_COMMAND) != 2)
		return fail_errno("write %#x to the command register",
				  command | PCI_COMMAND_MASTER);
	if (config_read(PCI_COMMAND, &command) == FAIL)
		return FAIL;
	return command & PCI_COMMAND_MASTER ? PASS : fail("bus master enable does not stick");
}

enum outcome vfio_dma_map(const void *unused)
{
	void *page = mmap(NULL, IOVA_SIZE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	(void)unused;
	if (page == MAP_FAILED)
		return fail_errno("mmap of the page to map");
	assigned.page = page;
	return iommu()->map();
}

enum outcome vfio_dma_unmap(const void *unused)
{
	(void)unused;
	return iommu()->unmap();
}

enum outcome vfio_close_device(const void *unused)
{
	(void)unused;
	close_fd(&assigned.device);
	return PASS;
}

enum outcome vfio_close(const void *unused)
{
	(void)unused;
	if (ioctl(assigned.group, VFIO_GROUP_UNSET_CONTAINER) < 0)
		return fail_errno("VFIO_GROUP_UNSET_CONTAINER");
	return PASS;
}
