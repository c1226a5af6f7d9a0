// SPDX-License-Identifier: MIT
/* All paths that were asked for, in a hash table with open addressing. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "files/asked-files.h"
#include "files/known-files.h"
#include "files/opened-dirs.h"
#include "text/quick.h"

/* Times of files advance in steps (a tick, on some file systems a second): a change in the same step is not seen. */
#define RACY_SECONDS 2

static struct asked *files;
static uint32_t *slots; /* from 1; 0 is free */
static size_t room, count;

static uint32_t *slot_of(const char *path)
{
	size_t slot = quick_sum(path, strlen(path)) & (room - 1);

	while (slots[slot] && strcmp(files[slots[slot] - 1].path, path))
		slot = (slot + 1) & (room - 1);
	return &slots[slot];
}

static void grow(void)
{
	room = room ? room * 4 : 4096;
	free(slots);
	slots = zeroed(room, sizeof(*slots));
	files = resized(files, room / 2 * sizeof(*files));
	for (size_t i = 0; i < count; i++)
		*slot_of(files[i].path) = i + 1;
}

void ask_file(struct asked *file)
{
	struct stat st;

	file->there = dirs_stat(file->path, &st);
	if (!file->there)
		return;
	file->regular = S_ISREG(st.st_mode);
	file->changed = is_before(st.st_mtim, st.st_ctim) ? st.st_ctim : st.st_mtim;
	file->settled = file->changed.tv_sec + RACY_SECONDS < time(NULL);
	memcpy(file->facts,
	       (uint64_t[]){ st.st_dev, st.st_ino, st.st_size, st.st_mtim.tv_sec, st.st_mtim.tv_nsec, st.st_ctim.tv_sec, st.st_ctim.tv_nsec },
	       sizeof(file->facts));
}

struct asked *asked_file(const char *path)
{
	uint32_t *slot;

	if (count >= room / 2)
		grow();
	slot = slot_of(path);
	if (!*slot) {
		struct asked *file = &files[count++];

		*file = (struct asked){ .path = path };
		ask_file(file);
		*slot = count;
	}
	return &files[*slot - 1];
}

bool asked_and_there(const char *path)
{
	uint32_t *slot = room ? slot_of(path) : NULL;

	return slot && *slot && files[*slot - 1].there;
}

void files_forget(void)
{
	if (room)
		memset(slots, 0, room * sizeof(*slots));
	count = 0;
	dirs_close();
}
