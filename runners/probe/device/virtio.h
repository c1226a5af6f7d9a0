/* SPDX-License-Identifier: MIT */
/* A modern virtio device behind VFIO: its registers, its queue, its steps. */
#ifndef PROBE_VIRTIO_H
#define PROBE_VIRTIO_H

#include "vfio/vfio.h"

/* virtio-pci.c: registers by number (linux/virtio_pci.h, VIRTIO_PCI_COMMON_*), by 1, 2 or 4 bytes. */
enum outcome virtio_find(const void *unused);
enum outcome virtio_read(unsigned int at, int size, uint32_t *value);
enum outcome virtio_write(unsigned int at, int size, uint32_t value);
enum outcome virtio_notify(unsigned int queue);

/* virtio-init.c: from reset to a device that works on queue 0. */
enum outcome virtio_negotiate(const void *unused);
enum outcome virtio_start(const void *unused);

/* virtio-queue.c: queue 0 in the page that the device reaches. */
#define VIRTIO_BUFFER_SIZE 64

struct virtio_used {
	uint32_t id, length;
};

void virtio_queue_clear(void);
uint64_t virtio_queue_descriptors(void);
uint64_t virtio_queue_available(void);
uint64_t virtio_queue_used(void);
int virtio_queue_size(void);
const unsigned char *virtio_queue_buffer(void);
unsigned int virtio_queue_offer(void);
enum outcome virtio_queue_await(struct virtio_used *used);

/* virtio-rng.c: the entropy device (virtio 1.1, 5.4). */
bool virtio_rng_configured(void);
void virtio_rng_steps(void);

#endif
