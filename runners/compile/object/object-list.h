// SPDX-License-Identifier: MIT
#ifndef OBJECT_LIST_H
#define OBJECT_LIST_H
#include "object/record.h"

/* One object of a replay. */
struct object {
	struct record record;
	char *command;
	const char *tail;
	/* Where it lies that was there before, and whether it was. */
	char *before;
	bool was_there;
};

/*
 * Finds what `list` says of one object. It is a file of strings, a NUL behind each: the kernel's tree, doubts (record.h), and
 * for each object, from `offset` on, target, depfile, record, the command for the shell, the command as it is recorded, and
 * what stands behind the part of fixdep in the record (matrix/replay/objects.ts). False if it does not say it all.
 */
bool object_find(struct object *object, const char *list, size_t offset);

#endif
