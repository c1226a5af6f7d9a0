/* SPDX-License-Identifier: MIT */
/* edu's registers in BAR0 (QEMU docs/specs/edu), shared by the files that use them. */
#ifndef PROBE_EDU_H
#define PROBE_EDU_H

#include "vfio/vfio.h"

uint32_t edu_get32(unsigned int at);
uint64_t edu_get64(unsigned int at);
void edu_put32(unsigned int at, uint32_t value);
void edu_put64(unsigned int at, uint64_t value);

/* edu-dma.c */
enum outcome edu_dma_to_device(const void *unused);
enum outcome edu_dma_from_device(const void *unused);

/* edu-interrupt.c */
enum outcome edu_interrupt(const void *unused);

#endif
