// SPDX-License-Identifier: MIT
#ifndef MANIFEST_H
#define MANIFEST_H
#include <time.h>

#include "compiler/command.h"
#include "text/bytes.h"

/* Finds the object for the files as they are now. `depfile` gets the text to write. */
bool manifest_find(const struct command *command, const char *store, struct digest *object, struct bytes *depfile);
/*
 * Keeps `object`, and remembers what the compile that began at `since` has read. False where that is not certain, or where
 * a file has changed since: the object may belong to another text.
 */
bool manifest_add(const struct command *command, const char *store, const struct bytes *object, struct timespec since);

#endif
