// SPDX-License-Identifier: MIT
/* The proof of every hit, for those who ask for it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compiler/child.h"
#include "compiler/log.h"
#include "compiler/verify.h"
#include "store/sealed.h"
#include "store/store.h"

bool verifying(void)
{
	const char *wish = getenv("COMPILE_ONCE_VERIFY");

	return wish && *wish;
}

void keep_differing(const char *store, const char *object, const char *which, const struct bytes *content)
{
	const char *name = strrchr(object, '/');
	char *path = format("%s/differs/%ld-%s.%s", store, (long)getpid(), name ? name + 1 : object, which);

	store_file(path, content->at ? content->at : "", content->size);
	free(path);
}

int verify(const struct command *command, const char *store, struct digest object, const struct bytes *depfile)
{
	struct child child = { .argv = command->argv };
	struct bytes stored = { 0 }, compiled = { 0 }, written = { 0 };
	const char *wrong = NULL;

	child_run(&child);
	if (!child_silent(&child))
		wrong = "the compiler says something";
	else if (!sealed_get(store, 'o', object, &stored) || !read_file(command->object, &compiled) || !same_bytes(&stored, &compiled))
		wrong = "another object";
	else if (!read_file(command->depfile, &written) || !same_bytes(depfile, &written))
		wrong = "another depfile";
	if (wrong) {
		keep_differing(store, command->object, "stored", &stored);
		keep_differing(store, command->object, "compiled", &compiled);
		fprintf(stderr, "compile-once: DIFFERS: %s: %s\n", command->object, wrong);
	}
	log_call(wrong ? "DIFFERS" : "direct", child.cpu_seconds, command->object);
	child_repeat(&child);
}
