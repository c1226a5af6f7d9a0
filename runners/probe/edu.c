// SPDX-License-Identifier: MIT
/*
 * QEMU's edu device (docs/specs/edu): it copies between memory and a buffer
 * of its own, and raises an interrupt when told to. Through VFIO this shows
 * that the IOMMU translates, that it stops translating, and that MSI arrives.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vfio.h"

#define ID		0x00
#define LIVENESS	0x04
#define IRQ_STATUS	0x24
#define IRQ_RAISE	0x60
#define IRQ_ACK		0x64
#define DMA_SOURCE	0x80
#define DMA_TARGET	0x88
#define DMA_COUNT	0x90
#define DMA_COMMAND	0x98
#define DMA_START	1
#define DMA_TO_MEMORY	2
#define BUFFER		0x40000
#define HALF		2048

static volatile unsigned char *registers = MAP_FAILED;

bool edu_configured(void)
{
	return !strcmp(conf.device, "1234:11e8");
}

/* QEMU gives edu the byte order of its target, which is big for POWER whatever runs there. */
static bool swapped;

static uint32_t get32(unsigned int at)
{
	uint32_t value = *(volatile uint32_t *)(registers + at);

	return swapped ? __builtin_bswap32(value) : value;
}

static void put32(unsigned int at, uint32_t value)
{
	*(volatile uint32_t *)(registers + at) = swapped ? __builtin_bswap32(value) : value;
}

static uint64_t get64(unsigned int at)
{
	uint64_t value = *(volatile uint64_t *)(registers + at);

	return swapped ? __builtin_bswap64(value) : value;
}

static void put64(unsigned int at, uint64_t value)
{
	*(volatile uint64_t *)(registers + at) = swapped ? __builtin_bswap64(value) : value;
}

static enum outcome identify(const void *unused)
{
	uint32_t id;

	(void)unused;
	if (pread(assigned.device, &id, sizeof(id), assigned.bar0.offset + ID) != sizeof(id))
		return fail_errno("read BAR0 at 0");
	swapped = id >> 24 == 0xed;
	if (swapped)
		id = __builtin_bswap32(id);
	return (id & 0xff) == 0xed ? PASS : fail("BAR0 says %#x, expected 0x..ed", id);
}

/* The register answers with the complement of what was written. */
static enum outcome map_registers(const void *unused)
{
	uint32_t value = 0x12345678;

	(void)unused;
	registers = mmap(NULL, assigned.bar0.size, PROT_READ | PROT_WRITE, MAP_SHARED,
			 assigned.device, assigned.bar0.offset);
	if (registers == MAP_FAILED)
		return fail_errno("mmap of BAR0, %#llx bytes",
				  (unsigned long long)assigned.bar0.size);
	put32(LIVENESS, value);
	if (get32(LIVENESS) != ~value)
		return fail("liveness register: wrote %#x, read %#x", value, get32(LIVENESS));
	return PASS;
}

/* QEMU carries a transfer out 100 ms after the command; bit 0 reads 0 when it is over. */
static enum outcome transfer(uint64_t source, uint64_t target, uint64_t command)
{
	put64(DMA_SOURCE, source);
	put64(DMA_TARGET, target);
	put64(DMA_COUNT, HALF);
	put64(DMA_COMMAND, command | DMA_START);
	while (get64(DMA_COMMAND) & DMA_START) {
		if (step_timed_out())
			return fail("DMA from %#llx to %#llx never ends",
				    (unsigned long long)source, (unsigned long long)target);
		usleep(1000);
	}
	return PASS;
}

static void fill(unsigned char *at, unsigned char seed)
{
	for (int i = 0; i < HALF; i++)
		at[i] = seed + i * 7;
}

/*
 * What reached the device is only visible by bringing it back, so this point
 * speaks of the transfer itself and the next one compares the bytes.
 */
static enum outcome dma_to_device(const void *unused)
{
	(void)unused;
	fill(assigned.page, 0x31);
	return transfer(assigned.iova, BUFFER, 0);
}

static enum outcome dma_from_device(const void *unused)
{
	unsigned char *page = assigned.page;

	(void)unused;
	memset(page + HALF, 0, HALF);
	if (transfer(BUFFER, assigned.iova + HALF, DMA_TO_MEMORY) == FAIL)
		return FAIL;
	for (int i = 0; i < HALF; i++)
		if (page[i] != page[HALF + i])
			return fail("byte %d is %#x after its way through the device, was %#x",
				    i, page[HALF + i], page[i]);
	return PASS;
}

