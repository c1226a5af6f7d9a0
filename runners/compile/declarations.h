// SPDX-License-Identifier: MIT
#ifndef DECLARATIONS_H
#define DECLARATIONS_H
#include "digest.h"
#include "tokens.h"

/* A name as a declaration uses it. C has two spaces of names at file scope: tags, and all others. */
struct mention {
	uint32_t name;
	bool tag;
	/* The declaration may give it a meaning, not only use it. For a tag: names it for the first time or completes it. */
	bool declares;
	/* The tag gets its members. */
	bool completes;
};

/* One external declaration (C11 6.9), or a #pragma line between them. */
struct declaration {
	uint32_t first, last; /* tokens */
	uint32_t body; /* the first token of a function body; last + 1 if there is none */
	uint32_t mention, mention_count;
	/* Gives code or data, or whoever reads it is not sure that it does not. */
	bool root;
	/* Is a #pragma or has one inside: what comes after depends on it. */
	bool pragma;
};

struct declarations {
	struct declaration *all;
	uint32_t count;
	struct mention *mentions;
	uint32_t mention_count;
	/* This text is beyond our reading: nothing may be left out of it. */
	bool uncertain;
};

void declarations_read(struct declarations *declarations, const struct text *text);

#endif
