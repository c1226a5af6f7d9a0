// SPDX-License-Identifier: MIT
/* An IOMMU of VFIO's type 1: any page at any address the user chooses, within its ranges. */
#include <errno.h>
#include <sys/ioctl.h>

#include "vfio/vfio.h"

#define IOVA 0x100000UL		/* below edu's 28-bit mask and the MSI window */

static int type(void)
{
	if (ioctl(assigned.container, VFIO_CHECK_EXTENSION, VFIO_TYPE1v2_IOMMU) > 0)
		return VFIO_TYPE1v2_IOMMU;
	return VFIO_TYPE1_IOMMU;
}

/* The first capability of this kind, or NULL: they are chained by offsets into the structure. */
static const void *capability(const struct vfio_iommu_type1_info *info, unsigned int id)
{
	const struct vfio_info_cap_header *header;

	if (!(info->flags & VFIO_IOMMU_INFO_CAPS))
		return NULL;
	for (unsigned int at = info->cap_offset; at; at = header->next) {
		header = (const void *)((const char *)info + at);
		if (header->id == id)
			return header;
	}
	return NULL;
}

/* zPCI functions have their first gigabytes elsewhere: s390's aperture begins above 4 GiB. */
static uint64_t choose(const struct vfio_iommu_type1_info_cap_iova_range *usable)
{
	for (unsigned int i = 0; usable && i < usable->nr_iovas; i++)
		if (usable->iova_ranges[i].end >= IOVA + IOVA_SIZE - 1)
			return usable->iova_ranges[i].start > IOVA ?
			       usable->iova_ranges[i].start : IOVA;
	return IOVA;
}

static enum outcome find_iova(void)
{
	union {
		struct vfio_iommu_type1_info info;
		char room[4096];
	} answer = { .info.argsz = sizeof(answer) };

	if (ioctl(assigned.container, VFIO_IOMMU_GET_INFO, &answer) < 0)
		return fail_errno("VFIO_IOMMU_GET_INFO");
	if (answer.info.argsz > sizeof(answer))
		return fail("VFIO_IOMMU_GET_INFO has %u bytes to say", answer.info.argsz);
	assigned.iova = choose(capability(&answer.info, VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE));
	return PASS;
}

static enum outcome map(void)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.vaddr = (uintptr_t)assigned.page,
		.size = IOVA_SIZE,
	};

	if (find_iova() == FAIL)
		return FAIL;
	map.iova = assigned.iova;
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
		return fail_errno("VFIO_IOMMU_UNMAP_DMA of %#llx", (unsigned long long)unmap.iova);
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
