// SPDX-License-Identifier: MIT
#ifndef COMMAND_H
#define COMMAND_H
#include <stdbool.h>

#include "text/digest.h"

/* One directory that an #include is looked for in. */
struct search_dir {
	const char *path;
	/* For all names, only for those in quotes (-iquote), or only for the assembler's .include (-Wa,-I). */
	enum { DIR_ALL, DIR_QUOTED, DIR_ASSEMBLER } kind;
};

/* A command that compiles one file to one object, as this program understands it. */
struct command {
	char **argv; /* the compiler first */
	int argc;
	const char *source, *object, *depfile;
	struct search_dir *dirs; /* in the order of search */
	int dir_count;
	bool compiles;
	/* A macro of Kconfig is used in the arguments themselves. */
	bool names_config;
	/* The current directory gets into the object. */
	bool cwd_matters;
	/* The depfile leaves no header out: -Wp,-MMD,PATH names no system headers, with -nostdinc there are none. */
	bool lists_system;
	/* Everything that the object depends on beside the files. */
	struct digest whole;
};

/* False: not a command that this program understands; the compiler has to run as if we were not there. */
bool command_read(struct command *command, char **argv);
/* Adds what the compiler is and the environment that it obeys. False when the environment is beyond us. */
bool command_identify(struct command *command, const char *store);

#endif
