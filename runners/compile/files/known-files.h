// SPDX-License-Identifier: MIT
#ifndef KNOWN_FILES_H
#define KNOWN_FILES_H
#include <time.h>

#include "text/bytes.h"
#include "text/digest.h"

/* Size, time and inode, of a file that nobody edits in place; nothing if there is none. */
void hash_stat(struct hasher *hasher, const char *path);

/*
 * Each file is asked for once, until files_forget(). Paths are kept as they are: they must stay where they lie.
 */

/* Digest of a file's content, from memory while its inode, size and times are the same. False for what is no file. */
bool file_digest(const char *store, const char *path, struct digest *digest);
/* Neither content nor name changed at or after `since`, up to when its digest was taken. */
bool file_older(const char *path, struct timespec since);
/* Another program has run: files may be others now. */
void files_forget(void);

#endif
