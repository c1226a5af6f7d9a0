// SPDX-License-Identifier: MIT
#ifndef MAPPED_H
#define MAPPED_H
#include "text/digest.h"

/* A file of a fixed size beside the directories of a store, mapped; and that of the store below. */
struct mapped {
	const char *name;
	size_t size;
	void *at, *below;
	bool tried, tried_below;
};

/* NULL where it cannot be had. */
void *mapped_at(struct mapped *mapped, const char *store);
/* To be read, and only if it is whole. */
void *mapped_below(struct mapped *mapped);

/* An entry of a table with open addressing. All words zero: free. Torn by a kill or a race, it does not fit its check. */
struct slot {
	struct digest key, value;
	/* The sum of the others, turned, so that halves of two entries do not pass. */
	uint64_t check;
};

/* So many places from where it should be does an entry lie at most. */
enum { PROBES = 32 };

/* The next value under `key`, from the place `*probe` on. False when there is none. */
bool slot_next(const struct slot *slots, size_t count, struct digest key, int *probe, struct digest *value);
/* Puts it in that place, whatever was there. */
void slot_put(struct slot *at, struct digest key, struct digest value);
/* Adds one. False where there is no room. */
bool slot_add(struct slot *slots, size_t count, struct digest key, struct digest value);

#endif
