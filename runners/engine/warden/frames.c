// SPDX-License-Identifier: MIT
/* Frames over a socket. */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "frames.h"

/* No job's command line is longer: the kernel takes no more. */
#define LONGEST (8u << 20)

static bool read_all(int fd, void *into, size_t size)
{
	for (size_t at = 0; at < size;) {
		ssize_t got = read(fd, (char *)into + at, size - at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		at += got;
	}
	return true;
}

static void write_all(int fd, const void *from, size_t size)
{
	for (size_t at = 0; at < size;) {
		ssize_t done = write(fd, (const char *)from + at, size - at);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			_exit(1);
		at += done;
	}
}

struct frame frame_read(int fd)
{
	struct frame frame = { 0 };
	uint32_t size;
	char kind;

	if (!read_all(fd, &kind, 1) || !read_all(fd, &size, sizeof(size)) || size > LONGEST)
		return frame;
	frame.content = calloc(1, (size_t)size + 1);
	if (!frame.content || !read_all(fd, frame.content, size))
		return frame;
	frame.kind = kind;
	frame.size = size;
	return frame;
}

void frame_write(int fd, char kind, const void *content, size_t size)
{
	uint32_t length = size;
	char head[5] = { kind };

	memcpy(head + 1, &length, sizeof(length));
	write_all(fd, head, sizeof(head));
	write_all(fd, content, size);
}
