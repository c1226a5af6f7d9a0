// SPDX-License-Identifier: MIT
/*
 * No IOMMU at all: VFIO's unsafe mode, in which the device reaches all of
 * memory by physical address (drivers/vfio/Kconfig, VFIO_NOIOMMU).
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vfio/vfio.h"

#define MODE "/sys/module/vfio/parameters/enable_unsafe_noiommu_mode"

/* Documentation/admin-guide/mm/pagemap.rst */
#define PAGEMAP_PRESENT (1ULL << 63)
#define PAGEMAP_FRAME ((1ULL << 55) - 1)

/*
 * Of a module the kernel's command line sets no parameter (modprobe reads it
 * there, we are not modprobe). The first device bound in this mode taints the
 * kernel with U: vfio_group_find_or_alloc() in drivers/vfio/group.c, up to 6.1
 * in vfio_main.c.
 */
static enum outcome prepare(void)
{
	if (write_file(MODE, "1"))
		return fail_errno("write 1 to " MODE);
	taint_expect('U');
	return PASS;
}

static int type(void)
{
	return VFIO_NOIOMMU_IOMMU;
}

/* A frame number of 0 is what one without CAP_SYS_ADMIN is told. */
static enum outcome physical_address(void)
{
	off_t at = (uintptr_t)assigned.page / sysconf(_SC_PAGESIZE) * sizeof(uint64_t);
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	uint64_t entry = 0;
	ssize_t got;

	if (fd < 0)
		return fail_errno("open /proc/self/pagemap");
	got = pread(fd, &entry, sizeof(entry), at);
	close(fd);
	if (got != sizeof(entry) || !(entry & PAGEMAP_PRESENT) || !(entry & PAGEMAP_FRAME))
		return fail("/proc/self/pagemap says %#llx of a locked page",
			    (unsigned long long)entry);
	assigned.iova = (entry & PAGEMAP_FRAME) * sysconf(_SC_PAGESIZE);
	return PASS;
}

static enum outcome refuse_map(void)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.vaddr = (uintptr_t)assigned.page,
		.iova = assigned.iova,
		.size = IOVA_SIZE,
	};

	return expect_errno(ioctl(assigned.container, VFIO_IOMMU_MAP_DMA, &map), ENOTTY,
			    "VFIO_IOMMU_MAP_DMA without an IOMMU");
}

/* One page is all that is sure to be in one piece: edu.c uses no more. */
static enum outcome map(void)
{
	if (mlock(assigned.page, IOVA_SIZE))
		return fail_errno("mlock of %lu bytes", IOVA_SIZE);
	return physical_address() == FAIL ? FAIL : refuse_map();
}

static enum outcome unmap(void)
{
	struct vfio_iommu_type1_dma_unmap unmap = {
		.argsz = sizeof(unmap),
		.iova = assigned.iova,
		.size = IOVA_SIZE,
	};

	return expect_errno(ioctl(assigned.container, VFIO_IOMMU_UNMAP_DMA, &unmap), ENOTTY,
			    "VFIO_IOMMU_UNMAP_DMA without an IOMMU");
}

const struct iommu iommu_noiommu = {
	.name = "noiommu",
	.node = "/dev/vfio/noiommu-%d",
	.prepare = prepare,
	.type = type,
	.map = map,
	.unmap = unmap,
};
