// SPDX-License-Identifier: MIT
/* The directories that files were asked for in. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/opened-dirs.h"
#include "text/bytes.h"
#include "text/quick.h"

/* The headers of one object lie in some hundred directories. Limits on open files are a thousand or more. */
enum { SLOTS = 512, MOST = 256 };

struct dir {
	char *path; /* with its slash */
	size_t size;
	int fd; /* -1: it cannot be opened */
};

static struct dir dirs[SLOTS];
static int count;

static struct dir *slot_of(const char *path, size_t size)
{
	size_t slot = quick_sum(path, size) % SLOTS;

	while (dirs[slot].path && (dirs[slot].size != size || memcmp(dirs[slot].path, path, size)))
		slot = (slot + 1) % SLOTS;
	return &dirs[slot];
}

static struct dir *open_dir(const char *path, size_t size)
{
	struct dir *dir = slot_of(path, size);

	if (dir->path || count == MOST)
		return dir->path ? dir : NULL;
	dir->path = format("%.*s", (int)size, path);
	dir->size = size;
	dir->fd = open(dir->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	count++;
	return dir;
}

/* The directory to ask in, and `*path` as it is called there. */
static int relative(const char **path)
{
	const char *slash = strrchr(*path, '/');
	const struct dir *dir = slash ? open_dir(*path, slash + 1 - *path) : NULL;

	// A name that ends with a slash is not one of a file.
	if (!dir || dir->fd < 0 || !slash[1])
		return AT_FDCWD;
	*path = slash + 1;
	return dir->fd;
}

bool dirs_stat(const char *path, struct stat *st)
{
	int dir = relative(&path);

	return !fstatat(dir, path, st, 0);
}

bool dirs_lack(const char *path)
{
	int dir = relative(&path);

	return faccessat(dir, path, F_OK, 0) != 0;
}

void dirs_close(void)
{
	for (int i = 0; i < SLOTS; i++) {
		if (dirs[i].path && dirs[i].fd >= 0)
			close(dirs[i].fd);
		free(dirs[i].path);
		dirs[i] = (struct dir){ 0 };
	}
	count = 0;
}
