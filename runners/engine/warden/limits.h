// SPDX-License-Identifier: MIT
#ifndef LIMITS_H
#define LIMITS_H

/* How often a limit of our group of processes was met, since it exists. */
struct met {
	long memory; /* processes that the kernel killed for memory */
	long pids; /* forks that were refused */
};

struct met limits_met(void);

/* Takes `name=value` (as, fsize, nproc) as a limit of this process and all that come from it. */
void limit_take(const char *text);

#endif
