// SPDX-License-Identifier: MIT
/* A virtio device from reset to work on queue 0: virtio 1.1, 3.1.1 and 4.1.5.1. */
#include <unistd.h>
#include <linux/virtio_config.h>
#include <linux/virtio_pci.h>

#include "device/virtio.h"

/* The second of the two 32 bit words of features; both bits are needed with an IOMMU (6.1). */
#define WORD 1
#define NEEDED (1U << (VIRTIO_F_VERSION_1 - 32) | 1U << (VIRTIO_F_ACCESS_PLATFORM - 32))

static enum outcome reset(void)
{
	uint32_t status = 1;

	if (virtio_write(VIRTIO_PCI_COMMON_STATUS, 1, 0) == FAIL)
		return FAIL;
	while (virtio_read(VIRTIO_PCI_COMMON_STATUS, 1, &status) == PASS && status) {
		if (step_timed_out())
			return fail("status stays %#x after a reset", status);
		usleep(1000);
	}
	return status ? FAIL : PASS;
}

/* Bits of the status only ever come, until a reset. */
static enum outcome add_status(uint32_t bit)
{
	uint32_t status;

	if (virtio_read(VIRTIO_PCI_COMMON_STATUS, 1, &status) == FAIL ||
	    virtio_write(VIRTIO_PCI_COMMON_STATUS, 1, status | bit) == FAIL ||
	    virtio_read(VIRTIO_PCI_COMMON_STATUS, 1, &status) == FAIL)
		return FAIL;
	return status & bit ? PASS : fail("status bit %#x does not stick: %#x", bit, status);
}

static enum outcome choose_features(void)
{
	uint32_t offered;

	if (virtio_write(VIRTIO_PCI_COMMON_DFSELECT, 4, WORD) == FAIL ||
	    virtio_read(VIRTIO_PCI_COMMON_DF, 4, &offered) == FAIL)
		return FAIL;
	if ((offered & NEEDED) != NEEDED)
		return fail("features 32 to 63 are %#x, needed %#x", offered, NEEDED);
	if (virtio_write(VIRTIO_PCI_COMMON_GFSELECT, 4, 0) == FAIL ||
	    virtio_write(VIRTIO_PCI_COMMON_GF, 4, 0) == FAIL ||
	    virtio_write(VIRTIO_PCI_COMMON_GFSELECT, 4, WORD) == FAIL)
		return FAIL;
	return virtio_write(VIRTIO_PCI_COMMON_GF, 4, NEEDED);
}

enum outcome virtio_negotiate(const void *unused)
{
	(void)unused;
	if (reset() == FAIL ||
	    add_status(VIRTIO_CONFIG_S_ACKNOWLEDGE) == FAIL ||
	    add_status(VIRTIO_CONFIG_S_DRIVER) == FAIL ||
	    choose_features() == FAIL)
		return FAIL;
	return add_status(VIRTIO_CONFIG_S_FEATURES_OK);
}

/* No single access of 64 bits: each half by itself (4.1.3.1). */
static enum outcome write_address(unsigned int low, uint64_t address)
{
	if (virtio_write(low, 4, address) == FAIL)
		return FAIL;
	return virtio_write(low + 4, 4, address >> 32);
}

static enum outcome place_queue(void)
{
	uint32_t most;

	if (virtio_write(VIRTIO_PCI_COMMON_Q_SELECT, 2, 0) == FAIL ||
	    virtio_read(VIRTIO_PCI_COMMON_Q_SIZE, 2, &most) == FAIL)
		return FAIL;
	if (most < (uint32_t)virtio_queue_size())
		return fail("queue 0 takes %u descriptors, %d needed", most, virtio_queue_size());
	virtio_queue_clear();
	if (virtio_write(VIRTIO_PCI_COMMON_Q_SIZE, 2, virtio_queue_size()) == FAIL ||
	    write_address(VIRTIO_PCI_COMMON_Q_DESCLO, virtio_queue_descriptors()) == FAIL ||
	    write_address(VIRTIO_PCI_COMMON_Q_AVAILLO, virtio_queue_available()) == FAIL)
		return FAIL;
	return write_address(VIRTIO_PCI_COMMON_Q_USEDLO, virtio_queue_used());
}

/* The device answers NO_VECTOR when it cannot have the one it was given (4.1.5.1.2). */
static enum outcome use_vector(void)
{
	uint32_t vector;

	if (virtio_write(VIRTIO_PCI_COMMON_Q_MSIX, 2, 0) == FAIL ||
	    virtio_read(VIRTIO_PCI_COMMON_Q_MSIX, 2, &vector) == FAIL)
		return FAIL;
	return vector ? fail("queue 0 takes no MSI-X vector: %#x", vector) : PASS;
}

enum outcome virtio_start(const void *unused)
{
	(void)unused;
	if (place_queue() == FAIL || use_vector() == FAIL ||
	    virtio_write(VIRTIO_PCI_COMMON_Q_ENABLE, 2, 1) == FAIL)
		return FAIL;
	return add_status(VIRTIO_CONFIG_S_DRIVER_OK);
}
