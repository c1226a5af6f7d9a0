// SPDX-License-Identifier: MIT
#ifndef KNOWN_FILES_H
#define KNOWN_FILES_H
#include <time.h>

#include "bytes.h"
#include "digest.h"

/* Size, time and inode, of a file that nobody edits in place; nothing if there is none. */
void hash_stat(struct hasher *hasher, const char *path);
/* Digest of a file's content, from memory while its inode, size and times are the same. */
bool file_digest(const char *store, const char *path, struct digest *digest);
/* Neither content nor name changed at or after `since`; `text`, unless NULL, gets the content. */
bool file_older(const char *path, struct timespec since, struct bytes *text);

#endif
