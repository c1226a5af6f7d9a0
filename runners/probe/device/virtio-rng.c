// SPDX-License-Identifier: MIT
/*
 * The virtio entropy device, driven by hand: it fills the buffers it is
 * offered. Where QEMU has no edu (s390x) this shows that the IOMMU translates,
 * that it stops translating, and that MSI-X arrives.
 */
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "device/virtio.h"

#define INTERRUPT_MS 5000
#define AFTER_UNMAP_MS 300	/* an answer takes about one */

static int vector = -1;		/* the eventfd of MSI-X vector 0 */
static struct virtio_used answer;

/* Modern only: 0x1040 plus the device's type, 4 (virtio 1.1, 4.1.2). */
bool virtio_rng_configured(void)
{
	return !strcmp(conf.device, "1af4:1044");
}

static enum outcome set_vector(int fd)
{
	struct {
		struct vfio_irq_set set;
		int32_t fd;
	} request = {
		.set.argsz = sizeof(request),
		.set.flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
		.set.index = VFIO_PCI_MSIX_IRQ_INDEX,
		.set.count = 1,
		.fd = fd,
	};

	if (ioctl(assigned.device, VFIO_DEVICE_SET_IRQS, &request) < 0)
		return fail_errno("VFIO_DEVICE_SET_IRQS of MSI-X 0 to an eventfd");
	return PASS;
}

static enum outcome enable_msix(const void *unused)
{
	(void)unused;
	vector = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return vector < 0 ? fail_errno("eventfd") : set_vector(vector);
}

static enum outcome disable_msix(const void *unused)
{
	struct vfio_irq_set set = {
		.argsz = sizeof(set),
		.flags = VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER,
		.index = VFIO_PCI_MSIX_IRQ_INDEX,
	};

	(void)unused;
	close_fd(&vector);
	if (ioctl(assigned.device, VFIO_DEVICE_SET_IRQS, &set) < 0)
		return fail_errno("VFIO_DEVICE_SET_IRQS, disabling MSI-X");
	return PASS;
}

static enum outcome request(void)
{
	unsigned int head = virtio_queue_offer();

	if (virtio_notify(0) == FAIL || virtio_queue_await(&answer) == FAIL)
		return FAIL;
	if (answer.id != head)
		return fail("the device answers for descriptor %u, offered %u", answer.id, head);
	return PASS;
}

/* The ring lies in memory: that it answers for our descriptor shows that it read there. */
static enum outcome dma_to_device(const void *unused)
{
	(void)unused;
	return request();
}

/* 64 random bytes that all are what they were before: once in 2^512 requests. */
static enum outcome dma_from_device(const void *unused)
{
	const unsigned char *buffer = virtio_queue_buffer();
	unsigned char guard = buffer[VIRTIO_BUFFER_SIZE];
	unsigned int changed = 0;

	(void)unused;
	if (!answer.length || answer.length > VIRTIO_BUFFER_SIZE)
		return fail("the device says it wrote %u bytes of %d",
			    answer.length, VIRTIO_BUFFER_SIZE);
	for (unsigned int i = 0; i < VIRTIO_BUFFER_SIZE; i++)
		if (buffer[i] != guard && i >= answer.length)
			return fail("byte %u changed, the device says it wrote %u",
				    i, answer.length);
		else
			changed += buffer[i] != guard;
	return changed ? PASS : fail("none of %u bytes changed", answer.length);
}

static enum outcome await_vector(void)
{
	struct pollfd ready = { .fd = vector, .events = POLLIN };
	int result = poll(&ready, 1, INTERRUPT_MS);
	uint64_t count;

	if (result < 0)
		return fail_errno("poll of the eventfd");
	if (!result)
		return fail("no interrupt within %d ms of the notification", INTERRUPT_MS);
	if (read(vector, &count, sizeof(count)) != sizeof(count))
		return fail_errno("read of the eventfd");
	return count == 1 ? PASS : fail("%llu interrupts, expected one", (unsigned long long)count);
}

/* One for the request of vfio.dma-to-device, which may still be on its way, and one for another. */
static enum outcome interrupt(const void *unused)
{
	(void)unused;
	if (await_vector() == FAIL || request() == FAIL)
		return FAIL;
	return await_vector();
}

/*
 * The page stays ours and stays where it was: only the IOMMU can keep the
 * device out. What becomes of the device is its affair: on s390x the function
 * goes into an error state, in which all registers read as ones, until VFIO
 * closes it. Nothing that needs the device may come after this.
 */
static enum outcome dma_after_unmap(const void *unused)
{
	unsigned char before[4096];

	(void)unused;
	say("# an error reported for the PCI function is expected here");
	virtio_queue_offer();
	memcpy(before, assigned.page, sizeof(before));
	if (virtio_notify(0) == FAIL)
		return FAIL;
	usleep(AFTER_UNMAP_MS * 1000);
	for (size_t i = 0; i < sizeof(before); i++)
		if (assigned.page[i] != before[i])
			return fail("the device still reached the unmapped page: byte %zu is %#x, was %#x",
				    i, assigned.page[i], before[i]);
	return PASS;
}

void virtio_rng_steps(void)
{
	step("vfio.virtio-registers", "vfio.config-space", virtio_find, NULL);
	step("vfio.virtio-features", "vfio.virtio-registers", virtio_negotiate, NULL);
	step("vfio.msix", "vfio.device", enable_msix, NULL);
	step("vfio.virtio-start", "vfio.virtio-features vfio.msix vfio.dma-map vfio.bus-master",
	     virtio_start, NULL);
	step("vfio.dma-to-device", "vfio.virtio-start", dma_to_device, NULL);
	step("vfio.dma-from-device", "vfio.dma-to-device", dma_from_device, NULL);
	step("vfio.interrupt", "vfio.dma-to-device", interrupt, NULL);
	step("vfio.dma-unmap", "vfio.dma-map", vfio_dma_unmap, NULL);
	step("vfio.dma-after-unmap", "vfio.dma-unmap vfio.dma-from-device", dma_after_unmap, NULL);
	step("vfio.msix-off", "vfio.msix", disable_msix, NULL);
}
