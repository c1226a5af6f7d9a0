// SPDX-License-Identifier: MIT
#ifndef RECORD_H
#define RECORD_H
#include "text/bytes.h"

/* What a replay knows of the record of one object, `.x.o.cmd` of Kbuild. */
struct record {
	const char *path, *target;
	/* The command, as fixdep is given it. */
	const char *recorded;
	/* What the compiler wrote of what it read. It says nothing of the time before. */
	const char *depfile;
	/* The kernel's tree, as the record names it. */
	const char *source;
	/* Names of files, without directories and a line each, that may name other symbols of Kconfig than the record tells of
	 * them, or `*`: any may. */
	const char *doubts;
};

/*
 * Whether fixdep would write what stands there. Its output is the command, the files of the depfile in their order, and the
 * symbols that each of them names (parse_dep_file in scripts/basic/fixdep.c). So it is if the files are the same, and each is
 * older than the record, or lies below `source` and is not in doubt.
 */
bool record_stays(const struct record *record, const struct bytes *text);

#endif
