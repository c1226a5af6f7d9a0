// SPDX-License-Identifier: MIT
/* All that decides an answer. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compiler/child.h"
#include "compiler/compiler.h"
#include "files/known-files.h"
#include "probe/probe.h"
#include "store/store.h"

/* What messages look like, and which libraries are used, beside what every compile depends on. */
static const char *const OBEYED[] = { "LANGUAGE", "GCC_COLORS", "POSIXLY_CORRECT", "LD_LIBRARY_PATH", "LD_PRELOAD", NULL };

/* The one header that gcc reads without being asked. */
static void hash_preamble(struct hasher *hasher, const char *dir)
{
	char *path = format("%s/stdc-predef.h", dir);

	hash_text(hasher, access(dir, F_OK) ? "no directory" : "directory");
	hash_text(hasher, access(path, R_OK) ? "none" : path);
	hash_stat(hasher, path);
	free(path);
}

/*
 * `gcc -v` prints the directories a line each, a blank before; those that are absent, in quotes. What else looks like
 * it is no directory, which does no harm.
 */
static void add_directory(struct bytes *to, const char *line)
{
	const char *quoted = strstr(line, "\"/");

	if (!quoted && !has_prefix(line, " /"))
		return;
	line = quoted ? quoted + 1 : line + 1;
	bytes_add(to, line, strcspn(line, "\""));
	bytes_text(to, "\n");
}

/* Where the compiler looks for headers by itself. Asked once, then remembered under what the compiler is. */
static bool search_dirs(const struct probe *probe, const char *store, struct digest identity, struct bytes *dirs)
{
	struct child child = { .argv = (char *[]){ probe->argv[0], "-E", "-v", "-x", "c", "/dev/null", NULL } };

	if (store_get(store, 'h', identity, dirs))
		return true;
	child_run(&child);
	if (child.status)
		return false;
	for (char *line = strtok(child.err.at, "\n"); line; line = strtok(NULL, "\n"))
		add_directory(dirs, line);
	store_put(store, 'h', identity, dirs->at, dirs->size);
	return true;
}

static void hash_dirs(struct hasher *hasher, struct bytes *dirs)
{
	for (char *dir = strtok(dirs->at, "\n"); dir; dir = strtok(NULL, "\n"))
		hash_preamble(hasher, dir);
	free(dirs->at);
}

static void hash_arguments(struct hasher *hasher, const struct probe *probe)
{
	for (int at = 0; at < probe->argc; at++)
		hash_text(hasher, at == probe->output_at && probe_writes(probe) ? "a new file" : probe->argv[at]);
}

bool probe_key_of(const struct probe *probe, const char *store, struct digest identity, struct digest *key)
{
	char cwd[PATH_MAX];
	struct bytes dirs = { 0 };
	struct hasher hasher;

	if (!getcwd(cwd, sizeof(cwd)) || !search_dirs(probe, store, identity, &dirs))
		return false;
	hash_start(&hasher);
	hash_digest(&hasher, identity);
	for (const char *const *name = OBEYED; *name; name++)
		hash_text(&hasher, getenv(*name) ? getenv(*name) : "");
	bytes_text(&dirs, probe->dirs.at);
	hash_dirs(&hasher, &dirs);
	hash_arguments(&hasher, probe);
	hash_text(&hasher, probe->cwd_matters ? cwd : "");
	hash_text(&hasher, probe->text.at);
	*key = hash_end(&hasher);
	return true;
}

bool probe_key(const struct probe *probe, const char *store, struct digest *key)
{
	struct digest identity;

	return compiler_identify(probe->argv[0], store, &identity) && probe_key_of(probe, store, identity, key);
}
