// SPDX-License-Identifier: MIT
/*
 * Where a modern virtio device has its registers: vendor capabilities in
 * configuration space name a BAR, an offset and a length (virtio 1.1, 4.1.4).
 *
 * Registers are little endian, and read and written through the descriptor:
 * PCI memory of s390x is reached by instructions of its own (pcilg, pcistg), not
 * by loads and stores to a mapping.
 */
#include <endian.h>
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <linux/pci_regs.h>
#include <linux/virtio_pci.h>

#include "device/virtio.h"

#define KINDS 4			/* VIRTIO_PCI_CAP_COMMON_CFG, NOTIFY_CFG, ISR_CFG are 1 to 3 */
#define MOST_CAPABILITIES 48	/* 192 bytes behind the header, 4 bytes each: a loop ends */

static struct {
	uint64_t at;		/* in the device's descriptor */
	uint32_t length;	/* 0: not found */
} place[KINDS];

static uint32_t notify_multiplier;

static enum outcome get(uint64_t at, int size, uint32_t *value)
{
	unsigned char byte[4];

	*value = 0;
	if (pread(assigned.device, byte, size, at) != size)
		return fail_errno("read %d bytes at %#llx", size, (unsigned long long)at);
	while (size--)
		*value = *value << 8 | byte[size];
	return PASS;
}

static enum outcome put(uint64_t at, int size, uint32_t value)
{
	uint32_t raw = htole32(value);

	if (pwrite(assigned.device, &raw, size, at) != size)
		return fail_errno("write %d bytes at %#llx", size, (unsigned long long)at);
	return PASS;
}

static enum outcome config(unsigned int at, int size, uint32_t *value)
{
	return get(assigned.config.offset + at, size, value);
}

static enum outcome bar_offset(unsigned int bar, uint64_t *at)
{
	struct vfio_region_info info = { .argsz = sizeof(info), .index = bar };

	*at = 0;
	if (ioctl(assigned.device, VFIO_DEVICE_GET_REGION_INFO, &info) < 0)
		return fail_errno("VFIO_DEVICE_GET_REGION_INFO of BAR %u", bar);
	*at = info.offset;
	return PASS;
}

/* The first of a kind is the one to be used (4.1.4.1). */
static enum outcome note(unsigned int at)
{
	uint32_t kind, bar, offset, length;
	uint64_t base;

	if (config(at + VIRTIO_PCI_CAP_CFG_TYPE, 1, &kind) == FAIL ||
	    config(at + VIRTIO_PCI_CAP_BAR, 1, &bar) == FAIL ||
	    config(at + VIRTIO_PCI_CAP_OFFSET, 4, &offset) == FAIL ||
	    config(at + VIRTIO_PCI_CAP_LENGTH, 4, &length) == FAIL)
		return FAIL;
	if (!kind || kind >= KINDS || bar > 5 || place[kind].length)
		return PASS;
	if (bar_offset(bar, &base) == FAIL)
		return FAIL;
	place[kind].at = base + offset;
	place[kind].length = length;
	return kind == VIRTIO_PCI_CAP_NOTIFY_CFG ?
	       config(at + VIRTIO_PCI_NOTIFY_CAP_MULT, 4, &notify_multiplier) : PASS;
}

static enum outcome walk(void)
{
	uint32_t at, id;

	if (config(PCI_CAPABILITY_LIST, 1, &at) == FAIL)
		return FAIL;
	for (int i = 0; at && i < MOST_CAPABILITIES; i++) {
		if (config(at + PCI_CAP_LIST_ID, 1, &id) == FAIL ||
		    (id == PCI_CAP_ID_VNDR && note(at) == FAIL) ||
		    config(at + PCI_CAP_LIST_NEXT, 1, &at) == FAIL)
			return FAIL;
	}
	return PASS;
}

enum outcome virtio_find(const void *unused)
{
	(void)unused;
	memset(place, 0, sizeof(place));
	if (walk() == FAIL)
		return FAIL;
	for (int kind = 1; kind < KINDS; kind++)
		if (!place[kind].length)
			return fail("no virtio capability of type %d", kind);
	return PASS;
}

enum outcome virtio_read(unsigned int at, int size, uint32_t *value)
{
	return get(place[VIRTIO_PCI_CAP_COMMON_CFG].at + at, size, value);
}

enum outcome virtio_write(unsigned int at, int size, uint32_t value)
{
	return put(place[VIRTIO_PCI_CAP_COMMON_CFG].at + at, size, value);
}

/* Each queue has its own address to be notified at (4.1.4.4). */
enum outcome virtio_notify(unsigned int queue)
{
	uint32_t offset;

	if (virtio_read(VIRTIO_PCI_COMMON_Q_NOFF, 2, &offset) == FAIL)
		return FAIL;
	return put(place[VIRTIO_PCI_CAP_NOTIFY_CFG].at + offset * notify_multiplier, 2, queue);
}
