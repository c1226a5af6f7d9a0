// SPDX-License-Identifier: MIT
/*
 * Linked with the objects of the tree's own conf (scripts/kconfig), in place of popen() and pclose(): asks the launcher
 * what a shell would say (runners/compile/shell.h), which it knows if it was asked before. Where there is none, or where
 * it does not know, a shell is asked as ever.
 *
 * Compiled with -DLAUNCHER="path" -Wl,--wrap=popen,--wrap=pclose.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

FILE *__real_popen(const char *command, const char *mode);
int __real_pclose(FILE *file);
FILE *__wrap_popen(const char *command, const char *mode);
int __wrap_pclose(FILE *file);

/* The descriptor in the launcher: above those of make's jobserver. */
#define SOCKET 198
#define TEXT_OF(number) #number
#define TEXT(number) TEXT_OF(number)

static pid_t launcher;
static int to_launcher = -1;
static int was_tried;

/* What was answered last: one is read to its end before the next is asked. */
static FILE *answered;
static char *text;
static int status;

static void start(void)
{
	char *argv[] = { LAUNCHER, "--shells", TEXT(SOCKET), NULL };
	posix_spawn_file_actions_t actions;
	int ends[2];

	was_tried = 1;
	if (!getenv("COMPILE_ONCE_DIR") || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		return;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], SOCKET);
	if (posix_spawn(&launcher, LAUNCHER, &actions, NULL, argv, environ))
		launcher = 0;
	else
		to_launcher = fcntl(ends[0], F_DUPFD_CLOEXEC, 3);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[0]);
	close(ends[1]);
}

/* It is not asked any more. What it cost is counted as what conf cost. */
__attribute__((destructor)) static void stop(void)
{
	if (to_launcher >= 0)
		close(to_launcher);
	if (launcher)
		waitpid(launcher, NULL, 0);
	to_launcher = -1;
	launcher = 0;
}

static int transfer(const void *from, void *into, size_t size)
{
	ssize_t done = from ? send(to_launcher, from, size, MSG_NOSIGNAL) : recv(to_launcher, into, size, MSG_WAITALL);

	return done == (ssize_t)size;
}

/* 1: it is answered. 0: a shell must be asked. */
static int ask(const char *command)
{
	uint32_t size = strlen(command);
	int32_t head[2];

	if (to_launcher < 0)
		return 0;
	if (!transfer(&size, NULL, sizeof(size)) || !transfer(command, NULL, size) || !transfer(NULL, head, sizeof(head))) {
		stop();
		return 0;
	}
	status = head[0];
	if (status < 0)
		return 0;
	text = realloc(text, head[1] + 1);
	if (!text || (head[1] && !transfer(NULL, text, head[1]))) {
		stop();
		return 0;
	}
	text[head[1]] = 0;
	answered = fmemopen(text, head[1] + !head[1], "r");
	if (answered && !head[1])
		fseek(answered, 0, SEEK_END);
	return answered != NULL;
}

FILE *__wrap_popen(const char *command, const char *mode)
{
	if (strcmp(mode, "r") || answered || !*command)
		return __real_popen(command, mode);
	if (!was_tried)
		start();
	return ask(command) ? answered : __real_popen(command, mode);
}

int __wrap_pclose(FILE *file)
{
	if (file != answered)
		return __real_pclose(file);
	answered = NULL;
	fclose(file);
	return status;
}
