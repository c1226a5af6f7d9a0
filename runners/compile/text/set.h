// SPDX-License-Identifier: MIT
#ifndef SET_H
#define SET_H
#include <stdbool.h>
#include <stddef.h>

struct text_part {
	const char *at;
	size_t size;
};

/* A set of texts, empty when all is zero. The texts themselves stay where they lie. */
struct set {
	struct text_part *slots;
	size_t room, count;
};

bool set_has(const struct set *set, const char *text, size_t size);
/* True the first time. */
bool set_add(struct set *set, const char *text, size_t size);
/* The same, with a copy of the text. */
bool set_add_copy(struct set *set, const char *text, size_t size);

#endif
