// SPDX-License-Identifier: MIT
/* One list for all objects of a replay, and an offset for each. */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "object/object-list.h"

/* Of a list for a thousand objects, one is looked at. False if it does not end as it must. */
static bool map_list(const char *path, struct bytes *list)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *map;

	if (fd < 0 || fstat(fd, &st) || !st.st_size)
		return false;
	map = mmap(NULL, st.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	close(fd);
	*list = (struct bytes){ map, st.st_size, 0 };
	return map != MAP_FAILED && !list->at[list->size - 1];
}

/* The string at `*at`, which then is behind it; NULL at the end. */
static char *next(const struct bytes *list, size_t *at)
{
	char *text = list->at + *at;

	if (*at >= list->size)
		return NULL;
	*at += strlen(text) + 1;
	return text;
}

bool object_find(struct object *object, const char *path, size_t offset)
{
	struct bytes all, *list = &all;
	size_t at = 0;

	if (!map_list(path, list))
		return false;
	object->record.source = next(list, &at);
	object->record.doubts = next(list, &at);
	object->record.target = next(list, &offset);
	object->record.depfile = next(list, &offset);
	object->record.path = next(list, &offset);
	object->command = next(list, &offset);
	object->record.recorded = next(list, &offset);
	object->tail = next(list, &offset);
	return object->record.doubts && object->tail;
}
