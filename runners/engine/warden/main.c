// SPDX-License-Identifier: MIT
/*
 * warden SOCKET [LIMIT=VALUE ...]: process 1 of a box. Takes commands over a socket, one at a time, says what they say
 * and how they end, and leaves nothing of one behind for the next. When the other side is gone, so is the box.
 *
 * What runs here is hostile: nothing of ours can be reached by it. Process 1 takes no signal from inside, it cannot be
 * traced (PR_SET_DUMPABLE), and its descriptors close when something else is executed.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "job.h"
#include "limits.h"

static int host;

static double cpu_seconds(void)
{
	struct rusage used;

	getrusage(RUSAGE_CHILDREN, &used);
	return used.ru_utime.tv_sec + used.ru_stime.tv_sec + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static void reap(struct job *job)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid != job->pid)
			continue;
		job->status = status;
		job->ended = true;
	}
}

/* Hands on what there is; closes at the end. */
static void hand_on(int *fd, char kind)
{
	char part[1 << 16];
	ssize_t got = read(*fd, part, sizeof(part));

	if (got > 0)
		frame_write(host, kind, part, got);
	if (got > 0 || (got < 0 && errno == EINTR))
		return;
	close(*fd);
	*fd = -1;
}

static void host_speaks(void)
{
	struct frame frame = frame_read(host);

	if (frame.kind != 'K') {
		kill(-1, SIGKILL);
		_exit(0);
	}
	kill(-1, SIGKILL);
	free(frame.content);
}

/* Until the command itself has ended. */
static void watch(struct job *job, int children)
{
	struct signalfd_siginfo ignored;

	while (!job->ended) {
		struct pollfd fds[] = { { host, POLLIN, 0 }, { children, POLLIN, 0 }, { job->out, POLLIN, 0 }, { job->err, POLLIN, 0 } };

		if (poll(fds, 4, -1) < 0)
			continue;
		if (fds[0].revents)
			host_speaks();
		if (fds[1].revents && read(children, &ignored, sizeof(ignored)) > 0)
			reap(job);
		if (fds[2].revents)
			hand_on(&job->out, 'O');
		if (fds[3].revents)
			hand_on(&job->err, 'E');
	}
}

static void tell_end(struct job *job, int left, double cpu, struct met before)
{
	struct met met = limits_met();
	char text[256];
	int failed = 0, size;

	if (read(job->failed, &failed, sizeof(failed)) != sizeof(failed))
		failed = 0;
	close(job->failed);
	size = snprintf(text, sizeof(text), "%s %d %.3f %d %ld %ld",
			failed ? "errno" : WIFSIGNALED(job->status) ? "signal" : "exit",
			failed ? failed : WIFSIGNALED(job->status) ? WTERMSIG(job->status) : WEXITSTATUS(job->status),
			cpu_seconds() - cpu, left, met.memory - before.memory, met.pids - before.pids);
	frame_write(host, 'X', text, size);
}

static void run(const struct frame *frame, int children)
{
	struct met before = limits_met();
	double cpu = cpu_seconds();
	struct job job;
	int left;

	if (!job_start(&job, frame))
		_exit(1);
	watch(&job, children);
	left = end_all(&job);
	while (job.out >= 0)
		hand_on(&job.out, 'O');
	while (job.err >= 0)
		hand_on(&job.err, 'E');
	tell_end(&job, left, cpu, before);
}

static int connect_to(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
	return fd >= 0 && !connect(fd, (struct sockaddr *)&address, sizeof(address)) ? fd : -1;
}

int main(int argc, char **argv)
{
	sigset_t child;
	int children;

	/* A kill of everything would be meant for a whole machine elsewhere. */
	if (argc < 2 || getpid() != 1) {
		fprintf(stderr, "warden: process 1 of a box, and nothing else\n");
		return 2;
	}
	prctl(PR_SET_DUMPABLE, 0);
	for (int i = 2; i < argc; i++)
		limit_take(argv[i]);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	signal(SIGPIPE, SIG_IGN);
	children = signalfd(-1, &child, SFD_CLOEXEC);
	host = connect_to(argv[1]);
	if (host < 0 || children < 0) {
		perror(argv[1]);
		return 1;
	}
	frame_write(host, 'H', "", 0);
	for (;;) {
		struct frame frame = frame_read(host);

		if (!frame.kind)
			return 0;
		if (frame.kind == 'J')
			run(&frame, children);
		free(frame.content);
	}
}
