// SPDX-License-Identifier: MIT
/*
 * A compiler that refuses and a machine that is in trouble exit alike: gcc ends with 1 where cc1 was killed or the disk
 * was full. Only words that are known for a refusal are believed, and none of those that a machine uses.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "compiler/answer.h"

static const char *const REFUSALS[] = { "error: ", "Error: ", "sorry, unimplemented: ", "unrecognized ", NULL };
static const char *const TROUBLES[] = { "fatal", "internal", "of memory", "memory exhausted", "signal", "killed", "librar", "lookup", "not found", "bug report", "unable to", NULL };

/* What compiler and linker say of a header or a library that is not there. */
static const char *const ABSENT[] = { "fatal error: ", "compilation terminated", ": No such file or directory", "cannot find -l", NULL };

static bool says(const char *words, const char *const *list)
{
	for (; *list; list++) {
		if (strcasestr(words, *list))
			return true;
	}
	return false;
}

/* `No space left on device`, and all else that a system call may have told it. */
static bool says_errno(const char *words)
{
	for (int number = 1; number < 134; number++) {
		if (strcasestr(words, strerror(number)))
			return true;
	}
	return false;
}

/* The words of above are English, and so are ours: nothing here calls setlocale. */
static bool speaks_english(void)
{
	static const char *const NAMES[] = { "LC_ALL", "LC_MESSAGES", "LANG", NULL };
	const char *language = getenv("LANGUAGE");

	if (language && *language)
		return false;
	for (const char *const *name = NAMES; *name; name++) {
		const char *locale = getenv(*name);

		if (locale && *locale)
			return !strcmp(locale, "C") || !strcmp(locale, "POSIX") || has_prefix(locale, "C.") || has_prefix(locale, "en_");
	}
	return true;
}

bool is_absence(const struct child *said)
{
	struct bytes rest = { 0 };

	if (said->status <= 0 || !WIFEXITED(said->status) || WEXITSTATUS(said->status) > 125 || !speaks_english())
		return false;
	bytes_text(&rest, "");
	for (const char *at = said->err.at; *at;) {
		size_t size = 1;

		for (const char *const *words = ABSENT; *words; words++)
			size = has_prefix(at, *words) ? strlen(*words) : size;
		if (size == 1)
			bytes_add(&rest, at, 1);
		at += size;
	}
	return rest.size < said->err.size && !says(rest.at, TROUBLES) && !says_errno(rest.at);
}

bool is_judgement(const struct child *said)
{
	if (said->status == 0)
		return true;
	if (said->status < 0 || !WIFEXITED(said->status) || WEXITSTATUS(said->status) > 125 || !speaks_english())
		return false;
	return says(said->err.at, REFUSALS) && !says(said->err.at, TROUBLES) && !says_errno(said->err.at);
}
