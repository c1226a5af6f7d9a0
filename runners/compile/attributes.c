// SPDX-License-Identifier: MIT
/* Attributes that matter although nobody uses the name. Source: "Common Function Attributes", gcc's manual. */
#include "reading.h"
#include <string.h>

static const char *const KEEPS[] = {
	"alias", "ifunc", "weakref", "constructor", "destructor", "used", "retain", "symver", "externally_visible",
	"copy", "common", "target_clones", "init_priority", NULL,
};

static bool is_keeper(const char *name, size_t size)
{
	if (size > 4 && !strncmp(name, "__", 2) && !strncmp(name + size - 2, "__", 2)) {
		name += 2;
		size -= 4;
	}
	for (const char *const *keeps = KEEPS; *keeps; keeps++) {
		if (!strncmp(name, *keeps, size) && !(*keeps)[size])
			return true;
	}
	return false;
}

bool keeps_alive(const struct text *text, uint32_t at, uint32_t end)
{
	for (; at < end; at++) {
		const struct token *token = &text->tokens[at];

		if (token->kind == TOKEN_NAME && is_keeper(token->at, token->size))
			return true;
	}
	return false;
}
