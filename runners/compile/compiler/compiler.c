// SPDX-License-Identifier: MIT
/* What the compiler is: the files that take part, and the environment that they obey. */
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/child.h"
#include "compiler/command.h"
#include "compiler/compiler.h"
#include "files/known-files.h"
#include "files/ourselves.h"
#include "store/store.h"
#include "text/bytes.h"

/* More outputs or more directories for headers (gcc's manual, "Environment Variables"): not ours. */
static const char *const BEYOND_US[] = { "CPATH", "C_INCLUDE_PATH", "DEPENDENCIES_OUTPUT", "SUNPRO_DEPENDENCIES", "CCC_OVERRIDE_OPTIONS", NULL };
static const char *const OBEYED[] = { "GCC_EXEC_PREFIX", "COMPILER_PATH", "SOURCE_DATE_EPOCH", "LC_ALL", "LC_CTYPE", "LC_MESSAGES", "LANG", "PATH", NULL };

char *find_program(const char *name)
{
	const char *path = getenv("PATH");

	if (strchr(name, '/'))
		return access(name, X_OK) ? NULL : format("%s", name);
	while (path && *path) {
		size_t size = strcspn(path, ":");
		char *full = format("%.*s/%s", (int)size, path, name);

		if (!access(full, X_OK))
			return full;
		free(full);
		path += size + (path[size] == ':');
	}
	return NULL;
}

void hash_program(struct hasher *hasher, const char *name)
{
	char *file = find_program(name);
	char *real = file ? realpath(file, NULL) : NULL;

	hash_text(hasher, real ? real : name);
	if (real)
		hash_stat(hasher, real);
	free(real);
	free(file);
}

/* The programs behind the driver. Asked once, then remembered under what the driver is. */
static void ask_parts(char *driver, const char *memo, struct bytes *parts)
{
	static const char *const NAMES[] = { "cc1", "as" };

	if (read_file(memo, parts))
		return;
	for (int i = 0; i < 2; i++) {
		char *ask = format("-print-prog-name=%s", NAMES[i]);
		struct child child = { .argv = (char *[]){ driver, ask, NULL } };

		child_run(&child);
		bytes_add(parts, child.out.at, strcspn(child.out.at, "\n"));
		bytes_text(parts, "\n");
		free(ask);
	}
	store_file(memo, parts->at, parts->size);
}

void hash_ourselves(struct hasher *hasher, const char *store)
{
	struct digest ourselves;

	if (program_digest(store, &ourselves))
		hash_digest(hasher, ourselves);
}

static struct digest identity_of(char *program, const char *store)
{
	struct bytes parts = { 0 };
	struct hasher hasher;
	struct digest driver;
	char *memo;

	hash_start(&hasher);
	hash_ourselves(&hasher, store);
	hash_program(&hasher, program);
	for (const char *const *name = OBEYED; *name; name++)
		hash_text(&hasher, getenv(*name) ? getenv(*name) : "");
	driver = hash_end(&hasher);
	memo = store_path(store, 'c', driver);
	ask_parts(program, memo, &parts);
	hash_start(&hasher);
	hash_digest(&hasher, driver);
	for (char *name = strtok(parts.at, "\n"); name; name = strtok(NULL, "\n"))
		hash_program(&hasher, name);
	free(memo);
	return hash_end(&hasher);
}

bool compiler_identify(char *program, const char *store, struct digest *identity)
{
	for (const char *const *at = BEYOND_US; *at; at++) {
		if (getenv(*at))
			return false;
	}
	*identity = identity_of(program, store);
	return true;
}

bool command_identify(struct command *command, const char *store)
{
	char cwd[PATH_MAX];
	struct hasher hasher;
	struct digest identity;

	if (!getcwd(cwd, sizeof(cwd)) || !compiler_identify(command->argv[0], store, &identity))
		return false;
	hash_start(&hasher);
	hash_digest(&hasher, identity);
	for (int i = 0; i < command->argc; i++)
		hash_text(&hasher, command->argv[i]);
	hash_text(&hasher, command->cwd_matters ? cwd : "");
	command->whole = hash_end(&hasher);
	return true;
}
