// SPDX-License-Identifier: MIT
/* What the object can depend on: the roots, and all declarations of all names that occur in what it depends on. */
#include <stdlib.h>

#include "closures.h"

/* The declarations of each name, as chains through the mentions that declare it. Counted from 1. */
struct index {
	uint32_t *last[2], *before, *owner;
};

static void index_names(struct index *index, const struct text *text, const struct declarations *declarations)
{
	for (int tag = 0; tag < 2; tag++)
		index->last[tag] = zeroed(text->name_count, sizeof(uint32_t));
	index->before = zeroed(declarations->mention_count + 1, sizeof(uint32_t));
	index->owner = zeroed(declarations->mention_count + 1, sizeof(uint32_t));
	for (uint32_t i = 0; i < declarations->count; i++) {
		const struct declaration *declaration = &declarations->all[i];

		for (uint32_t j = declaration->mention; j < declaration->mention + declaration->mention_count; j++) {
			const struct mention *mention = &declarations->mentions[j];

			index->owner[j + 1] = i;
			if (!mention->declares)
				continue;
			index->before[j + 1] = index->last[mention->tag][mention->name];
			index->last[mention->tag][mention->name] = j + 1;
		}
	}
}

struct walk {
	bool *live;
	uint32_t *todo, todo_count;
};

static void enliven(struct walk *walk, uint32_t declaration)
{
	if (walk->live[declaration])
		return;
	walk->live[declaration] = true;
	walk->todo[walk->todo_count++] = declaration;
}

bool *live_declarations(const struct text *text, const struct declarations *declarations)
{
	struct walk walk = { .live = zeroed(declarations->count, sizeof(bool)), .todo = zeroed(declarations->count, sizeof(uint32_t)) };
	struct index index;

	index_names(&index, text, declarations);
	for (uint32_t i = 0; i < declarations->count; i++) {
		if (declarations->all[i].root)
			enliven(&walk, i);
	}
	while (walk.todo_count) {
		const struct declaration *declaration = &declarations->all[walk.todo[--walk.todo_count]];

		for (uint32_t j = declaration->mention; j < declaration->mention + declaration->mention_count; j++) {
			const struct mention *mention = &declarations->mentions[j];
			uint32_t *chain = &index.last[mention->tag][mention->name];

			for (uint32_t at = *chain; at; at = index.before[at])
				enliven(&walk, index.owner[at]);
			*chain = 0; // All of them are alive now.
		}
	}
	return walk.live;
}
