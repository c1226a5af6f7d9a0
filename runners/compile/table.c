// SPDX-License-Identifier: MIT
/* Two hash tables with open addressing in mapped files, and those of the store below. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bytes.h"
#include "store.h"
#include "table.h"

/* All words zero: free. The check is the sum of the others, turned, so that halves of two entries do not pass. */
struct slot {
	struct digest key, value;
	uint64_t check;
};

/* Room for all files of some kernel trees, and for all declarations of some thousand objects. */
enum { FILES = 1 << 18, CLOSURES = 1 << 22, PROBES = 32 };

struct table {
	const char *name;
	size_t size;
	void *at, *below;
	bool tried, tried_below;
};

static struct table files = { .name = "files", .size = FILES * sizeof(struct slot) };
static struct table closures = { .name = "accepted", .size = CLOSURES * sizeof(uint64_t) };

static void *map(int fd, size_t size, int protection)
{
	void *at = mmap(NULL, size, protection, MAP_SHARED, fd, 0);

	return at == MAP_FAILED ? NULL : at;
}

static void *table_at(struct table *table, const char *store)
{
	char *path;
	int fd;

	if (table->tried)
		return table->at;
	table->tried = true;
	path = format("%s/%s", store, table->name);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	free(path);
	if (fd < 0)
		return NULL;
	if (!ftruncate(fd, table->size))
		table->at = map(fd, table->size, PROT_READ | PROT_WRITE);
	close(fd);
	return table->at;
}

/* The same table of the store below: to be read, and only if it is whole. */
static void *table_below(struct table *table)
{
	const char *below = store_below();
	struct stat st;
	char *path;
	int fd;

	if (table->tried_below || !below)
		return table->below;
	table->tried_below = true;
	path = format("%s/%s", below, table->name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	free(path);
	if (fd >= 0 && !fstat(fd, &st) && (size_t)st.st_size == table->size)
		table->below = map(fd, table->size, PROT_READ);
	if (fd >= 0)
		close(fd);
	return table->below;
}

static uint64_t check_of(const struct slot *slot)
{
	uint64_t sum = 0x9e3779b97f4a7c15;
	const uint64_t words[] = { slot->key.word[0], slot->key.word[1], slot->value.word[0], slot->value.word[1] };

	for (int i = 0; i < 4; i++)
		sum = (sum << 13 | sum >> 51) * 0xff51afd7ed558ccd + words[i];
	return sum | 1;
}

static bool known_in(const struct slot *slots, struct digest key, struct digest *content)
{
	for (int i = 0; slots && i < PROBES; i++) {
		struct slot slot = slots[(key.word[0] + i) % FILES];

		if (!slot.check && !slot.key.word[0])
			return false;
		if (same_digest(slot.key, key) && slot.check == check_of(&slot)) {
			*content = slot.value;
			return true;
		}
	}
	return false;
}

bool table_known(const char *store, struct digest key, struct digest *content)
{
	return known_in(table_at(&files, store), key, content) || known_in(table_below(&files), key, content);
}

void table_know(const char *store, struct digest key, struct digest content)
{
	struct slot *slots = table_at(&files, store), slot = { key, content, 0 };

	slot.check = check_of(&slot);
	for (int i = 0; slots && i < PROBES; i++) {
		struct slot *at = &slots[(key.word[0] + i) % FILES];
		uint64_t none = 0;

		if (__atomic_compare_exchange_n(&at->check, &none, slot.check, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) {
			at->key = key;
			at->value = content;
			return;
		}
	}
}

static bool accepted_in(const uint64_t *slots, struct digest closure)
{
	for (int i = 0; slots && i < PROBES; i++) {
		uint64_t word = __atomic_load_n(&slots[(closure.word[1] + i) % CLOSURES], __ATOMIC_RELAXED);

		if (word == (closure.word[0] | 1))
			return true;
		if (!word)
			return false;
	}
	return false;
}

bool table_accepted(const char *store, struct digest closure)
{
	return accepted_in(table_at(&closures, store), closure) || accepted_in(table_below(&closures), closure);
}

void table_accept(const char *store, struct digest closure)
{
	uint64_t *slots = table_at(&closures, store), word = closure.word[0] | 1;

	for (int i = 0; slots && i < PROBES; i++) {
		uint64_t *at = &slots[(closure.word[1] + i) % CLOSURES], none = 0;

		if (__atomic_compare_exchange_n(at, &none, word, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED) || none == word)
			return;
	}
}

static bool nearly_full(const uint64_t *words, size_t count, size_t step)
{
	size_t used = 0;

	for (size_t i = step - 1; words && i < count * step; i += step)
		used += words[i] != 0;
	return used > count / 4 * 3;
}

void table_trim(const char *store)
{
	struct table *const tables[] = { &files, &closures };
	const size_t counts[] = { FILES, CLOSURES };

	for (int i = 0; i < 2; i++) {
		char *path = format("%s/%s", store, tables[i]->name);

		if (nearly_full(table_at(tables[i], store), counts[i], tables[i]->size / counts[i] / 8))
			unlink(path);
		free(path);
	}
}
