// SPDX-License-Identifier: MIT
/* A hash table with open addressing. */
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "set.h"

static char **slot_of(const struct set *set, const char *text)
{
	uint64_t sum = 14695981039346656037u;
	size_t slot;

	for (const char *at = text; *at; at++)
		sum = (sum ^ (unsigned char)*at) * 1099511628211u;
	for (slot = sum % set->room; set->slots[slot] && strcmp(set->slots[slot], text);)
		slot = (slot + 1) % set->room;
	return &set->slots[slot];
}

static void make_room(struct set *set)
{
	struct set bigger = { .room = set->room ? set->room * 4 : 4096, .count = set->count };

	bigger.slots = zeroed(bigger.room, sizeof(*bigger.slots));
	for (size_t i = 0; i < set->room; i++) {
		if (set->slots[i])
			*slot_of(&bigger, set->slots[i]) = set->slots[i];
	}
	free(set->slots);
	*set = bigger;
}

bool set_has(const struct set *set, const char *text)
{
	return set->room && *slot_of(set, text);
}

bool set_add(struct set *set, const char *text)
{
	char **slot;

	if (set->count * 2 >= set->room)
		make_room(set);
	slot = slot_of(set, text);
	if (*slot)
		return false;
	*slot = format("%s", text);
	set->count++;
	return true;
}

void set_free(struct set *set)
{
	for (size_t i = 0; i < set->room; i++)
		free(set->slots[i]);
	free(set->slots);
}
