// SPDX-License-Identifier: MIT
/* What files contain, without reading each of them again for each object. */
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/asked-files.h"
#include "files/known-files.h"
#include "store/table.h"

static struct digest key_of(const struct asked *file)
{
	static char cwd[PATH_MAX];
	struct hasher hasher;

	if (!*cwd && !getcwd(cwd, sizeof(cwd)))
		*cwd = 0;
	hash_start(&hasher);
	hash_text(&hasher, *file->path == '/' ? "" : cwd);
	hash_text(&hasher, file->path);
	hash_add(&hasher, file->facts, sizeof(file->facts));
	return hash_end(&hasher);
}

void hash_stat(struct hasher *hasher, const char *path)
{
	struct stat st;

	if (!stat(path, &st)) {
		uint64_t facts[] = { st.st_size, st.st_mtim.tv_sec, st.st_mtim.tv_nsec, st.st_ino };

		hash_add(hasher, facts, sizeof(facts));
	}
}

/* Reads it. False when it is another one behind that: then it may have changed under our hands. */
static bool read_digest(struct asked *file, struct digest key)
{
	struct bytes text = { 0 };

	if (!read_file(file->path, &text))
		return false;
	file->digest = digest_of(text.at, text.size);
	free(text.at);
	ask_file(file);
	return file->there && same_digest(key, key_of(file));
}

static bool find_digest(const char *store, struct asked *file)
{
	struct digest key;
	bool settled;

	if (!file->there || !file->regular)
		return false;
	key = key_of(file);
	if (table_known(store, key, &file->digest))
		return true;
	settled = file->settled;
	if (!read_digest(file, key))
		return false;
	if (settled)
		table_know(store, key, file->digest);
	return true;
}

bool file_digest(const char *store, const char *path, struct digest *digest)
{
	struct asked *file = asked_file(path);

	if (file->state == NOT_READ)
		file->state = find_digest(store, file) ? READ : UNREADABLE;
	*digest = file->digest;
	return file->state == READ;
}

bool file_older(const char *path, struct timespec since)
{
	const struct asked *file = asked_file(path);

	return file->there && is_before(file->changed, since);
}
