// SPDX-License-Identifier: MIT
#ifndef MANIFEST_H
#define MANIFEST_H
#include <time.h>

#include "command.h"

/* Finds the object for the files as they are now, without preprocessing. `depfile` gets the text to write. */
bool manifest_find(const struct command *command, const char *store, struct digest *object, struct bytes *depfile);
/* Remembers what the compile that began at `since` has read. Silently does nothing where that is not certain. */
void manifest_add(const struct command *command, const char *store, struct digest object, struct timespec since);

/* No file that was read has changed since; without that an object may belong to another text. */
bool sources_older(const struct command *command, struct timespec since);

#endif
