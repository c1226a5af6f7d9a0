// SPDX-License-Identifier: MIT
/* Entries of a manifest as bytes, for programs of the same machine. */
#include <string.h>

#include "entry.h"

struct head {
	uint64_t size; /* of all that belongs to the entry */
	struct digest object, depfile, config, assembled_digest;
	uint32_t needs_whole_config, file_count, symbol_count, symbols_size, absent_size, assembled_size;
};

void entry_write(struct bytes *to, const struct entry *entry)
{
	struct bytes symbols = { 0 };
	struct head head = { 0 };

	bytes_add(&symbols, "", 0);
	for (int i = 0; i < entry->symbol_count; i++) {
		char look = '0' + entry->symbols[i].looks;

		bytes_add(&symbols, &look, 1);
		bytes_add(&symbols, entry->symbols[i].name, strlen(entry->symbols[i].name) + 1);
	}
	while ((symbols.size + entry->absent_size + entry->assembled_size) % 8)
		bytes_add(&symbols, "", 1);
	head.object = entry->object;
	head.depfile = entry->depfile;
	head.config = entry->config;
	head.needs_whole_config = entry->needs_whole_config;
	head.file_count = entry->file_count;
	head.symbol_count = entry->symbol_count;
	head.symbols_size = symbols.size;
	head.absent_size = entry->absent_size;
	head.assembled_size = entry->assembled_size;
	head.assembled_digest = entry->assembled_digest;
	head.size = sizeof(head) + entry->file_count * sizeof(*entry->files) + symbols.size + entry->absent_size +
		    entry->assembled_size;
	bytes_add(to, &head, sizeof(head));
	bytes_add(to, entry->files, entry->file_count * sizeof(*entry->files));
	bytes_add(to, symbols.at, symbols.size);
	bytes_add(to, entry->absent, entry->absent_size);
	bytes_add(to, entry->assembled, entry->assembled_size);
}

static void read_symbols(struct entry *entry, char *at)
{
	entry->symbols = zeroed(entry->symbol_count, sizeof(*entry->symbols));
	for (int i = 0; i < entry->symbol_count; i++) {
		entry->symbols[i].looks = *at - '0';
		entry->symbols[i].name = at + 1;
		at += strlen(at) + 1;
	}
}

bool entry_read(const struct bytes *from, size_t *at, struct entry *entry)
{
	char *next = from->at + *at;
	struct head head;

	if (*at + sizeof(head) > from->size)
		return false;
	memcpy(&head, next, sizeof(head));
	if (head.size > from->size - *at ||
	    head.size != sizeof(head) + head.file_count * sizeof(struct digest) + head.symbols_size + head.absent_size + head.assembled_size)
		return false;
	*entry = (struct entry){ head.object, head.depfile, head.config, head.needs_whole_config, head.file_count,
				 (struct digest *)(next + sizeof(head)), head.symbol_count, NULL, NULL, head.absent_size, NULL, head.assembled_size,
				 head.assembled_digest };
	next += sizeof(head) + head.file_count * sizeof(struct digest);
	read_symbols(entry, next);
	entry->absent = next + head.symbols_size;
	entry->assembled = entry->absent + head.absent_size;
	*at += head.size;
	return true;
}
