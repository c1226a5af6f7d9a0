// SPDX-License-Identifier: MIT
/* Facts of many files together. */
#include <stdlib.h>
#include <string.h>

#include "facts/facts.h"
#include "text/quick.h"

static struct symbol *slot_of(const struct facts *facts, const char *name, size_t size)
{
	size_t mask = facts->symbol_room - 1, slot = quick_sum(name, size) & mask;

	while (facts->symbols[slot].name && (facts->symbols[slot].size != size || memcmp(facts->symbols[slot].name, name, size)))
		slot = (slot + 1) & mask;
	return &facts->symbols[slot];
}

static void make_room(struct facts *facts)
{
	struct facts bigger = { .symbol_room = facts->symbol_room ? facts->symbol_room * 8 : 256 };

	bigger.symbols = zeroed(bigger.symbol_room, sizeof(*bigger.symbols));
	for (int i = 0; i < facts->symbol_room; i++) {
		const struct symbol *symbol = &facts->symbols[i];

		if (symbol->name)
			*slot_of(&bigger, symbol->name, symbol->size) = *symbol;
	}
	free(facts->symbols);
	facts->symbols = bigger.symbols;
	facts->symbol_room = bigger.symbol_room;
}

void facts_add_symbol(struct facts *facts, const char *name, size_t size, int look)
{
	struct symbol *symbol;

	if (facts->symbol_count * 2 >= facts->symbol_room)
		make_room(facts);
	symbol = slot_of(facts, name, size);
	if (!symbol->name) {
		*symbol = (struct symbol){ name, size, 0 };
		facts->symbol_count++;
	}
	symbol->looks |= look;
}

void facts_add_include(struct facts *facts, struct include include)
{
	if ((facts->include_count & (facts->include_count - 1)) == 0)
		facts->includes = resized(facts->includes, (facts->include_count * 2 + 1) * sizeof(*facts->includes));
	facts->includes[facts->include_count++] = include;
}
