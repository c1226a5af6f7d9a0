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
};

extern struct assigned assigned;

#define IOVA 0x100000UL		/* below edu's 28-bit mask and the MSI window */
#define IOVA_SIZE 4096UL

enum outcome vfio_open_group(const void *unused);
enum outcome vfio_open_container(const void *unused);
enum outcome vfio_open_device(const void *unused);
enum outcome vfio_config_space(const void *unused);
enum outcome vfio_bus_master(const void *unused);
enum outcome vfio_dma_map(const void *unused);
enum outcome vfio_dma_unmap(const void *unused);
enum outcome vfio_close_device(const void *unused);
enum outcome vfio_close(const void *unused);
unsigned char *vfio_dma_page(void);

/* vfio-kvm.c: what VFIO and KVM know of each other. */
void vfio_kvm_attach_steps(void);
void vfio_kvm_detach_steps(void);

/* edu.c: what only QEMU's edu device can show. */
bool edu_configured(void);
void edu_steps(void);

#endif
