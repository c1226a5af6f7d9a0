// SPDX-License-Identifier: MIT
/* Runs the compiler and waits for it. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compiler/child.h"
#include "compiler/witness.h"
#include "files/known-files.h"

static pid_t start(struct child *child, int out[2], int err[2])
{
	pid_t pid;

	if (!child->speaks && (pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC)))
		return -1;
	// Nothing of ours is copied; until it runs something else, the child must leave our memory alone.
	pid = vfork();
	if (pid)
		return pid;
	if (!child->speaks) {
		dup2(out[1], 1);
		dup2(err[1], 2);
	}
	execvp(child->argv[0], child->argv);
	dprintf(2, "%s: %s\n", child->argv[0], strerror(errno));
	_exit(127);
}

/* True while there is more to come. */
static bool take(int fd, struct bytes *into)
{
	char part[1 << 16];
	ssize_t got = read(fd, part, sizeof(part));

	if (got > 0)
		bytes_add(into, part, got);
	return got > 0 || (got < 0 && errno == EINTR);
}

static void listen_to(struct child *child, int out, int err)
{
	struct pollfd fds[2] = { { out, POLLIN, 0 }, { err, POLLIN, 0 } };

	while (fds[0].fd >= 0 || fds[1].fd >= 0) {
		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			break;
		for (int i = 0; i < 2; i++) {
			if (fds[i].fd >= 0 && fds[i].revents && !take(fds[i].fd, i ? &child->err : &child->out))
				fds[i].fd = -1;
		}
	}
	close(out);
	close(err);
}

static double seconds(struct timeval time)
{
	return time.tv_sec + time.tv_usec / 1e6;
}

void child_run(struct child *child)
{
	int out[2], err[2];
	struct rusage used;
	pid_t pid;

	bytes_add(&child->out, "", 0);
	bytes_add(&child->err, "", 0);
	child->status = -1;
	files_forget();
	pid = start(child, out, err);
	if (pid < 0)
		return;
	if (!child->speaks) {
		close(out[1]);
		close(err[1]);
		listen_to(child, out[0], err[0]);
	}
	while (wait4(pid, &child->status, 0, &used) < 0 && errno == EINTR)
		;
	child->cpu_seconds += seconds(used.ru_utime) + seconds(used.ru_stime);
}

bool child_silent(const struct child *child)
{
	return child->status == 0 && !child->out.size && !child->err.size;
}

void child_repeat(const struct child *child)
{
	witness_end(child);
	fwrite(child->out.at, 1, child->out.size, stdout);
	fflush(stdout);
	fwrite(child->err.at, 1, child->err.size, stderr);
	if (WIFSIGNALED(child->status)) {
		signal(WTERMSIG(child->status), SIG_DFL);
		raise(WTERMSIG(child->status));
	}
	exit(WIFEXITED(child->status) ? WEXITSTATUS(child->status) : 1);
}
