// SPDX-License-Identifier: MIT
#ifndef PARENTS_H
#define PARENTS_H
#include "text/set.h"

/* The directories that names of headers begin with, `linux` of `linux/mm.h`; empty when all is zero. */
struct parents {
	struct parent *all;
	int count;
};

/* For each directory of a search, whether it has the one that `name` begins with: PARENT_... below. Unasked at first. */
char *parents_of(struct parents *parents, const char *name, int dir_count);

enum { PARENT_UNASKED, PARENT_THERE, PARENT_GONE };

#endif
