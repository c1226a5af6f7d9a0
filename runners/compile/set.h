// SPDX-License-Identifier: MIT
#ifndef SET_H
#define SET_H
#include <stdbool.h>
#include <stddef.h>

/* A set of texts, empty when all is zero. */
struct set {
	char **slots;
	size_t room, count;
};

bool set_has(const struct set *set, const char *text);
/* True the first time. */
bool set_add(struct set *set, const char *text);
void set_free(struct set *set);

#endif
