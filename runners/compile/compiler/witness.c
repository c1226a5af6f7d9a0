// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "compiler/answer.h"
#include "compiler/witness.h"

#define NAME "COMPILE_ONCE_WITNESS"

bool witnessing(void)
{
	return getenv(NAME);
}

static void note(const char *letter)
{
	int fd = open(getenv(NAME), O_WRONLY | O_APPEND | O_CLOEXEC);

	if (fd < 0)
		return;
	write_fd(fd, letter, 1);
	close(fd);
}

void witness_begin(void)
{
	if (witnessing())
		note("b");
}

void witness_end(const struct child *said)
{
	if (witnessing())
		note(is_judgement(said) ? "e" : is_absence(said) ? "a" : "t");
}

static int count(const struct bytes *notes, char letter)
{
	int count = 0;

	for (size_t i = 0; i < notes->size; i++)
		count += notes->at[i] == letter;
	return count;
}

/* Boxes share a store, and have the same numbers for processes. */
static char *new_path(const char *store)
{
	uint64_t number;

	return getrandom(&number, sizeof(number), 0) == sizeof(number) ? format("%s/witness/%016llx", store, (unsigned long long)number) : NULL;
}

bool witness_run(struct child *child, const char *store, bool absence)
{
	char *path = new_path(store);
	struct bytes notes = { 0 };
	int fair = 0;

	if (!path)
		return false;
	if (store_file(path, "", 0) && !setenv(NAME, path, 1)) {
		child_run(child);
		unsetenv(NAME);
		if (read_file(path, &notes))
			fair = count(&notes, 'e') + (absence ? count(&notes, 'a') : 0);
	}
	unlink(path);
	free(path);
	return fair > 0 && fair == count(&notes, 'b') && !count(&notes, 't');
}
