// SPDX-License-Identifier: MIT
#ifndef SCANNING_H
#define SCANNING_H
#include "facts/facts.h"

/* All that is read goes through these two, letter by letter: no calls, and no locale. */
static inline bool is_word(char c)
{
	return (unsigned)((c | 32) - 'a') < 26 || (unsigned)(c - '0') < 10 || c == '_';
}

static inline bool is_space(char c)
{
	return c == ' ' || (unsigned)(c - '\t') < 5;
}

static inline const char *skip_blanks(const char *at)
{
	while (*at == ' ' || *at == '\t' || (*at == '\\' && at[1] == '\n'))
		at += *at == '\\' ? 2 : 1;
	return at;
}

/* Looks in a literal for what makes the assembler read files. */
void read_assembler(struct facts *facts, const char *at, const char *end);
/* Reads the line behind a `#`. */
void read_directive(struct facts *facts, const char *at);

#endif
