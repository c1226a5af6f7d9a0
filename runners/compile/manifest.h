// SPDX-License-Identifier: MIT
#ifndef MANIFEST_H
#define MANIFEST_H
#include <time.h>

#include "bytes.h"
#include "command.h"

enum found {
	FOUND_NOTHING,
	/* It was compiled with this config, from another source file. */
	FOUND_EDITED,
	/* It was compiled with this config, from this source file, with other headers. */
	FOUND_CHANGED,
	FOUND_OBJECT,
};

/* Finds the object for the files as they are now, without preprocessing. `depfile` gets the text to write. */
enum found manifest_find(const struct command *command, const char *store, struct digest *object, struct bytes *depfile);
/*
 * Remembers what the compile that began at `since` has read, and that `object` came of it. `content`, unless NULL, is
 * stored as the object first, by what was read if `object` is NULL. False where it is not certain what was read.
 */
bool manifest_add(const struct command *command, const char *store, const struct digest *object, const struct bytes *content,
		  struct timespec since);

/* No file that was read has changed since; without that an object may belong to another text. */
bool sources_older(const struct command *command, struct timespec since);

#endif
