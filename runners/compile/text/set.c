// SPDX-License-Identifier: MIT
/* A hash table with open addressing. */
#include <stdlib.h>
#include <string.h>

#include "text/bytes.h"
#include "text/quick.h"
#include "text/set.h"

static struct text_part *slot_of(const struct set *set, const char *text, size_t size)
{
	size_t slot = quick_sum(text, size) & (set->room - 1);

	while (set->slots[slot].at && (set->slots[slot].size != size || memcmp(set->slots[slot].at, text, size)))
		slot = (slot + 1) & (set->room - 1);
	return &set->slots[slot];
}

static void make_room(struct set *set)
{
	struct set bigger = { .room = set->room ? set->room * 4 : 512, .count = set->count };

	bigger.slots = zeroed(bigger.room, sizeof(*bigger.slots));
	for (size_t i = 0; i < set->room; i++) {
		if (set->slots[i].at)
			*slot_of(&bigger, set->slots[i].at, set->slots[i].size) = set->slots[i];
	}
	free(set->slots);
	*set = bigger;
}

bool set_has(const struct set *set, const char *text, size_t size)
{
	return set->room && slot_of(set, text, size)->at;
}

bool set_add(struct set *set, const char *text, size_t size)
{
	struct text_part *slot;

	if (set->count * 2 >= set->room)
		make_room(set);
	slot = slot_of(set, text, size);
	if (slot->at)
		return false;
	*slot = (struct text_part){ text, size };
	set->count++;
	return true;
}

bool set_add_copy(struct set *set, const char *text, size_t size)
{
	return !set_has(set, text, size) && set_add(set, format("%.*s", (int)size, text), size);
}
