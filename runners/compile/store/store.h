// SPDX-License-Identifier: MIT
#ifndef STORE_H
#define STORE_H
#include "text/bytes.h"
#include "text/digest.h"

/*
 * The file for `digest` among those of one kind: o object, l listing, m manifest, c compiler, h where it looks for
 * headers, p answer to a probe or of a shell. To be freed.
 */
char *store_path(const char *store, char kind, struct digest digest);
/* The store below, COMPILE_ONCE_BASE; NULL where there is none. */
const char *store_below(void);
/* Reads it, and marks it as used just now. */
bool store_get(const char *store, char kind, struct digest digest, struct bytes *into);
bool store_put(const char *store, char kind, struct digest digest, const void *data, size_t size);
/* `size`: it has so many bytes; 0 for any. */
bool store_has(const char *store, char kind, struct digest digest, size_t size);
/* Removes what was not used for the longest time, until all files together have no more than `limit` bytes. */
int store_trim(const char *store, uint64_t limit);

#endif
