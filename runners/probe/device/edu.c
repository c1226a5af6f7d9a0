// SPDX-License-Identifier: MIT
/*
 * QEMU's edu device (docs/specs/edu): it copies between memory and a buffer
 * of its own, and raises an interrupt when told to. Through VFIO this shows
 * that the IOMMU translates, that it stops translating, and that interrupts
 * arrive.
 */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "device/edu.h"

#define ID		0x00
#define LIVENESS	0x04

static volatile unsigned char *registers = MAP_FAILED;

bool edu_configured(void)
{
	return !strcmp(conf.device, "1234:11e8");
}

/* QEMU gives edu the byte order of its target, which is big for POWER whatever runs there. */
static bool swapped;

uint32_t edu_get32(unsigned int at)
{
	uint32_t value = *(volatile uint32_t *)(registers + at);

	return swapped ? __builtin_bswap32(value) : value;
}

uint64_t edu_get64(unsigned int at)
{
	uint64_t value = *(volatile uint64_t *)(registers + at);

	return swapped ? __builtin_bswap64(value) : value;
}

void edu_put32(unsigned int at, uint32_t value)
{
	*(volatile uint32_t *)(registers + at) = swapped ? __builtin_bswap32(value) : value;
}

void edu_put64(unsigned int at, uint64_t value)
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
	uint32_t value = 0x12345678, answer;

	(void)unused;
	registers = mmap(NULL, assigned.bar0.size, PROT_READ | PROT_WRITE, MAP_SHARED,
			 assigned.device, assigned.bar0.offset);
	if (registers == MAP_FAILED)
		return fail_errno("mmap of BAR0, %#llx bytes",
				  (unsigned long long)assigned.bar0.size);
	edu_put32(LIVENESS, value);
	answer = edu_get32(LIVENESS);
	if (answer != ~value)
		return fail("liveness register: wrote %#x, read %#x", value, answer);
	return PASS;
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
	     edu_dma_to_device, NULL);
	step("vfio.dma-from-device", "vfio.dma-to-device", edu_dma_from_device, NULL);
	step("vfio.interrupt", "vfio.bus-master vfio.bar0-mmap", edu_interrupt, NULL);
	step("vfio.dma-unmap", "vfio.dma-map", vfio_dma_unmap, NULL);
	step("vfio.dma-after-unmap", "vfio.dma-unmap vfio.dma-from-device",
	     edu_dma_after_unmap, NULL);
	step("vfio.bar0-unmap", "vfio.bar0-mmap", unmap_registers, NULL);
}

/* For another way to the device (vfio-cdev.c): the same in one step. */
enum outcome edu_round_trip(const void *unused)
{
	if (map_registers(unused) == FAIL || edu_dma_to_device(unused) == FAIL)
		return FAIL;
	return edu_dma_from_device(unused);
}

enum outcome edu_unmap(const void *unused)
{
	return unmap_registers(unused);
}
