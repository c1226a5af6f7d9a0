// SPDX-License-Identifier: MIT
/* Files that all launchers share without locks. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/mapped.h"
#include "store/store.h"
#include "text/bytes.h"

static void *map(int fd, size_t size, int protection)
{
	void *at = mmap(NULL, size, protection, MAP_SHARED, fd, 0);

	return at == MAP_FAILED ? NULL : at;
}

/* A larger file than the limit would end us by SIGXFSZ. */
static bool is_allowed(size_t size)
{
	struct rlimit limit;

	return !getrlimit(RLIMIT_FSIZE, &limit) && (limit.rlim_cur == RLIM_INFINITY || size <= limit.rlim_cur);
}

void *mapped_at(struct mapped *mapped, const char *store)
{
	char *path;
	int fd;

	if (mapped->tried)
		return mapped->at;
	mapped->tried = true;
	if (!is_allowed(mapped->size))
		return NULL;
	path = format("%s/%s", store, mapped->name);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	free(path);
	if (fd < 0)
		return NULL;
	if (!ftruncate(fd, mapped->size))
		mapped->at = map(fd, mapped->size, PROT_READ | PROT_WRITE);
	close(fd);
	return mapped->at;
}

void *mapped_below(struct mapped *mapped)
{
	const char *below = store_below();
	struct stat st;
	char *path;
	int fd;

	if (mapped->tried_below || !below)
		return mapped->below;
	mapped->tried_below = true;
	path = format("%s/%s", below, mapped->name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	free(path);
	if (fd >= 0 && !fstat(fd, &st) && (size_t)st.st_size == mapped->size)
		mapped->below = map(fd, mapped->size, PROT_READ);
	if (fd >= 0)
		close(fd);
	return mapped->below;
}

static uint64_t check_of(const struct slot *slot)
{
	uint64_t sum = 0x9e3779b97f4a7c15;
	const uint64_t words[] = { slot->key.word[0], slot->key.word[1], slot->value.word[0], slot->value.word[1] };

	for (int i = 0; i < 4; i++)
		sum = (sum << 13 | sum >> 51) * 0xff51afd7ed558ccd + words[i];
	return sum | 1;
}

/* Each word read once: another process may put another entry there meanwhile. */
static struct slot copy_of(const struct slot *at)
{
	uint64_t words[sizeof(struct slot) / sizeof(uint64_t)];
	struct slot slot;

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		words[i] = __atomic_load_n((const uint64_t *)at + i, __ATOMIC_RELAXED);
	memcpy(&slot, words, sizeof(slot));
	return slot;
}

bool slot_next(const struct slot *slots, size_t count, struct digest key, int *probe, struct digest *value)
{
	while (slots && *probe < PROBES) {
		struct slot slot = copy_of(&slots[(key.word[0] + (*probe)++) % count]);

		if (!slot.check && !slot.key.word[0])
			return false;
		if (same_digest(slot.key, key) && slot.check == check_of(&slot)) {
			*value = slot.value;
			return true;
		}
	}
	return false;
}

void slot_put(struct slot *at, struct digest key, struct digest value)
{
	struct slot slot = { key, value, 0 };

	slot.check = check_of(&slot);
	*at = slot;
}

bool slot_add(struct slot *slots, size_t count, struct digest key, struct digest value)
{
	struct slot slot = { key, value, 0 };

	slot.check = check_of(&slot);
	for (int i = 0; slots && i < PROBES; i++) {
		struct slot *at = &slots[(key.word[0] + i) % count];
		uint64_t none = 0;

		if (__atomic_compare_exchange_n(&at->check, &none, slot.check, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) {
			at->key = key;
			at->value = value;
			return true;
		}
	}
	return false;
}
