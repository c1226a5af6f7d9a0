// SPDX-License-Identifier: MIT
/* An IOMMU of VFIO's type 1: any page at any address the user chooses. */
#include <sys/ioctl.h>

#include "vfio.h"

#define IOVA 0x100000UL		/* below edu's 28-bit mask and the MSI window */

static int type(void)
{
	if (ioctl(assigned.container, VFIO_CHECK_EXTENSION, VFIO_TYPE1v2_IOMMU) > 0)
		return VFIO_TYPE1v2_IOMMU;
	return VFIO_TYPE1_IOMMU;
}

static enum outcome map(void)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.vaddr = (uintptr_t)assigned.page,
		.iova = IOVA,
		.size = IOVA_SIZE,
	};

	assigned.iova = IOVA;
	if (ioctl(assigned.container, VFIO_IOMMU_MAP_DMA, &map) < 0)
		return fail_errno("VFIO_IOMMU_MAP_DMA of %#lx", IOVA);
	return PASS;
}

static enum outcome unmap(void)
{
	struct vfio_iommu_type1_dma_unmap unmap = {
		.argsz = sizeof(unmap),
		.iova = IOVA,
		.size = IOVA_SIZE,
	};

	if (ioctl(assigned.container, VFIO_IOMMU_UNMAP_DMA, &unmap) < 0)
		return fail_errno("VFIO_IOMMU_UNMAP_DMA of %#lx", IOVA);
	if (unmap.size != IOVA_SIZE)
		return fail("VFIO_IOMMU_UNMAP_DMA unmapped %llu bytes, expected %lu",
			    (unsigned long long)unmap.size, IOVA_SIZE);
	return PASS;
}

const struct iommu iommu_type1 = {
	.name = "type1",
	.node = "/dev/vfio/%d",
	.type = type,
	.map = map,
	.unmap = unmap,
};
