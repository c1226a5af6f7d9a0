// SPDX-License-Identifier: MIT
/* The proof of every hit, for those who ask for it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "log.h"
#include "store.h"
#include "verify.h"

bool verifying(void)
{
	const char *wish = getenv("COMPILE_ONCE_VERIFY");

	return wish && *wish;
}

static bool same(const struct bytes *a, const struct bytes *b)
{
	return a->size == b->size && (!a->size || !memcmp(a->at, b->at, a->size));
}

static void keep(const char *store, const struct command *command, const char *which, const struct bytes *content)
{
	const char *name = strrchr(command->object, '/');
	char *path = format("%s/differs/%ld-%s.%s", store, (long)getpid(), name ? name + 1 : command->object, which);

	store_file(path, content->at ? content->at : "", content->size);
	free(path);
}

int verify(const struct command *command, const char *store, struct digest object, const struct bytes *depfile, const char *how,
	   double seconds)
{
	struct child child = { .argv = command->argv };
	struct bytes stored = { 0 }, compiled = { 0 }, written = { 0 };
	const char *wrong = NULL;

	child_run(&child);
	if (!child_silent(&child))
		wrong = "the compiler says something";
	else if (!store_get(store, 'o', object, &stored) || !read_file(command->object, &compiled) || !same(&stored, &compiled))
		wrong = "another object";
	else if (depfile && (!read_file(command->depfile, &written) || !same(depfile, &written)))
		wrong = "another depfile";
	if (wrong) {
		keep(store, command, "stored", &stored);
		keep(store, command, "compiled", &compiled);
		fprintf(stderr, "compile-once: DIFFERS (%s): %s: %s\n", how, command->object, wrong);
	}
	log_call(wrong ? "DIFFERS" : how, seconds + child.cpu_seconds, command->object);
	child_repeat(&child);
}
