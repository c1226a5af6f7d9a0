// SPDX-License-Identifier: MIT
/* Files by digest, in a store and in the one below it. A file is whole or not there; the time of change is the time of the last use. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/store.h"

char *store_path(const char *store, char kind, struct digest digest)
{
	char hex[HEX_SIZE];

	digest_hex(digest, hex);
	return format("%s/%c/%.2s/%s", store, kind, hex, hex + 2);
}

static bool get(const char *store, char kind, struct digest digest, struct bytes *into)
{
	char *path = store_path(store, kind, digest);
	bool fine = read_file(path, into);

	if (fine)
		utimensat(AT_FDCWD, path, NULL, 0);
	free(path);
	return fine;
}

const char *store_below(void)
{
	const char *below = getenv("COMPILE_ONCE_BASE");

	return below && *below ? below : NULL;
}

bool store_get(const char *store, char kind, struct digest digest, struct bytes *into)
{
	const char *below = store_below();

	return get(store, kind, digest, into) || (below && get(below, kind, digest, into));
}

bool store_put(const char *store, char kind, struct digest digest, const void *data, size_t size)
{
	char *path = store_path(store, kind, digest);
	bool fine = store_file(path, data, size);

	free(path);
	return fine;
}

/* `size`: 0 for any. */
static bool has(const char *store, char kind, struct digest digest, size_t size)
{
	char *path = store_path(store, kind, digest);
	struct stat st;
	bool there = !access(path, R_OK) && (!size || (!stat(path, &st) && (size_t)st.st_size == size));

	free(path);
	return there;
}

bool store_has(const char *store, char kind, struct digest digest, size_t size)
{
	const char *below = store_below();

	return has(store, kind, digest, size) || (below && has(below, kind, digest, size));
}
