// SPDX-License-Identifier: MIT
/*
 * compile-once COMPILER ARGUMENTS: runs the compiler, or gives the object that it gave before for the same text, or the
 * answer that it gave before to the same question.
 * compile-once --shell COMMAND: what `/bin/sh -c COMMAND` does, or did before where everything was the same (shell.h).
 * compile-once --shells SOCKET: that for each command that comes in on the descriptor (runners/kbuild/conf-shells.c).
 * compile-once --object LIST OFFSET MARK: one object of a replay, around its recorded command (object.h).
 * compile-once --trim BYTES DIRECTORY: bounds the store.
 *
 * COMPILE_ONCE_DIR: the store. Without it the compiler just runs.
 * COMPILE_ONCE_BASE: a store below it: what is not in the first is looked for there, and nothing is written to it.
 * COMPILE_ONCE_LOG: a file for one line per call (compiler/log.h).
 * COMPILE_ONCE_VERIFY: compile in any case, and compare with what would have been given.
 * COMPILE_ONCE_WITNESS: a file for how compilers ended whom a script calls (witness.h).
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/child.h"
#include "compiler/command.h"
#include "compiler/log.h"
#include "compiler/verify.h"
#include "compiler/witness.h"
#include "files/known-files.h"
#include "manifest/manifest.h"
#include "object/object.h"
#include "probe/probe.h"
#include "shell/shell.h"
#include "store/sealed.h"
#include "store/store.h"

static char **compiler_argv;

static void exec_compiler(void)
{
	execvp(compiler_argv[0], compiler_argv);
	fprintf(stderr, "%s: %s\n", compiler_argv[0], strerror(errno));
	_exit(127);
}

/* A page of a table (store/mapped.h) for which the disk has no room. What was read of stdin is there again. */
static void run_without_store(int number)
{
	(void)number;
	lseek(STDIN_FILENO, 0, SEEK_SET);
	exec_compiler();
}

/* Not blocked: what runs then would inherit that. */
static void survive_full_disk(void)
{
	struct sigaction action = { .sa_handler = run_without_store, .sa_flags = SA_NODEFER };

	sigaction(SIGBUS, &action, NULL);
}

/* The last argument that is a file to compile; NULL for questions to the compiler and for linking. */
static const char *source_of(char **argv)
{
	const char *source = NULL;

	for (; *argv; argv++) {
		if (has_suffix(*argv, ".c") || has_suffix(*argv, ".S"))
			source = *argv;
	}
	return source;
}

/* Not ours: the compiler runs as it would without us; what it costs is noted. */
static int pass(void)
{
	struct child child = { .argv = compiler_argv, .speaks = !witnessing() };
	const char *source = getenv("COMPILE_ONCE_LOG") ? source_of(compiler_argv) : NULL;

	if (!source && !witnessing())
		exec_compiler();
	child_run(&child);
	if (source)
		log_call("pass", child.cpu_seconds, source);
	child_repeat(&child);
}

/* A hit: the object as a new file, for objtool changes objects in place. */
static bool deliver(const struct command *command, const char *store, struct digest object, const struct bytes *depfile)
{
	struct bytes content = { 0 };

	if (!sealed_get(store, 'o', object, &content) || !content.size)
		return false;
	// In the place of another file ext4 would write it to the disk at once (auto_da_alloc in its documentation).
	unlink(command->object);
	return write_file(command->depfile, depfile->at, depfile->size) && write_file(command->object, content.at, content.size);
}

/* Keeps the object if the compiler had nothing to say, and if it is certain what it has read. */
static const char *keep(const struct command *command, const char *store, const struct child *child, struct timespec since)
{
	struct bytes object = { 0 };

	if (!child_silent(child))
		return "said";
	return read_file(command->object, &object) && manifest_add(command, store, &object, since) ? "miss" : "alone";
}

static int compile(const struct command *command, const char *store, struct timespec since)
{
	struct child child = { .argv = command->argv };

	child_run(&child);
	log_call(keep(command, store, &child, since), child.cpu_seconds, command->object);
	child_repeat(&child);
}

static int run(const char *store)
{
	struct bytes depfile = { 0 };
	struct command command;
	struct timespec since;
	struct digest object;

	clock_gettime(CLOCK_REALTIME_COARSE, &since);
	if (!command_read(&command, compiler_argv) || !command_identify(&command, store)) {
		answer_probe(compiler_argv, store);
		return pass();
	}
	if (manifest_find(&command, store, &object, &depfile)) {
		if (verifying())
			return verify(&command, store, object, &depfile);
		if (deliver(&command, store, object, &depfile)) {
			log_call("direct", 0, command.object);
			return 0;
		}
	}
	return compile(&command, store, since);
}

/* A shell, unless it is known what it would say. */
static int shell(char *command, const char *store)
{
	struct child said = { 0 };

	compiler_argv = (char *[]){ "/bin/sh", "-c", command, NULL };
	out_of_memory = exec_compiler;
	survive_full_disk();
	if (!store || !shell_answer(command, store, &said))
		exec_compiler();
	child_repeat(&said);
}

int main(int argc, char **argv)
{
	const char *store = getenv("COMPILE_ONCE_DIR");

	if (argc == 4 && !strcmp(argv[1], "--trim"))
		return store_trim(argv[3], strtoull(argv[2], NULL, 10));
	if (argc == 5 && !strcmp(argv[1], "--object"))
		return object_again(argv[2], argv[3], argv[4]);
	if (argc == 3 && !strcmp(argv[1], "--shell"))
		return shell(argv[2], store);
	if (argc == 3 && !strcmp(argv[1], "--shells"))
		return shell_serve(atoi(argv[2]), store);
	if (argc < 2) {
		fprintf(stderr, "usage: compile-once COMPILER ARGUMENTS\n");
		return 2;
	}
	compiler_argv = argv + 1;
	witness_begin();
	out_of_memory = exec_compiler;
	if (!store)
		return pass();
	survive_full_disk();
	mkdir(store, 0777);
	return run(store);
}
