// SPDX-License-Identifier: MIT
/* Keeps the store below a size. */
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/store.h"
#include "store/table.h"

struct file {
	char *path;
	struct timespec used;
	uint64_t size;
};

static struct file *files;
static size_t count;
static uint64_t total;

static int note(const char *path, const struct stat *st, int type, struct FTW *walk)
{
	// The tables beside the directories are of a fixed size.
	if (type != FTW_F || walk->level < 2)
		return 0;
	files = resized(files, (count + 1) * sizeof(*files));
	files[count++] = (struct file){ format("%s", path), st->st_mtim, (uint64_t)st->st_blocks * 512 };
	total += (uint64_t)st->st_blocks * 512;
	return 0;
}

static int older_first(const void *a, const void *b)
{
	const struct timespec *x = &((const struct file *)a)->used, *y = &((const struct file *)b)->used;

	if (x->tv_sec != y->tv_sec)
		return x->tv_sec < y->tv_sec ? -1 : 1;
	return x->tv_nsec < y->tv_nsec ? -1 : x->tv_nsec > y->tv_nsec;
}

int store_trim(const char *store, uint64_t limit)
{
	if (nftw(store, note, 16, FTW_PHYS))
		return 1;
	qsort(files, count, sizeof(*files), older_first);
	for (size_t i = 0; i < count && total > limit; i++) {
		if (!unlink(files[i].path))
			total -= files[i].size;
	}
	table_trim(store);
	return 0;
}
