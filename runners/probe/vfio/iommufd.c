// SPDX-License-Identifier: MIT
/*
 * iommufd: an I/O address space (IOAS), the device attached to it, and a page
 * in it. Documentation/userspace-api/iommufd.rst.
 */
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "vfio/iommufd.h"
#include "vfio/vfio-cdev.h"

#define EDU_IOVA 0x100000UL	/* below edu's 28-bit mask and the MSI window */

int iommufd = -1;

static uint32_t ioas;

enum outcome iommufd_open(void)
{
	if (iommufd < 0)
		iommufd = open("/dev/iommu", O_RDWR | O_CLOEXEC);
	return iommufd < 0 ? fail_errno("open /dev/iommu") : PASS;
}

enum outcome ioas_alloc(const void *unused)
{
	struct ioas_alloc alloc = { .size = sizeof(alloc) };

	(void)unused;
	if (ioctl(iommufd, IOAS_ALLOC, &alloc) < 0)
		return fail_errno("IOMMU_IOAS_ALLOC");
	ioas = alloc.out_ioas_id;
	return PASS;
}

enum outcome ioas_attach(const void *unused)
{
	struct attach_pt attach = { .argsz = sizeof(attach), .pt_id = ioas };

	(void)unused;
	if (ioctl(assigned.device, ATTACH_PT, &attach) < 0)
		return fail_errno("VFIO_DEVICE_ATTACH_IOMMUFD_PT");
	return PASS;
}

/* Who has no such mask takes what the kernel gives: zPCI's window begins far above. */
enum outcome ioas_map(const void *unused)
{
	struct ioas_map map = {
		.size = sizeof(map),
		.flags = MAP_WRITEABLE | MAP_READABLE | (edu_configured() ? MAP_FIXED_IOVA : 0),
		.ioas_id = ioas,
		.length = IOVA_SIZE,
		.iova = EDU_IOVA,
	};
	void *page = mmap(NULL, IOVA_SIZE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	(void)unused;
	if (page == MAP_FAILED)
		return fail_errno("mmap of the page to map");
	assigned.page = page;
	map.user_va = (uintptr_t)page;
	if (ioctl(iommufd, IOAS_MAP, &map) < 0)
		return fail_errno("IOMMU_IOAS_MAP");
	assigned.iova = map.iova;
	return PASS;
}

enum outcome ioas_unmap(const void *unused)
{
	struct ioas_unmap unmap = {
		.size = sizeof(unmap),
		.ioas_id = ioas,
		.iova = assigned.iova,
		.length = IOVA_SIZE,
	};

	(void)unused;
	if (ioctl(iommufd, IOAS_UNMAP, &unmap) < 0)
		return fail_errno("IOMMU_IOAS_UNMAP at %#llx",
				  (unsigned long long)assigned.iova);
	if (unmap.length != IOVA_SIZE)
		return fail("IOMMU_IOAS_UNMAP unmapped %llu bytes, expected %lu",
			    (unsigned long long)unmap.length, IOVA_SIZE);
	return PASS;
}

enum outcome ioas_detach(const void *unused)
{
	struct detach_pt detach = { .argsz = sizeof(detach) };

	(void)unused;
	if (ioctl(assigned.device, DETACH_PT, &detach) < 0)
		return fail_errno("VFIO_DEVICE_DETACH_IOMMUFD_PT");
	return PASS;
}
