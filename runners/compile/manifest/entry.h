// SPDX-License-Identifier: MIT
#ifndef ENTRY_H
#define ENTRY_H
#include "text/digest.h"

/* So many configs and states of the tree does one command remember. */
enum { ENTRIES = 12 };

/* One set of files that was compiled, as a manifest has it; for programs of the same machine. */
struct entry {
	struct digest object, listing, config;
	/* Of the digests of all files that count, in the order of the depfile. */
	struct digest files;
	/* Of all of autoconf.h; only for the name of the object. */
	struct digest autoconf;
	/* Of the digests of what the assembler reads beside the depfile. */
	struct digest assembled;
};

#endif
