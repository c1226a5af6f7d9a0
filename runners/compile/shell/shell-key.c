// SPDX-License-Identifier: MIT
/* All that decides what a shell says. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/compiler.h"
#include "files/known-files.h"
#include "shell/shell.h"

/* The linker's and the shell's own, and what their messages look like (ld's manual, "Environment"). */
static const char *const OBEYED[] = {
	"PATH", "LC_ALL", "LC_CTYPE", "LC_MESSAGES", "LANG", "LANGUAGE", "LD_LIBRARY_PATH", "LD_PRELOAD", "LD_RUN_PATH", "LDEMULATION",
	"GNUTARGET", "POSIXLY_CORRECT", "GREP_OPTIONS", "GREP_COLORS", "ENV", "BASH_ENV", "IFS", NULL,
};

/* What all shapes have in common. The same for all that one conf asks. */
static void hash_shell(struct hasher *hasher, const char *store, bool anew)
{
	static const char *const PROGRAMS[] = { "/bin/sh", "mkdir", "rm", "head", "grep", NULL };
	static struct digest known;
	static bool is_known;
	struct hasher own;

	if (!is_known || anew) {
		hash_start(&own);
		hash_ourselves(&own, store);
		for (const char *const *name = PROGRAMS; *name; name++)
			hash_program(&own, *name);
		for (const char *const *name = OBEYED; *name; name++)
			hash_text(&own, getenv(*name) ? getenv(*name) : "");
		known = hash_end(&own);
		is_known = true;
	}
	hash_digest(hasher, known);
}

/* What `test` can tell of a path. */
static void hash_path(struct hasher *hasher, const char *path)
{
	struct stat st;
	bool there = !stat(path, &st);

	hash_text(hasher, !there ? "absent" : S_ISREG(st.st_mode) ? "file" : S_ISDIR(st.st_mode) ? "directory" : "other");
}

static void hash_words(struct hasher *hasher, const struct question *question)
{
	for (int i = 0; i < question->parts.count; i++) {
		const struct part *part = &question->parts.at[i];

		for (int at = 0; at < part->argc; at++) {
			hash_text(hasher, part->argv[at]);
			if (question->shape == SHAPE_PURE && *part->argv[1] == '-' && at == 2)
				hash_path(hasher, part->argv[at]);
		}
	}
}

static bool hash_shape(struct hasher *hasher, const struct question *question, const char *store, bool anew)
{
	const struct part *part = &question->parts.at[0];
	struct digest identity, digest;

	switch (question->shape) {
	case SHAPE_PURE:
		return true;
	case SHAPE_FOUND:
		for (int at = 2; at < part->argc; at++)
			hash_program(hasher, part->argv[at]);
		return true;
	case SHAPE_LINKER:
	case SHAPE_FIRST_LINE:
		hash_program(hasher, part->argv[0]);
		return true;
	case SHAPE_COMPILER:
		if (!shell_identify(question->probe.argv[0], store, anew, &identity) ||
		    !probe_key_of(&question->probe, store, identity, &digest))
			return false;
		hash_digest(hasher, digest);
		return true;
	case SHAPE_SCRIPT:
		return script_key(question, store, anew, hasher);
	}
	return false;
}

bool question_key(const struct question *question, const char *store, bool anew, struct digest *key)
{
	struct hasher hasher;

	hash_start(&hasher);
	hash_shell(&hasher, store, anew);
	hash_text(&hasher, question->command);
	hash_words(&hasher, question);
	if (!hash_shape(&hasher, question, store, anew))
		return false;
	*key = hash_end(&hasher);
	return true;
}
