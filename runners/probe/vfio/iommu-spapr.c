// SPDX-License-Identifier: MIT
/*
 * The IOMMU of POWER: a table of translations (TCEs) over a window of bus
 * addresses. Documentation/driver-api/vfio.rst, "VFIO SPAPR TCE implementation".
 *
 * Version 2 wants memory registered before it is mapped, version 1 wants the
 * container enabled.
 */
#include <sys/ioctl.h>

#include "vfio/vfio.h"

#define OFFSET 0x100000UL	/* in the window; an address below edu's 28-bit mask */

static uint64_t window;
static int version;

static int type(void)
{
	version = ioctl(assigned.container, VFIO_CHECK_EXTENSION, VFIO_SPAPR_TCE_v2_IOMMU) > 0 ?
		  VFIO_SPAPR_TCE_v2_IOMMU : VFIO_SPAPR_TCE_IOMMU;
	return version;
}

static enum outcome find_window(void)
{
	struct vfio_iommu_spapr_tce_info info = { .argsz = sizeof(info) };

	if (ioctl(assigned.container, VFIO_IOMMU_SPAPR_TCE_GET_INFO, &info) < 0)
		return fail_errno("VFIO_IOMMU_SPAPR_TCE_GET_INFO");
	say("# DMA window of %#x bytes at %#x", info.dma32_window_size, info.dma32_window_start);
	if (info.dma32_window_size < OFFSET + IOVA_SIZE)
		return fail("a DMA window of %#x bytes at %#x is too small",
			    info.dma32_window_size, info.dma32_window_start);
	window = info.dma32_window_start;
	return PASS;
}

static enum outcome open_window(void)
{
	if (version == VFIO_SPAPR_TCE_IOMMU && ioctl(assigned.container, VFIO_IOMMU_ENABLE) < 0)
		return fail_errno("VFIO_IOMMU_ENABLE");
	return find_window();
}

static enum outcome registration(unsigned long request, const char *name)
{
	struct vfio_iommu_spapr_register_memory memory = {
		.argsz = sizeof(memory),
		.vaddr = (uintptr_t)assigned.page,
		.size = IOVA_SIZE,
	};

	if (version == VFIO_SPAPR_TCE_v2_IOMMU &&
	    ioctl(assigned.container, request, &memory) < 0)
		return fail_errno("%s", name);
	return PASS;
}

static enum outcome map(void)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.vaddr = (uintptr_t)assigned.page,
		.iova = window + OFFSET,
		.size = IOVA_SIZE,
	};

	assigned.iova = map.iova;
	if (registration(VFIO_IOMMU_SPAPR_REGISTER_MEMORY,
			 "VFIO_IOMMU_SPAPR_REGISTER_MEMORY") == FAIL)
		return FAIL;
	if (ioctl(assigned.container, VFIO_IOMMU_MAP_DMA, &map) < 0)
		return fail_errno("VFIO_IOMMU_MAP_DMA of %#llx", (unsigned long long)map.iova);
	return PASS;
}

static enum outcome unmap(void)
{
	struct vfio_iommu_type1_dma_unmap unmap = {
		.argsz = sizeof(unmap),
		.iova = assigned.iova,
		.size = IOVA_SIZE,
	};

	if (ioctl(assigned.container, VFIO_IOMMU_UNMAP_DMA, &unmap) < 0)
		return fail_errno("VFIO_IOMMU_UNMAP_DMA of %#llx",
				  (unsigned long long)unmap.iova);
	return registration(VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY,
			    "VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY");
}

const struct iommu iommu_spapr = {
	.name = "spapr",
	.node = "/dev/vfio/%d",
	.type = type,
	.open = open_window,
	.map = map,
	.unmap = unmap,
};
