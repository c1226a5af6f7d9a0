// SPDX-License-Identifier: MIT
#ifndef FACTS_H
#define FACTS_H
#include "text/bytes.h"
#include "text/digest.h"

/* In which way the files that one compile read look at a symbol of Kconfig. */
enum look {
	LOOK_ENABLED = 1, /* IS_ENABLED: whether y or m */
	LOOK_BUILTIN = 2, /* IS_BUILTIN: whether y */
	LOOK_MODULE = 4, /* IS_MODULE: whether m */
	LOOK_VALUE = 8, /* anything else: both of its macros, to the letter */
};

struct symbol {
	const char *name; /* with CONFIG_, of `size` letters; nothing ends it */
	uint32_t size;
	int looks;
};

/* An #include line, or an .include of the assembler in a literal, as asm/fpu-insn.h of s390 has it. */
struct include {
	/* NULL: made by macros. */
	const char *name;
	uint32_t size;
	int file;
	enum { INCLUDE_ANGLE, INCLUDE_QUOTED, INCLUDE_ASSEMBLER } how;
};

/* What the text of the files says of what the compile depends on beyond that text. */
struct facts {
	struct symbol *symbols;
	int symbol_count, symbol_room;
	struct include *includes;
	int include_count;
	/* A file depends on the clock, has the assembler read files, or asks for files without reading them: __has_include and the like. */
	bool odd;
	/* Names of symbols are put together by ##, or IS_ENABLED is not the one of include/linux/kconfig.h. */
	bool needs_whole_config;
	/* IS_ENABLED is defined, and not otherwise than there. */
	bool knows_enabled;
};

/* Looks through one file, as scripts/basic/fixdep.c of Linux does, but not in comments. Names point into the text. */
void facts_scan(struct facts *facts, const struct bytes *text);
/* Adds what the file at `path` says, whose content is `digest`. Names of includes end with a NUL. False when it is another content. */
bool facts_gather(struct facts *facts, const char *store, int file, const char *path, struct digest digest);

void facts_add_symbol(struct facts *facts, const char *name, size_t size, int look);
void facts_add_include(struct facts *facts, struct include include);

#endif
