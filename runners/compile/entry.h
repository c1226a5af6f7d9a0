// SPDX-License-Identifier: MIT
#ifndef ENTRY_H
#define ENTRY_H
#include "facts.h"
#include "shadows.h"

/* One set of files that was compiled. */
struct entry {
	struct digest object, depfile, config;
	uint32_t needs_whole_config;
	/* The digests of the files, in the order of the depfile. */
	uint32_t file_count;
	struct digest *files;
	int symbol_count;
	struct symbol *symbols;
	const char *absent;
	size_t absent_size;
	/* What the assembler reads beside the depfile: paths, NUL-terminated, and the digest of all their content. */
	const char *assembled;
	size_t assembled_size;
	struct digest assembled_digest;
};

void entry_write(struct bytes *to, const struct entry *entry);
/* False at the end, and at what is no entry. The entry points into `from`. */
bool entry_read(const struct bytes *from, size_t *at, struct entry *entry);

#endif
