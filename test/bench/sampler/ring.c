// SPDX-License-Identifier: MIT
/* Source: perf_event_open(2), "MMAP layout" and "Overflow handling"; include/uapi/linux/perf_event.h. */
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ring.h"

/* Nanoseconds between two samples, a little off 2 ms: programs that wake with the timer are not met each time. */
enum { PERIOD = 2000003 };

/* A power of two: some 30,000 records. */
enum { RING_BYTES = 1 << 20 };

/* A clock of the kernel and not of the processor: virtual machines have it, too. */
static const struct perf_event_attr WHAT = {
	.size = sizeof(WHAT),
	.type = PERF_TYPE_SOFTWARE,
	.config = PERF_COUNT_SW_CPU_CLOCK,
	.sample_period = PERIOD,
	.sample_type = PERF_SAMPLE_TID | PERF_SAMPLE_TIME,
	.exclude_idle = 1,
	.sample_id_all = 1,
	.task = 1,
	.comm = 1,
	.comm_exec = 1,
};

bool ring_open(struct ring *ring, int cpu)
{
	long page = sysconf(_SC_PAGESIZE);
	int fd = syscall(SYS_perf_event_open, &WHAT, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);
	void *at = fd < 0 ? MAP_FAILED : mmap(NULL, page + RING_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (at == MAP_FAILED)
		return false;
	*ring = (struct ring){ .head = at, .data = (char *)at + page };
	return true;
}

static void copy_out(const struct ring *ring, uint64_t from, void *to, size_t size)
{
	size_t start = from % RING_BYTES, first = size < RING_BYTES - start ? size : RING_BYTES - start;

	memcpy(to, ring->data + start, first);
	memcpy((char *)to + first, ring->data, size - first);
}

/* Every record ends with what a sample bears, its time last (sample_id_all). */
static const size_t LAST = sizeof(uint64_t);

union body {
	char bytes[256];
	struct { uint32_t pid, tid; uint64_t time; } sample;
	struct { uint32_t pid, parent, tid, parent_tid; uint64_t time; } fork;
	struct { uint32_t pid, tid; char name[16]; } name;
	struct { uint64_t id, lost; } lost;
};

static void read_name(struct record *record, const union body *body)
{
	memcpy(record->name, body->name.name, sizeof(record->name) - 1);
	for (char *at = record->name; *at; at++)
		if (*at == '\n')
			*at = '?';
}

/* False for threads, and for what we have not asked for. */
static bool understand(const struct perf_event_header *header, const union body *body, struct record *record)
{
	record->pid = body->sample.pid;
	switch (header->type) {
	case PERF_RECORD_SAMPLE:
		record->kind = SAMPLE;
		return true;
	case PERF_RECORD_FORK:
		record->kind = FORK;
		record->parent = body->fork.parent;
		return body->fork.pid == body->fork.tid;
	case PERF_RECORD_COMM:
		record->kind = NAME;
		record->executes = header->misc & PERF_RECORD_MISC_COMM_EXEC;
		read_name(record, body);
		return body->name.pid == body->name.tid;
	case PERF_RECORD_LOST:
		record->kind = LOST;
		record->lost = body->lost.lost;
		return true;
	}
	return false;
}

static bool read_one(struct ring *ring, uint64_t at, struct perf_event_header *header, struct record *record)
{
	union body body = { 0 };
	size_t size;

	copy_out(ring, at, header, sizeof(*header));
	size = header->size - sizeof(*header);
	if (size < LAST || size > sizeof(body))
		return false;
	copy_out(ring, at + sizeof(*header), &body, size);
	*record = (struct record){ 0 };
	memcpy(&record->time, body.bytes + size - LAST, LAST);
	return understand(header, &body, record);
}

bool ring_next(struct ring *ring, struct record *record)
{
	uint64_t end = __atomic_load_n(&ring->head->data_head, __ATOMIC_ACQUIRE);

	while (ring->head->data_tail < end) {
		struct perf_event_header header;
		bool useful = read_one(ring, ring->head->data_tail, &header, record);

		__atomic_store_n(&ring->head->data_tail, ring->head->data_tail + header.size, __ATOMIC_RELEASE);
		if (useful)
			return true;
	}
	return false;
}
