// SPDX-License-Identifier: MIT
#ifndef RING_H
#define RING_H

#include <linux/perf_event.h>
#include <stdbool.h>
#include <stddef.h>

/* What the kernel writes of one CPU, and we read. */
struct ring {
	struct perf_event_mmap_page *head;
	const char *data;
};

enum kind { SAMPLE, FORK, NAME, LOST };

/* Of processes: their threads have no records of their own but for samples, which bear the number of the process. */
struct record {
	enum kind kind;
	unsigned long long time, lost;
	unsigned pid, parent;
	bool executes;
	char name[16];
};

/* False if there is no such CPU at work, or we may not look at it. */
bool ring_open(struct ring *ring, int cpu);

/* The next record that is of use; false if there is none yet. */
bool ring_next(struct ring *ring, struct record *record);

#endif
