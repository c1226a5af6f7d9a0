// SPDX-License-Identifier: MIT
/* There are few of them, and the next name mostly begins as the one before. */
#include <string.h>

#include "manifest/parents.h"
#include "text/bytes.h"

struct parent {
	struct text_part name;
	char *states;
};

static size_t size_of(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash ? slash - name : 0;
}

static bool begins(const struct parent *parent, const char *name, size_t size)
{
	return parent->name.size == size && !memcmp(parent->name.at, name, size);
}

char *parents_of(struct parents *parents, const char *name, int dir_count)
{
	size_t size = size_of(name);

	for (int i = 0; i < parents->count; i++) {
		if (begins(&parents->all[i], name, size))
			return parents->all[i].states;
	}
	if ((parents->count & (parents->count - 1)) == 0)
		parents->all = resized(parents->all, (parents->count * 2 + 1) * sizeof(*parents->all));
	parents->all[parents->count] = (struct parent){ { name, size }, zeroed(dir_count, 1) };
	return parents->all[parents->count++].states;
}
