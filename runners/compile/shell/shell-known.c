// SPDX-License-Identifier: MIT
/* What does not change while one conf runs. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compiler/compiler.h"
#include "shell/shell.h"

static struct known {
	char *program;
	struct digest identity;
	struct known *next;
} *first;

bool shell_identify(char *program, const char *store, bool anew, struct digest *identity)
{
	struct known *known = first;

	while (known && strcmp(known->program, program))
		known = known->next;
	if (known && !anew) {
		*identity = known->identity;
		return true;
	}
	if (!compiler_identify(program, store, identity))
		return false;
	if (!known) {
		known = zeroed(1, sizeof(*known));
		*known = (struct known){ format("%s", program), *identity, first };
		first = known;
	}
	known->identity = *identity;
	return true;
}

bool is_ourselves(const char *word)
{
	char own[PATH_MAX], *real = strchr(word, '/') ? realpath(word, NULL) : NULL;
	ssize_t size = real ? readlink("/proc/self/exe", own, sizeof(own) - 1) : -1;
	bool same = size > 0 && (own[size] = 0, !strcmp(own, real));

	free(real);
	return same;
}
