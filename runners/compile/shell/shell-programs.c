// SPDX-License-Identifier: MIT
/* What a script calls. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/compiler.h"
#include "files/known-files.h"
#include "shell/shell-script.h"

/* Programs that such scripts call without being told. */
static const char *const TOOLS[] = { "sh", "bash", "cat", "sed", "grep", "cut", "tr", "awk", "expr", "dirname", "mktemp", "rm", "env", NULL };

/* The program in `NAME=program` or `program`; options are none. */
static const char *program_of(const char *word)
{
	size_t size = strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_");

	return *word == '-' ? NULL : size && word[size] == '=' ? word + size + 1 : word;
}

/* `launcher gcc` in one word, as in "CC=launcher gcc": the last of them is the program. */
static void hash_programs(struct hasher *hasher, const struct question *question)
{
	const struct part *part = &question->parts.at[0];

	for (int at = 0; at < part->argc; at++) {
		const char *program = program_of(part->argv[at]);
		char *words = program ? format("%s", program) : NULL;

		for (char *word = words ? strtok(words, " ") : NULL; word; word = strtok(NULL, " "))
			hash_program(hasher, word);
		free(words);
	}
	for (const char *const *tool = TOOLS; *tool; tool++)
		hash_program(hasher, *tool);
}

/* The words of the compiler that the script is given, after our launcher if that stands before it. */
static bool hash_compiler(struct hasher *hasher, const struct question *question, const char *store, bool anew)
{
	const struct part *part = &question->parts.at[0];
	const char *given = part->argv[question->script_at + 1];
	struct digest identity;
	const char *last;

	if (!given)
		given = question->script_at && has_prefix(part->argv[1], "CC=") ? part->argv[1] + 3 : NULL;
	else if (is_ourselves(given))
		given = part->argv[question->script_at + 2];
	last = given ? strrchr(given, ' ') : NULL;
	given = last ? last + 1 : given;
	if (!given || *given == '-' || !shell_identify((char *)given, store, anew, &identity))
		return false;
	hash_digest(hasher, identity);
	return true;
}

/*
 * Headers, libraries and the linker: all that packages have brought, and whether anything was laid beside them. Only a
 * compiler that came in a package looks for no others.
 */
static bool hash_packages(struct hasher *hasher, const char *store)
{
	static const char *const LISTS[] = { "/var/lib/dpkg/status", "/var/lib/rpm/rpmdb.sqlite", "/usr/lib/sysimage/rpm/rpmdb.sqlite", NULL };
	static const char *const BESIDE[] = { "/usr/local/include", "/usr/local/lib", "/usr/local/lib64", "/usr/include", "/usr/lib", NULL };
	bool known = false;

	for (const char *const *list = LISTS; *list; list++) {
		struct digest digest;

		if (file_digest(store, *list, &digest)) {
			hash_digest(hasher, digest);
			known = true;
		}
	}
	for (const char *const *dir = BESIDE; *dir; dir++)
		hash_stat(hasher, *dir);
	return known;
}

static bool is_of_package(const char *name)
{
	char *file = find_program(name), *real = file ? realpath(file, NULL) : NULL;
	bool is = real && (has_prefix(real, "/usr/bin/") || has_prefix(real, "/usr/lib/"));

	free(file);
	free(real);
	return is;
}

static bool calls_packaged(const struct question *question)
{
	const struct part *part = &question->parts.at[0];

	for (int at = 0; at < part->argc; at++) {
		const char *program = at == question->script_at ? NULL : program_of(part->argv[at]);
		char *words = format("%s", program ? program : "");
		bool known = true;

		for (char *word = strtok(words, " "); word && known; word = strtok(NULL, " "))
			known = is_ourselves(word) || is_of_package(word);
		free(words);
		if (!known)
			return false;
	}
	return true;
}

bool hash_calls(struct hasher *hasher, const struct question *question, const char *store, bool anew)
{
	hash_programs(hasher, question);
	switch (question->script->calls) {
	case CALLS_TOOL:
		return true;
	case CALLS_ABSENT:
		return script_lacks_program(question);
	case CALLS_LINKER:
		return calls_packaged(question) && hash_compiler(hasher, question, store, anew) && hash_packages(hasher, store);
	case CALLS_COMPILER:
		return hash_compiler(hasher, question, store, anew);
	}
	return false;
}

static bool lacks(const char *name)
{
	char *file = name && *name ? find_program(name) : NULL;
	bool none = name && *name && !strchr(name, ' ') && !file;

	free(file);
	return none;
}

bool script_lacks_program(const struct question *question)
{
	const char *argument = question->parts.at[0].argv[question->script_at + 1];

	if (argument)
		return !question->parts.at[0].argv[question->script_at + 2] && lacks(argument);
	return question->script->calls == CALLS_ABSENT && (lacks(getenv("RUSTC")) || lacks(getenv("BINDGEN")));
}

