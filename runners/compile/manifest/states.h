// SPDX-License-Identifier: MIT
#ifndef STATES_H
#define STATES_H
#include "compiler/depfile.h"
#include "text/digest.h"

/* What files are now. */
struct state {
	/* All are there. */
	bool known;
	struct digest all;
};

/* Of the files but the one at `autoconf`; `names` is the digest of their list. */
struct state files_state(const char *store, const struct file_list *files, struct digest names, const char *autoconf);
/* The same of a list of paths. */
struct state paths_state(const char *store, const struct bytes *paths);
/* Whether nothing is at any of the paths. */
bool paths_absent(const struct bytes *paths);

#endif
