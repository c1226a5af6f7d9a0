// SPDX-License-Identifier: MIT
/* What files contain, without reading each of them again for each object. */
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "known-files.h"
#include "table.h"

/* Times of files advance in steps (a tick, on some file systems a second): a change in the same step is not seen. */
#define RACY_SECONDS 2

static struct digest key_of(const char *path, const struct stat *st)
{
	static char cwd[PATH_MAX];
	struct hasher hasher;
	uint64_t facts[] = { st->st_dev, st->st_ino, st->st_size, st->st_mtim.tv_sec, st->st_mtim.tv_nsec, st->st_ctim.tv_sec, st->st_ctim.tv_nsec };

	if (!*cwd && !getcwd(cwd, sizeof(cwd)))
		*cwd = 0;
	hash_start(&hasher);
	hash_text(&hasher, *path == '/' ? "" : cwd);
	hash_text(&hasher, path);
	hash_add(&hasher, facts, sizeof(facts));
	return hash_end(&hasher);
}

static bool is_settled(const struct stat *st)
{
	time_t last = st->st_mtim.tv_sec > st->st_ctim.tv_sec ? st->st_mtim.tv_sec : st->st_ctim.tv_sec;

	return last + RACY_SECONDS < time(NULL);
}

void hash_stat(struct hasher *hasher, const char *path)
{
	struct stat st;

	if (!stat(path, &st)) {
		uint64_t facts[] = { st.st_size, st.st_mtim.tv_sec, st.st_mtim.tv_nsec, st.st_ino };

		hash_add(hasher, facts, sizeof(facts));
	}
}

bool file_digest(const char *store, const char *path, struct digest *digest)
{
	struct bytes text = { 0 };
	struct digest key;
	struct stat st;
	bool settled;

	if (stat(path, &st) || !S_ISREG(st.st_mode))
		return false;
	key = key_of(path, &st);
	if (table_known(store, key, digest))
		return true;
	settled = is_settled(&st);
	if (!read_file(path, &text))
		return false;
	*digest = digest_of(text.at, text.size);
	free(text.at);
	if (settled)
		table_know(store, key, *digest);
	return true;
}

static bool before(struct timespec a, struct timespec b)
{
	return a.tv_sec != b.tv_sec ? a.tv_sec < b.tv_sec : a.tv_nsec < b.tv_nsec;
}

bool file_older(const char *path, struct timespec since, struct bytes *text)
{
	struct stat st;

	if (text && !read_file(path, text))
		return false;
	return !stat(path, &st) && before(st.st_mtim, since) && before(st.st_ctim, since);
}
