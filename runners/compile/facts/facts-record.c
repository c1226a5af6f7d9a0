// SPDX-License-Identifier: MIT
/*
 * The facts of one text as bytes: a letter for what holds of all of it, then each symbol and each include as a letter for
 * its way, its name, and a NUL.
 */
#include <stdlib.h>
#include <string.h>

#include "facts/facts.h"
#include "files/ourselves.h"
#include "store/facts-table.h"

enum { ALL = '@', ODD = 1, WHOLE_CONFIG = 2, KNOWS_ENABLED = 4, SYMBOL = '0', INCLUDE = 'a', INCLUDE_MADE = 'z' };

static void write_item(struct bytes *record, char way, const char *name, size_t size)
{
	bytes_add(record, &way, 1);
	bytes_add(record, name, size);
	bytes_add(record, "", 1);
}

static void write_record(struct bytes *record, const struct facts *facts)
{
	char all = ALL | (facts->odd ? ODD : 0) | (facts->needs_whole_config ? WHOLE_CONFIG : 0) | (facts->knows_enabled ? KNOWS_ENABLED : 0);

	write_item(record, all, NULL, 0);
	for (int i = 0; i < facts->symbol_room; i++) {
		const struct symbol *symbol = &facts->symbols[i];

		if (symbol->name)
			write_item(record, SYMBOL + symbol->looks, symbol->name, symbol->size);
	}
	for (int i = 0; i < facts->include_count; i++) {
		const struct include *include = &facts->includes[i];

		write_item(record, include->name ? INCLUDE + (int)include->how : INCLUDE_MADE, include->name, include->size);
	}
}

static void read_item(struct facts *facts, int file, char way, const char *name, size_t size)
{
	if (way == INCLUDE_MADE)
		facts_add_include(facts, (struct include){ NULL, 0, file, INCLUDE_ANGLE });
	else if (way >= INCLUDE)
		facts_add_include(facts, (struct include){ name, size, file, way - INCLUDE });
	else if (way >= ALL) {
		facts->odd |= (way & ODD) != 0;
		facts->needs_whole_config |= (way & WHOLE_CONFIG) != 0;
		facts->knows_enabled |= (way & KNOWS_ENABLED) != 0;
	} else
		facts_add_symbol(facts, name, size, way - SYMBOL);
}

static void read_record(struct facts *facts, int file, const char *at, size_t size)
{
	const char *end = at + size;

	while (end - at >= 2) {
		size_t name = strlen(at + 1);

		read_item(facts, file, *at, at + 1, name);
		at += name + 2;
	}
}

/* False when the file has another content by now. */
static bool scan(const char *path, struct digest digest, struct bytes *record)
{
	struct facts facts = { 0 };
	struct bytes text = { 0 };
	bool same = read_file(path, &text) && same_digest(digest, digest_of(text.at, text.size));

	if (same) {
		facts_scan(&facts, &text);
		write_record(record, &facts);
	}
	free(facts.symbols);
	free(facts.includes);
	free(text.at);
	return same;
}

/* Another version of this program may see other facts in the same text. */
static bool record_key(const char *store, struct digest content, struct digest *key)
{
	struct digest program;

	if (!program_digest(store, &program))
		return false;
	*key = (struct digest){ { content.word[0] ^ program.word[0], content.word[1] ^ program.word[1] } };
	return true;
}

bool facts_gather(struct facts *facts, const char *store, int file, const char *path, struct digest digest)
{
	struct bytes fresh = { 0 };
	struct digest key = { 0 };
	bool keeps = record_key(store, digest, &key);
	size_t size;
	const char *record = keeps ? facts_known(store, key, &size) : NULL;

	if (!record) {
		if (!scan(path, digest, &fresh))
			return false;
		if (keeps)
			facts_know(store, key, &fresh);
		record = fresh.at;
		size = fresh.size;
	}
	read_record(facts, file, record, size);
	return true;
}
