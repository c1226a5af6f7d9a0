// SPDX-License-Identifier: MIT
/* What a replay does around one recorded command, without a process for each part of it. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "log.h"
#include "object.h"
#include "record.h"
#include "verify.h"

struct object {
	struct record record;
	char *command;
	const char *recorded, *tail;
	/* Where it lies that was there before, and whether it was. */
	char *before;
	bool was_there;
};

/* For who ends us. */
static const char *depfile;

static void leave(int number)
{
	unlink(depfile);
	signal(number, SIG_DFL);
	raise(number);
}

static void clean_up_when_killed(const struct object *object)
{
	static const int NUMBERS[] = { SIGHUP, SIGINT, SIGTERM };

	depfile = object->record.depfile;
	for (int i = 0; i < 3; i++) {
		if (signal(NUMBERS[i], leave) == SIG_IGN)
			signal(NUMBERS[i], SIG_IGN);
	}
}

/* Of a list for a thousand objects, one is looked at. False if it does not end as it must. */
static bool map_list(const char *path, struct bytes *list)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *map;

	if (fd < 0 || fstat(fd, &st) || !st.st_size)
		return false;
	map = mmap(NULL, st.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	close(fd);
	*list = (struct bytes){ map, st.st_size, 0 };
	return map != MAP_FAILED && !list->at[list->size - 1];
}

/* The string at `*at`, which then is behind it; NULL at the end. */
static char *next(const struct bytes *list, size_t *at)
{
	char *text = list->at + *at;

	if (*at >= list->size)
		return NULL;
	*at += strlen(text) + 1;
	return text;
}

static bool object_read(struct object *object, const struct bytes *list, size_t offset)
{
	size_t at = 0;

	object->record.source = next(list, &at);
	object->record.doubts = next(list, &at);
	object->record.target = next(list, &offset);
	object->record.depfile = next(list, &offset);
	object->record.path = next(list, &offset);
	object->command = next(list, &offset);
	object->recorded = next(list, &offset);
	object->tail = next(list, &offset);
	return object->record.doubts && object->tail;
}

static int failed(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	return 1;
}

/* As a shell tells it. */
static int status_of(const struct child *child)
{
	if (WIFEXITED(child->status))
		return WEXITSTATUS(child->status);
	if (child->status == -1 || !WIFSIGNALED(child->status))
		return failed(child->argv[0]);
	fprintf(stderr, "%s%s\n", strsignal(WTERMSIG(child->status)), WCOREDUMP(child->status) ? " (core dumped)" : "");
	return 128 + WTERMSIG(child->status);
}

static int run_command(const struct object *object)
{
	struct child child = { .argv = (char *[]){ "sh", "-ec", object->command, NULL }, .speaks = true };

	child_run(&child);
	return status_of(&child);
}

/* ext4 would write it to the disk at once in the place of another file. */
static int put(const char *path, const struct bytes *text)
{
	unlink(path);
	return write_file(path, text->at, text->size) ? 0 : failed(path);
}

/* cmd_and_fixdep of scripts/Kbuild.include. */
static int run_fixdep(const struct object *object, struct bytes *text)
{
	char *argv[] = { "scripts/basic/fixdep", (char *)object->record.depfile, (char *)object->record.target,
			 (char *)object->recorded, NULL };
	struct child child = { .argv = argv };

	child_run(&child);
	fwrite(child.err.at, 1, child.err.size, stderr);
	*text = child.out;
	bytes_text(text, object->tail);
	return status_of(&child);
}

/* A record that says the same stays, with its time: who reads records anew need not read it. */
static int record_again(const struct object *object)
{
	const struct record *record = &object->record;
	struct bytes old = { 0 }, text = { 0 };
	bool has_old = read_file(record->path, &old);
	// What did not compile the last time left a record of the time before.
	bool stays = object->was_there && has_old && record_stays(record, &old);
	int status;

	if (stays && !verifying())
		return 0;
	status = run_fixdep(object, &text);
	if (status || (has_old && same_bytes(&old, &text)))
		return status;
	if (stays) {
		fprintf(stderr, "compile-once: DIFFERS (record): %s: fixdep says something else\n", record->target);
		log_call("DIFFERS", 0, record->target);
	}
	return put(record->path, &text);
}

static int mark_as(const struct object *object, const char *mark)
{
	struct bytes before = { 0 }, after = { 0 };
	bool same = object->was_there && read_file(object->before, &before) && read_file(object->record.target, &after) &&
		    same_bytes(&before, &after);
	char *path = format("%s.%s", mark, same ? "same" : "differs");
	FILE *file = fopen(path, "w");

	return file && !fclose(file) ? 0 : failed(path);
}

static int compile_again(struct object *object, const char *mark)
{
	int status;

	object->was_there = !rename(object->record.target, object->before);
	if (!object->was_there && errno != ENOENT)
		return failed(object->record.target);
	status = run_command(object);
	if (!status)
		status = record_again(object);
	if (!status)
		status = mark_as(object, mark);
	// As make has it (.DELETE_ON_ERROR): the compiler may have been fine with it, and objtool not.
	if (status)
		unlink(object->record.target);
	return status;
}

int object_again(const char *list, const char *offset, const char *mark)
{
	struct object object = { 0 };
	struct bytes text = { 0 };
	int status;

	if (!map_list(list, &text) || !object_read(&object, &text, strtoull(offset, NULL, 10)))
		return failed(list);
	object.before = format("%s.before", mark);
	printf("  CC      %s\n", object.record.target);
	fflush(stdout);
	clean_up_when_killed(&object);
	status = compile_again(&object, mark);
	// A record of what did not compile would be taken for one of what did.
	unlink(object.record.depfile);
	return status;
}
