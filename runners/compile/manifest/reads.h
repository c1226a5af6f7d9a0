// SPDX-License-Identifier: MIT
#ifndef READS_H
#define READS_H
#include <time.h>

#include "compiler/command.h"
#include "compiler/depfile.h"
#include "manifest/entry.h"
#include "manifest/listing.h"

/* What the compile that began at `since` has read, by name and by content. False where it is not certain. */
bool take_reads(const struct command *command, const char *store, const struct file_list *files, struct timespec since,
		struct listing *listing, struct entry *entry);

#endif
