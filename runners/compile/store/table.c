// SPDX-License-Identifier: MIT
/* Hash tables with open addressing in mapped files, and those of the store below. */
#include <stdlib.h>
#include <unistd.h>

#include "store/facts-table.h"
#include "store/mapped.h"
#include "store/table.h"
#include "text/bytes.h"

/* Room for all files of some kernel trees. */
enum { FILES = 1 << 18, STATES = 1 << 17 };

static struct mapped files = { .name = "files", .size = FILES * sizeof(struct slot) };
static struct mapped states = { .name = "states", .size = STATES * sizeof(struct slot) };

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

static bool nearly_full(const struct slot *slots, size_t count)
{
	size_t used = 0;

	for (size_t i = 0; slots && i < count; i++)
		used += slots[i].check != 0;
	return used > count / 4 * 3;
}

void table_trim(const char *store)
{
	char *path = format("%s/%s", store, files.name);

	if (nearly_full(mapped_at(&files, store), FILES))
		unlink(path);
	free(path);
	facts_trim(store);
}
