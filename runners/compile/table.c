// SPDX-License-Identifier: MIT
/* Two hash tables with open addressing in mapped files, and those of the store below. */
#include <stdlib.h>
#include <unistd.h>

#include "bytes.h"
#include "facts-table.h"
#include "mapped.h"
#include "table.h"

/* Room for all files of some kernel trees, and for all declarations of some thousand objects. */
enum { FILES = 1 << 18, STATES = 1 << 17, CLOSURES = 1 << 22 };

static struct mapped files = { .name = "files", .size = FILES * sizeof(struct slot) };
static struct mapped states = { .name = "states", .size = STATES * sizeof(struct slot) };
static struct mapped closures = { .name = "accepted", .size = CLOSURES * sizeof(uint64_t) };

bool table_known(const char *store, struct digest key, struct digest *content)
{
	int probe = 0, below = 0;

	return slot_next(mapped_at(&files, store), FILES, key, &probe, content) ||
	       slot_next(mapped_below(&files), FILES, key, &below, content);
}

void table_know(const char *store, struct digest key, struct digest content)
{
	slot_add(mapped_at(&files, store), FILES, key, content);
}

bool table_state(const char *store, struct digest key, struct digest *state)
{
	int probe = 0, below = 0;

	return slot_next(mapped_at(&states, store), STATES, key, &probe, state) ||
	       slot_next(mapped_below(&states), STATES, key, &below, state);
}

void table_know_state(const char *store, struct digest key, struct digest state)
{
	struct slot *slots = mapped_at(&states, store);

	if (!slot_add(slots, STATES, key, state) && slots)
		slot_put(&slots[key.word[0] % STATES], key, state);
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
	return accepted_in(mapped_at(&closures, store), closure) || accepted_in(mapped_below(&closures), closure);
}

void table_accept(const char *store, struct digest closure)
{
	uint64_t *slots = mapped_at(&closures, store), word = closure.word[0] | 1;

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
	struct mapped *const tables[] = { &files, &closures };
	const size_t counts[] = { FILES, CLOSURES };

	for (int i = 0; i < 2; i++) {
		char *path = format("%s/%s", store, tables[i]->name);

		if (nearly_full(mapped_at(tables[i], store), counts[i], tables[i]->size / counts[i] / 8))
			unlink(path);
		free(path);
	}
	facts_trim(store);
}