/* The page stays ours and stays where it was: only the IOMMU can keep the device out. */
static enum outcome dma_after_unmap(const void *unused)
{
	unsigned char *page = assigned.page;

	(void)unused;
	say("# a DMA fault reported by the IOMMU is expected here");
	memset(page, 0, HALF);
	if (transfer(BUFFER, assigned.iova, DMA_TO_MEMORY) == FAIL)
		return FAIL;
	for (int i = 0; i < HALF; i++)
		if (page[i])
			return fail("the device still reached the unmapped page: byte %d is %#x",
				    i, page[i]);
	return PASS;
}

static int set_msi(int eventfd)
{
	struct {
		struct vfio_irq_set set;
		int32_t fd;
	} request = {
		.set.argsz = sizeof(request),
		.set.flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
		.set.index = VFIO_PCI_MSI_IRQ_INDEX,
		.set.count = 1,
		.fd = eventfd,
	};

	return ioctl(assigned.device, VFIO_DEVICE_SET_IRQS, &request);
}

static int clear_msi(void)
{
	struct vfio_irq_set set = {
		.argsz = sizeof(set),
		.flags = VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER,
		.index = VFIO_PCI_MSI_IRQ_INDEX,
	};

	return ioctl(assigned.device, VFIO_DEVICE_SET_IRQS, &set);
}

static enum outcome await(int eventfd, int milliseconds)
{
	struct pollfd ready = { .fd = eventfd, .events = POLLIN };
	int result = poll(&ready, 1, milliseconds);
	uint64_t count;

	if (result < 0)
		return fail_errno("poll of the eventfd");
	if (!result)
		return fail("no interrupt within %d ms of writing IRQ_RAISE (status %#x)",
			    milliseconds, get32(IRQ_STATUS));
	if (read(eventfd, &count, sizeof(count)) != sizeof(count))
		return fail_errno("read of the eventfd");
	return count == 1 ? PASS : fail("%llu interrupts, expected one", (unsigned long long)count);
}

static enum outcome raise_one(int eventfd)
{
	enum outcome outcome;

	if (set_msi(eventfd) < 0)
		return fail_errno("VFIO_DEVICE_SET_IRQS of MSI 0 to an eventfd");
	put32(IRQ_RAISE, 1);
	outcome = await(eventfd, 5000);
	put32(IRQ_ACK, 1);
	if (clear_msi() < 0 && outcome == PASS)
		return fail_errno("VFIO_DEVICE_SET_IRQS, disabling MSI");
	return outcome;
}

static enum outcome interrupt(const void *unused)
{
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	enum outcome outcome;

	(void)unused;
	if (fd < 0)
		return fail_errno("eventfd");
	outcome = raise_one(fd);
	close(fd);
	return outcome;
}

static enum outcome unmap_registers(const void *unused)
{
	(void)unused;
	if (registers != MAP_FAILED && munmap((void *)registers, assigned.bar0.size))
		return fail_errno("munmap of BAR0");
	registers = MAP_FAILED;
	return PASS;
}

void edu_steps(void)
{
	step("vfio.bar0", "vfio.device", identify, NULL);
	step("vfio.bar0-mmap", "vfio.bar0", map_registers, NULL);
	step("vfio.dma-to-device", "vfio.dma-map vfio.bus-master vfio.bar0-mmap",
	     dma_to_device, NULL);
	step("vfio.dma-from-device", "vfio.dma-to-device", dma_from_device, NULL);
	step("vfio.interrupt", "vfio.bus-master vfio.bar0-mmap", interrupt, NULL);
	step("vfio.dma-unmap", "vfio.dma-map", vfio_dma_unmap, NULL);
	step("vfio.dma-after-unmap", "vfio.dma-unmap vfio.dma-from-device", dma_after_unmap, NULL);
	step("vfio.bar0-unmap", "vfio.bar0-mmap", unmap_registers, NULL);
}

/* For another way to the device (vfio-cdev.c): the same in one step. */
enum outcome edu_round_trip(const void *unused)
{
	if (map_registers(unused) == FAIL || dma_to_device(unused) == FAIL)
		return FAIL;
	return dma_from_device(unused);
}

enum outcome edu_kept_out(const void *unused)
{
	return dma_after_unmap(unused);
}

enum outcome edu_unmap(const void *unused)
{
	return unmap_registers(unused);
}
