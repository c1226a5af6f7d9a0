// SPDX-License-Identifier: MIT
/*
 * The device by its own character device (CONFIG_VFIO_DEVICE_CDEV, Linux 6.6):
 * Documentation/driver-api/vfio.rst, "IOMMUFD and vfio_iommu_type1", has the order.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "vfio/iommufd.h"
#include "vfio/vfio-cdev.h"

static char name[32];		/* "vfio0" */

/* Since 6.1 the device has its name whatever the configuration is; a number makes it a cdev. */
static bool find(void)
{
	struct dirent *entry;
	char path[128];
	DIR *devices;

	name[0] = 0;
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/vfio-dev", pci.address);
	devices = opendir(path);
	while (devices && !name[0] && (entry = readdir(devices)))
		if (!strncmp(entry->d_name, "vfio", 4))
			snprintf(name, sizeof(name), "%.31s", entry->d_name);
	if (devices)
		closedir(devices);
	return name[0] && exists("%s/%s/dev", path, name);
}

enum outcome cdev_find(const void *unused)
{
	(void)unused;
	if (!find())
		return fail("no /sys/bus/pci/devices/%s/vfio-dev/vfioN/dev", pci.address);
	if (!exists("/dev/vfio/devices/%s", name))
		return fail("no /dev/vfio/devices/%s", name);
	return exists("/dev/iommu") ? PASS : fail("no /dev/iommu");
}

enum outcome cdev_absent(const void *unused)
{
	(void)unused;
	if (find())
		return fail("the device has a number: /sys/bus/pci/devices/%s/vfio-dev/%s/dev",
			    pci.address, name);
	if (getpid() == 1 && exists("/dev/vfio/devices"))
		return fail("/dev/vfio/devices exists");
	return PASS;
}

enum outcome cdev_open(const void *unused)
{
	char path[64];

	(void)unused;
	snprintf(path, sizeof(path), "/dev/vfio/devices/%s", name);
	assigned.device = open(path, O_RDWR | O_CLOEXEC);
	return assigned.device < 0 ? fail_errno("open %s", path) : PASS;
}

int cdev_try_bind(void)
{
	struct bind_iommufd bind = { .argsz = sizeof(bind), .iommufd = iommufd };

	return ioctl(assigned.device, BIND_IOMMUFD, &bind);
}

/* This is when VFIO takes its reference on the VM that the file was added to. */
enum outcome cdev_bind(const void *unused)
{
	(void)unused;
	if (iommufd_open() == FAIL)
		return FAIL;
	return cdev_try_bind() < 0 ? fail_errno("VFIO_DEVICE_BIND_IOMMUFD") : vfio_regions();
}

void cdev_close(void)
{
	close_fd(&assigned.device);
	close_fd(&iommufd);
}
