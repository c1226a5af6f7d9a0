// SPDX-License-Identifier: MIT
/* Files that are read and written as a whole. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "text/bytes.h"

/* How much to ask for at first: all that there is, and one more to see the end; of a pipe, what it holds. */
static size_t first_room(int fd)
{
	struct stat st;

	return !fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size > 0 ? (size_t)st.st_size + 1 : 1 << 16;
}

bool read_fd(int fd, struct bytes *into)
{
	ssize_t got;

	bytes_add(into, "", 0);
	bytes_room(into, first_room(fd));
	while ((got = read(fd, into->at + into->size, into->room - into->size - 1)) != 0) {
		if (got < 0 && errno != EINTR)
			return false;
		if (got > 0)
			into->size += got;
		into->at[into->size] = 0;
		bytes_room(into, 1);
	}
	return true;
}

bool read_file(const char *path, struct bytes *into)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool fine;

	if (fd < 0)
		return false;
	fine = read_fd(fd, into);
	close(fd);
	return fine;
}

bool write_fd(int fd, const void *from, size_t size)
{
	const char *data = from;

	while (size) {
		ssize_t put = write(fd, data, size);

		if (put < 0 && errno != EINTR)
			return false;
		if (put > 0) {
			data += put;
			size -= put;
		}
	}
	return true;
}

/* Boxes share a store, and have the same numbers for processes: by those two would write to one file. */
static char *new_name(const char *path)
{
	uint64_t number;

	return getrandom(&number, sizeof(number), 0) == sizeof(number) ? format("%s.%016llx.new", path, (unsigned long long)number) : NULL;
}

bool write_file(const char *path, const void *data, size_t size)
{
	char *fresh = new_name(path);
	int fd = fresh ? open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666) : -1;
	bool fine = fd >= 0 && write_fd(fd, data, size);

	if (fd >= 0 && close(fd))
		fine = false;
	if (fd >= 0 && (!fine || rename(fresh, path))) {
		unlink(fresh);
		fine = false;
	}
	free(fresh);
	return fine;
}

static void make_dirs(const char *path)
{
	char *dir = format("%s", path);

	for (char *at = strchr(dir + 1, '/'); at; at = strchr(at + 1, '/')) {
		*at = 0;
		mkdir(dir, 0777);
		*at = '/';
	}
	free(dir);
}

bool store_file(const char *path, const void *data, size_t size)
{
	if (write_file(path, data, size))
		return true;
	make_dirs(path);
	return write_file(path, data, size);
}
