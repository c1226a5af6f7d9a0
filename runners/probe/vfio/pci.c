// SPDX-License-Identifier: MIT
/*
 * The PCI device in sysfs: find it, hand it to vfio-pci, give it back.
 * Documentation/ABI/testing/sysfs-bus-pci: driver_override, drivers_probe.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vfio/vfio.h"

#define DEVICES "/sys/bus/pci/devices"
#define VFIO_DRIVER "/sys/bus/pci/drivers/vfio-pci"

struct pci pci;

static const char *attribute(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), DEVICES "/%s/%s", pci.address, name);
	return path;
}

static unsigned int number_in(const char *device, const char *name)
{
	char path[512], line[32] = "";

	snprintf(path, sizeof(path), DEVICES "/%s/%s", device, name);
	read_line(path, line, sizeof(line));
	return strtoul(line, NULL, 16);
}

static bool matches(const char *device)
{
	return device[0] != '.' && number_in(device, "vendor") == pci.vendor &&
	       number_in(device, "device") == pci.device;
}

enum outcome pci_find(const void *unused)
{
	DIR *devices = opendir(DEVICES);
	struct dirent *entry;

	(void)unused;
	sscanf(conf.device, "%x:%x", &pci.vendor, &pci.device);
	while (devices && !pci.address[0] && (entry = readdir(devices)))
		if (matches(entry->d_name))
			snprintf(pci.address, sizeof(pci.address), "%.31s", entry->d_name);
	if (devices)
		closedir(devices);
	if (!pci.address[0])
		return fail("no device %s in " DEVICES, conf.device);
	say("# device %s is %s", conf.device, pci.address);
	return PASS;
}

static bool bound_to(const char *driver)
{
	char name[64];

	return !link_name(attribute("driver"), name, sizeof(name)) && !strcmp(name, driver);
}

/* A device without a driver has no such link, and then there is nothing to do. */
static enum outcome unbind(void)
{
	if (exists("%s", attribute("driver")) &&
	    write_file(attribute("driver/unbind"), pci.address))
		return fail_errno("write %s to %s", pci.address, attribute("driver/unbind"));
	return PASS;
}

enum outcome pci_vfio_driver(const void *unused)
{
	(void)unused;
	return exists(VFIO_DRIVER) ? PASS : fail("no " VFIO_DRIVER);
}

/* drivers_probe says yes even if the driver's probe says no: the link tells. */
enum outcome pci_bind_vfio(const void *unused)
{
	(void)unused;
	if (iommu()->prepare && iommu()->prepare() == FAIL)
		return FAIL;
	if (write_file(attribute("driver_override"), "vfio-pci"))
		return fail_errno("write vfio-pci to %s", attribute("driver_override"));
	if (!bound_to("vfio-pci") && unbind() == FAIL)
		return FAIL;
	if (write_file("/sys/bus/pci/drivers_probe", pci.address))
		return fail_errno("write %s to /sys/bus/pci/drivers_probe", pci.address);
	if (bound_to("vfio-pci"))
		return PASS;
	return fail("vfio-pci does not take %s%s", pci.address,
		    pci_group() < 0 ? ": no iommu_group, no IOMMU serves it" : "");
}

/* Back to whatever driver would have it without us. */
enum outcome pci_release(const void *unused)
{
	(void)unused;
	if (unbind() == FAIL)
		return FAIL;
	if (write_file(attribute("driver_override"), "\n"))
		return fail_errno("clear %s", attribute("driver_override"));
	if (write_file("/sys/bus/pci/drivers_probe", pci.address))
		return fail_errno("write %s to /sys/bus/pci/drivers_probe", pci.address);
	if (bound_to("vfio-pci"))
		return fail("%s still points to vfio-pci", attribute("driver"));
	return PASS;
}

/* The number of its IOMMU group, or -1: no IOMMU stands between it and memory. */
int pci_group(void)
{
	char name[32];

	return link_name(attribute("iommu_group"), name, sizeof(name)) ? -1 : atoi(name);
}
