// SPDX-License-Identifier: MIT
/* Text without what does not matter in it. */
#include <stdlib.h>

#include "closures.h"

/* White space between two tokens, in one byte or five; no token begins with such a byte. */
static void add_gap(struct bytes *line, uint32_t gap)
{
	char head[] = { gap < 8 ? (char)(gap + 1) : 9 };

	bytes_add(line, head, 1);
	if (gap >= 8)
		bytes_add(line, &gap, sizeof(gap));
}

struct digest tokens_digest(const struct text *text, uint32_t first, uint32_t last, uint32_t body)
{
	static struct bytes line;

	line.size = 0;
	for (uint32_t at = first; at <= last; at++) {
		const struct token *token = &text->tokens[at];

		add_gap(&line, at >= body ? token->gap : 1);
		bytes_add(&line, token->at, token->size);
	}
	return digest_of(line.at, line.size);
}
