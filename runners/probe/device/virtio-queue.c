// SPDX-License-Identifier: MIT
/*
 * A split virtqueue (virtio 1.1, 2.6) in the page that is mapped for the
 * device: four descriptors, of which one is offered at a time. All of it is
 * little endian.
 */
#include <endian.h>
#include <string.h>
#include <unistd.h>
#include <linux/virtio_ring.h>

#include "device/virtio.h"

#define SIZE 4
#define GUARD 0xa5

/* Descriptor 2 and not 0: a device that answers without having read would say 0. */
#define HEAD 2

struct page {
	struct { uint64_t address; uint32_t length; uint16_t flags, next; } descriptor[SIZE];
	struct { uint16_t flags, index, ring[SIZE], event; } available;
	struct {
		uint16_t flags, index;
		struct { uint32_t id, length; } ring[SIZE];
		uint16_t event;
	} used __attribute__((aligned(4)));
	unsigned char buffer[VIRTIO_BUFFER_SIZE + 1];	/* the last one is not the device's */
};

static volatile struct page *page(void)
{
	return (volatile struct page *)assigned.page;
}

void virtio_queue_clear(void)
{
	memset(assigned.page, 0, sizeof(struct page));
}

uint64_t virtio_queue_descriptors(void)
{
	return assigned.iova + offsetof(struct page, descriptor);
}

uint64_t virtio_queue_available(void)
{
	return assigned.iova + offsetof(struct page, available);
}

uint64_t virtio_queue_used(void)
{
	return assigned.iova + offsetof(struct page, used);
}

int virtio_queue_size(void)
{
	return SIZE;
}

const unsigned char *virtio_queue_buffer(void)
{
	return assigned.page + offsetof(struct page, buffer);
}

static void describe(void)
{
	memset((void *)page()->buffer, GUARD, sizeof(page()->buffer));
	page()->descriptor[HEAD].address = htole64(assigned.iova + offsetof(struct page, buffer));
	page()->descriptor[HEAD].length = htole32(VIRTIO_BUFFER_SIZE);
	page()->descriptor[HEAD].flags = htole16(VRING_DESC_F_WRITE);
}

/* Writes the one buffer into the ring; returns the descriptor that the device must answer with. */
unsigned int virtio_queue_offer(void)
{
	uint16_t index = le16toh(page()->available.index);

	describe();
	page()->available.ring[index % SIZE] = htole16(HEAD);
	__sync_synchronize();
	page()->available.index = htole16(index + 1);
	__sync_synchronize();
	return HEAD;
}

/* The device is done when the used ring has caught up with what we offered. */
enum outcome virtio_queue_await(struct virtio_used *used)
{
	uint16_t wanted = le16toh(page()->available.index);
	int slot = (uint16_t)(wanted - 1) % SIZE;

	while (le16toh(page()->used.index) != wanted) {
		if (step_timed_out())
			return fail("the used ring stays at %u, offered %u",
				    le16toh(page()->used.index), wanted);
		usleep(1000);
	}
	__sync_synchronize();
	used->id = le32toh(page()->used.ring[slot].id);
	used->length = le32toh(page()->used.ring[slot].length);
	return PASS;
}
