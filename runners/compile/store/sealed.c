// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <string.h>

#include "store/sealed.h"
#include "store/store.h"
#include "text/quick.h"

static void seal_of(const char *data, size_t size, uint64_t seal[2])
{
	seal[0] = size;
	seal[1] = quick_sum(data, size);
}

bool sealed_get(const char *store, char kind, struct digest digest, struct bytes *into)
{
	uint64_t seal[SEAL / sizeof(uint64_t)];

	if (!store_get(store, kind, digest, into) || into->size < SEAL)
		return false;
	into->size -= SEAL;
	seal_of(into->at, into->size, seal);
	return !memcmp(into->at + into->size, seal, SEAL);
}

bool sealed_put(const char *store, char kind, struct digest digest, const struct bytes *content)
{
	uint64_t seal[SEAL / sizeof(uint64_t)];
	struct bytes all = { 0 };
	bool fine;

	seal_of(content->at, content->size, seal);
	bytes_add(&all, content->at, content->size);
	bytes_add(&all, seal, SEAL);
	fine = store_put(store, kind, digest, all.at, all.size);
	free(all.at);
	return fine;
}
