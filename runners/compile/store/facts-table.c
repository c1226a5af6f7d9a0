// SPDX-License-Identifier: MIT
/* A table of where records lie, and the records behind it, one after the other. */
#include <stdlib.h>
#include <unistd.h>

#include "store/facts-table.h"
#include "store/mapped.h"
#include "text/quick.h"

/* Some ten thousand texts of half a kilobyte each; what is not used takes no room on the disk. */
enum { TEXTS = 1 << 17, RECORDS = 1 << 26 };

struct facts_file {
	struct slot slots[TEXTS];
	/* Bytes of `records` that are given away. */
	uint64_t used;
	char records[RECORDS];
};

static struct mapped file = { .name = "facts", .size = sizeof(struct facts_file) };

/* The value of a slot: where it lies, its size, and the sum of its bytes. */
static bool is_whole(const struct facts_file *in, struct digest value)
{
	size_t at = value.word[0] >> 32, size = (uint32_t)value.word[0];

	return at < RECORDS && size && size <= RECORDS - at && quick_sum(in->records + at, size) == value.word[1] &&
	       !in->records[at + size - 1];
}

static const char *record_in(const struct facts_file *in, struct digest key, size_t *size)
{
	struct digest value;

	for (int probe = 0; in && slot_next(in->slots, TEXTS, key, &probe, &value);) {
		*size = (uint32_t)value.word[0];
		if (is_whole(in, value))
			return in->records + (value.word[0] >> 32);
	}
	return NULL;
}

const char *facts_known(const char *store, struct digest key, size_t *size)
{
	const char *record = record_in(mapped_at(&file, store), key, size);

	return record ? record : record_in(mapped_below(&file), key, size);
}

void facts_know(const char *store, struct digest key, const struct bytes *record)
{
	struct facts_file *in = mapped_at(&file, store);
	uint64_t at;

	if (!in || record->size > RECORDS || __atomic_load_n(&in->used, __ATOMIC_RELAXED) > RECORDS - record->size)
		return;
	at = __atomic_fetch_add(&in->used, record->size, __ATOMIC_RELAXED);
	if (at > RECORDS - record->size)
		return;
	memcpy(in->records + at, record->at, record->size);
	slot_add(in->slots, TEXTS, key, (struct digest){ { at << 32 | record->size, quick_sum(record->at, record->size) } });
}

static bool nearly_full(const struct facts_file *in)
{
	size_t taken = 0;

	for (size_t i = 0; in && i < TEXTS; i++)
		taken += in->slots[i].check != 0;
	return in && (taken > TEXTS / 4 * 3 || in->used > RECORDS / 4 * 3);
}

void facts_trim(const char *store)
{
	char *path = format("%s/%s", store, file.name);

	if (nearly_full(mapped_at(&file, store)))
		unlink(path);
	free(path);
}
