// SPDX-License-Identifier: MIT
#ifndef CHILD_H
#define CHILD_H
#include "text/bytes.h"

/* One run of the compiler, with all it said. */
struct child {
	char **argv;
	/* What it says goes straight to our own output. */
	bool speaks;
	struct bytes out, err;
	int status; /* as wait4 gives it; -1 when it could not be started */
	double cpu_seconds;
};

void child_run(struct child *child);
/* It exited 0 and said nothing. */
bool child_silent(const struct child *child);
/* Says what the child said and ends as it ended. */
void child_repeat(const struct child *child) __attribute__((noreturn));

#endif
