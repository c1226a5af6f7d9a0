// SPDX-License-Identifier: MIT
#ifndef ASKED_FILES_H
#define ASKED_FILES_H
#include <time.h>

#include "text/digest.h"

/* What this process has learned of one path. */
struct asked {
	const char *path;
	bool there, regular;
	/* It changed so long ago that another change will give it other times. */
	bool settled;
	/* Its content is not asked for yet; is `digest`; cannot be told. */
	enum { NOT_READ, READ, UNREADABLE } state;
	/* Device, inode, size, time of the content, time of the inode. */
	uint64_t facts[7];
	/* The later of the two times. */
	struct timespec changed;
	struct digest digest;
};

/* Asks the first time. To be used before the next call; the path must stay where it lies until files_forget(). */
struct asked *asked_file(const char *path);
/* Asks again; what was learned of the content stays. */
void ask_file(struct asked *file);
/* It was asked for, and was there. */
bool asked_and_there(const char *path);

static inline bool is_before(struct timespec a, struct timespec b)
{
	return a.tv_sec != b.tv_sec ? a.tv_sec < b.tv_sec : a.tv_nsec < b.tv_nsec;
}

#endif
