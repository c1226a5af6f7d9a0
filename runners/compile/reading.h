// SPDX-License-Identifier: MIT
#ifndef READING_H
#define READING_H
#include "split.h"

/* What is known while the declarations are read one after the other. */
struct reader {
	struct declarations *to;
	const struct text *text;
	struct declaration *now;
	uint32_t room, mention_room;
	/* By name: where it is mentioned in the declaration at hand, counted from 1; valid if the stamp is. */
	uint32_t *place[2], *stamp[2];
	/* By name: some typedef has declared it; a tag was mentioned; a tag got members. */
	bool *is_typedef, *tag_known, *tag_complete;
	/* Specifiers of the declaration at hand. */
	bool saw_typedef, saw_extern, saw_static, saw_inline, saw_type, has_value;
	int objects, functions;
};

/* The place for what the declaration at hand does with a name; valid until the next call. */
struct mention *mention(struct reader *reader, uint32_t name, bool tag);
/* All names of the declaration at hand, whether used or declared. */
void read_mentions(struct reader *reader);
/* A name that a block declares as extern, or as a function, is the program's and not the block's. */
void read_block_externs(struct reader *reader);
/* Reads specifiers and declarators in [at, end); `nested`: within the parentheses of a declarator. */
void read_declarators(struct reader *reader, uint32_t at, uint32_t end, bool nested);
/* An attribute in [at, end) gives a symbol of its own or keeps one alive. */
bool keeps_alive(const struct text *text, uint32_t at, uint32_t end);

static inline bool is_at(const struct reader *reader, uint32_t at, char punctuation)
{
	return at <= reader->now->last && token_is(&reader->text->tokens[at], punctuation);
}

#endif
