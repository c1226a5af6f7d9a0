// SPDX-License-Identifier: MIT
#ifndef FRAMES_H
#define FRAMES_H

#include <stddef.h>

/*
 * What goes over the socket: one byte that says what it is, four bytes of length (of this machine's order), the content.
 * To us:  J a job, K end the job.
 * From us: H ready, O and E what the job says on stdout and stderr, X how it ended.
 */
struct frame {
	char kind;
	char *content; /* ends with a byte 0 that is not counted */
	size_t size;
};

/* Waits for a whole frame; kind is 0 when the other side is gone. To be freed by free(content). */
struct frame frame_read(int fd);

/* Leaves when the other side is gone: nobody waits for us any more. */
void frame_write(int fd, char kind, const void *content, size_t size);

#endif
