/* SPDX-License-Identifier: MIT */
/* An assigned device, from sysfs to its registers. */
#ifndef PROBE_VFIO_H
#define PROBE_VFIO_H

#include <stdint.h>
#include <linux/vfio.h>

#include "probe.h"

/* pci.c: the device and its driver, in sysfs. */
struct pci {
	char address[32];	/* "0000:00:02.0" */
	unsigned int vendor, device;
};

extern struct pci pci;

enum outcome pci_find(const void *unused);
enum outcome pci_bind_vfio(const void *unused);
enum outcome pci_release(const void *unused);
enum outcome pci_vfio_driver(const void *unused);
int pci_group(void);

/* vfio.c: the group, the container and the device, by file descriptors. */
struct assigned {
	int group, container, device;		/* -1 when not open */
	struct vfio_region_info config, bar0;
	unsigned char *page;			/* for the device, IOVA_SIZE bytes */
	uint64_t iova;				/* where the device finds it */
};

extern struct assigned assigned;

#define IOVA_SIZE 65536UL	/* a page on every architecture */

/* What stands between device and memory, one file each (iommu-type1.c). */
struct iommu {
	const char *name;			/* as the configuration calls it */
	const char *node;			/* of a group, by number */
	enum outcome (*prepare)(void);		/* before a driver is bound; NULL: nothing */
	int (*type)(void);			/* for VFIO_SET_IOMMU, asked of the open container */
	enum outcome (*open)(void);		/* what follows VFIO_SET_IOMMU; NULL: nothing */
	enum outcome (*map)(void);		/* assigned.page; sets assigned.iova */
	enum outcome (*unmap)(void);
};

extern const struct iommu iommu_type1, iommu_spapr, iommu_noiommu;
const struct iommu *iommu(void);

enum outcome vfio_open_group(const void *unused);
enum outcome vfio_open_container(const void *unused);
enum outcome vfio_open_device(const void *unused);
enum outcome vfio_regions(void);
enum outcome vfio_config_space(const void *unused);
enum outcome vfio_bus_master(const void *unused);
enum outcome vfio_dma_map(const void *unused);
enum outcome vfio_dma_unmap(const void *unused);
enum outcome vfio_close_device(const void *unused);
enum outcome vfio_close(const void *unused);

/* vfio-kvm.c: what VFIO and KVM know of each other. */
void vfio_kvm_attach_steps(void);
void vfio_kvm_detach_steps(void);

/* edu.c: what only QEMU's edu device can show. */
bool edu_configured(void);
void edu_steps(void);
enum outcome edu_round_trip(const void *unused);
enum outcome edu_dma_after_unmap(const void *unused);
enum outcome edu_unmap(const void *unused);

#endif
