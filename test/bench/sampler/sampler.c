// SPDX-License-Identifier: MIT
/* Writes down which process has a CPU, every 2 ms of every CPU that has work, and how processes come to be and are
 * called, into the file that it is called with:
 *   TIME s PID         it had a CPU
 *   TIME f PID PARENT  it was forked
 *   TIME n PID NAME    it is called so from now on; `x` in place of `n`: because it executes a program
 *   TIME l N           N lines are lacking
 * Times in nanoseconds; lines of one CPU are in order, those of many are not. Names have 15 characters at most.
 *
 * It says "ready" when it looks, and ends at the end of its stdin. Exit code 1: it may not look; root may, and who has
 * CAP_PERFMON. Source: perf_event_open(2). */
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "ring.h"

static void write_line(FILE *out, const struct record *record)
{
	switch (record->kind) {
	case SAMPLE:
		fprintf(out, "%llu s %u\n", record->time, record->pid);
		break;
	case FORK:
		fprintf(out, "%llu f %u %u\n", record->time, record->pid, record->parent);
		break;
	case NAME:
		fprintf(out, "%llu %c %u %s\n", record->time, record->executes ? 'x' : 'n', record->pid, record->name);
		break;
	case LOST:
		fprintf(out, "%llu l %llu\n", record->time, record->lost);
		break;
	}
}

static void drain(struct ring *rings, int count, FILE *out)
{
	struct record record;

	for (int i = 0; i < count; i++)
		while (ring_next(&rings[i], &record))
			write_line(out, &record);
}

/* Milliseconds after which rings are read in any case. A ring holds what a CPU does in many seconds. */
enum { OFTEN = 200 };

static void look(struct ring *rings, int count, FILE *out)
{
	struct pollfd end = { .fd = STDIN_FILENO, .events = POLLIN };

	while (poll(&end, 1, OFTEN) == 0)
		drain(rings, count, out);
	drain(rings, count, out);
}

/* A CPU that is switched off has no ring. Gives back how many there are. */
static int open_rings(struct ring *rings, int cpus)
{
	int count = 0;

	for (int cpu = 0; cpu < cpus; cpu++)
		count += ring_open(&rings[count], cpu);
	return count;
}

int main(int argc, char **argv)
{
	int cpus = sysconf(_SC_NPROCESSORS_CONF);
	struct ring *rings = calloc(cpus, sizeof(*rings));
	FILE *out = argc == 2 ? fopen(argv[1], "w") : NULL;
	int count = out && rings ? open_rings(rings, cpus) : 0;

	if (!out)
		return 2;
	if (count < sysconf(_SC_NPROCESSORS_ONLN))
		return 1;
	puts("ready");
	fflush(stdout);
	look(rings, count, out);
	return fclose(out) ? 1 : 0;
}
