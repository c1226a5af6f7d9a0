// SPDX-License-Identifier: MIT
/* What a replay does around one recorded command, without a process for each part of it. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compiler/child.h"
#include "compiler/log.h"
#include "compiler/verify.h"
#include "object/object-list.h"
#include "object/object.h"

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
			 (char *)object->record.recorded, NULL };
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
	int status;

	if (!object_find(&object, list, strtoull(offset, NULL, 10)))
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
