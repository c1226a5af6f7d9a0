// SPDX-License-Identifier: MIT
/* Listings as bytes. */
#include <string.h>

#include "manifest/listing.h"

enum { PARTS = 5 };

static void parts_of(struct listing *listing, struct bytes *parts[PARTS])
{
	memcpy(parts, (struct bytes *[PARTS]){ &listing->depfile, &listing->symbols, &listing->absent, &listing->assembled, &listing->autoconf },
	       PARTS * sizeof(*parts));
}

struct bytes listing_pack(const struct listing *listing)
{
	struct listing copy = *listing;
	struct bytes *parts[PARTS], pack = { 0 };

	parts_of(&copy, parts);
	bytes_add(&pack, &listing->names, sizeof(listing->names));
	for (int i = 0; i < PARTS; i++)
		bytes_add(&pack, &(uint64_t){ parts[i]->size }, sizeof(uint64_t));
	for (int i = 0; i < PARTS; i++) {
		bytes_add(&pack, parts[i]->at, parts[i]->size);
		bytes_add(&pack, "", 1);
	}
	return pack;
}

bool listing_unpack(const struct bytes *pack, struct listing *listing)
{
	uint64_t sizes[PARTS], at = sizeof(listing->names) + sizeof(sizes);
	struct bytes *parts[PARTS];

	if (pack->size < at)
		return false;
	memcpy(&listing->names, pack->at, sizeof(listing->names));
	memcpy(sizes, pack->at + sizeof(listing->names), sizeof(sizes));
	parts_of(listing, parts);
	for (int i = 0; i < PARTS; i++) {
		if (sizes[i] >= pack->size - at || pack->at[at + sizes[i]])
			return false;
		*parts[i] = (struct bytes){ pack->at + at, sizes[i], 0 };
		at += sizes[i] + 1;
	}
	return at == pack->size;
}
