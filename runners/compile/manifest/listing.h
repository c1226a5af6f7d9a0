// SPDX-License-Identifier: MIT
#ifndef LISTING_H
#define LISTING_H
#include "text/bytes.h"
#include "text/digest.h"

/*
 * What a compile read, by name and not by content: the same for most entries of a manifest. Lists are texts, each ended by
 * a NUL.
 */
struct listing {
	/* The digest of the depfile, and so of the list of all files. */
	struct digest names;
	/* As the compiler wrote it. */
	struct bytes depfile;
	/* The symbols of Kconfig that the files look at, each behind a letter for the ways. */
	struct bytes symbols;
	/* Paths that must not come into being. */
	struct bytes absent;
	/* What the assembler reads beside the depfile. */
	struct bytes assembled;
	/* The path of autoconf.h, of which only the symbols count; empty where there is none, or where all of it counts. */
	struct bytes autoconf;
};

struct bytes listing_pack(const struct listing *listing);
/* Points into `pack`. False for what is no listing. */
bool listing_unpack(const struct bytes *pack, struct listing *listing);

#endif
