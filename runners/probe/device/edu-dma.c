// SPDX-License-Identifier: MIT
/* edu's DMA engine: what the device reaches, and what it no longer reaches. */
#include <string.h>
#include <unistd.h>

#include "device/edu.h"

#define SOURCE		0x80
#define TARGET		0x88
#define COUNT		0x90
#define COMMAND		0x98
#define START		1
#define TO_MEMORY	2
#define BUFFER		0x40000
#define HALF		2048	/* both halves lie in one page, of whatever size */

/* QEMU carries a transfer out 100 ms after the command; bit 0 reads 0 when it is over. */
static enum outcome transfer(uint64_t source, uint64_t target, uint64_t command)
{
	edu_put64(SOURCE, source);
	edu_put64(TARGET, target);
	edu_put64(COUNT, HALF);
	edu_put64(COMMAND, command | START);
	while (edu_get64(COMMAND) & START) {
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
enum outcome edu_dma_to_device(const void *unused)
{
	(void)unused;
	if (lacking("dma"))
		return skip("%s", lacking("dma"));
	fill(assigned.page, 0x31);
	return transfer(assigned.iova, BUFFER, 0);
}

enum outcome edu_dma_from_device(const void *unused)
{
	unsigned char *page = assigned.page;

	(void)unused;
	if (lacking("dma"))
		return skip("%s", lacking("dma"));
	memset(page + HALF, 0, HALF);
	if (transfer(BUFFER, assigned.iova + HALF, TO_MEMORY) == FAIL)
		return FAIL;
	for (int i = 0; i < HALF; i++)
		if (page[i] != page[HALF + i])
			return fail("byte %d is %#x after its way through the device, was %#x",
				    i, page[HALF + i], page[i]);
	return PASS;
}

/* The page stays ours and stays where it was: only the IOMMU can keep the device out. */
static enum outcome must_not_reach(unsigned char *page)
{
	say("# a DMA fault reported by the IOMMU is expected here");
	memset(page, 0, HALF);
	if (transfer(BUFFER, assigned.iova, TO_MEMORY) == FAIL)
		return FAIL;
	for (int i = 0; i < HALF; i++)
		if (page[i])
			return fail("the device still reached the unmapped page: byte %d is %#x",
				    i, page[i]);
	return PASS;
}

enum outcome edu_dma_after_unmap(const void *unused)
{
	(void)unused;
	if (lacking("dma"))
		return skip("%s", lacking("dma"));
	if (!strcmp(conf.iommu, "noiommu"))
		return skip("%s", lacking("iommu") ?: "no IOMMU: nothing could keep the device out");
	return must_not_reach(assigned.page);
}
