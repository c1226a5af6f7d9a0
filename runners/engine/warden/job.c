// SPDX-License-Identifier: MIT
/* Starts one command, and sees that nothing of it is left. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "job.h"

struct order {
	const char *flags, *dir;
	char **env, **argv;
};

/* The words that begin in `frame`, as an array that ends with NULL. */
static char **words_of(const struct frame *frame, size_t *count)
{
	char **words = calloc(frame->size + 2, sizeof(*words));

	*count = 0;
	for (size_t at = 0; words && at < frame->size; at += strlen(frame->content + at) + 1)
		words[(*count)++] = frame->content + at;
	return words;
}

static bool order_read(struct order *order, const struct frame *frame)
{
	size_t count, variables;
	char **words = words_of(frame, &count);

	if (!words || count < 4)
		return false;
	variables = strtoul(words[2], NULL, 10);
	if (variables > count - 4)
		return false;
	order->flags = words[0];
	order->dir = words[1];
	order->env = calloc(variables + 1, sizeof(*order->env));
	if (!order->env)
		return false;
	memcpy(order->env, words + 3, variables * sizeof(*words));
	order->argv = words + 3 + variables;
	return true;
}

/* The kernel shall take a compiler before it takes us. */
static void be_first_to_go(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
	ssize_t done = fd < 0 ? 0 : write(fd, "500", 3);

	(void)done;
	close(fd);
}

/* Never comes back. Whatever is open and not handed on closes by itself. */
static void become(const struct order *order, int out, int err, int failed)
{
	int jobserver = strchr(order->flags, 'j') ? open(JOBSERVER, O_RDWR | O_CLOEXEC) : -1;
	int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	setsid();
	be_first_to_go();
	dup2(nothing, 0);
	dup2(out, 1);
	dup2(err, 2);
	/* Both ends are one description, as with the pipe that make itself would open. */
	if (jobserver >= 0) {
		int far = fcntl(jobserver, F_DUPFD, 10);

		failed = fcntl(failed, F_DUPFD_CLOEXEC, 10);
		dup2(far, 3);
		dup2(far, 4);
		close(far);
	}
	if (!chdir(order->dir))
		execvpe(order->argv[0], order->argv, order->env);
	if (write(failed, &errno, sizeof(errno)) < 0)
		_exit(126);
	_exit(127);
}

bool job_start(struct job *job, const struct frame *frame)
{
	int out[2], err[2] = { -1, -1 }, failed[2];
	struct order order;

	if (!order_read(&order, frame) || pipe2(out, O_CLOEXEC) || pipe2(failed, O_CLOEXEC))
		return false;
	if (!strchr(order.flags, 'm') && pipe2(err, O_CLOEXEC))
		return false;
	*job = (struct job){ .out = out[0], .err = err[0], .failed = failed[0] };
	setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
	job->pid = fork();
	if (!job->pid)
		become(&order, out[1], err[1] < 0 ? out[1] : err[1], failed[1]);
	close(out[1]);
	close(failed[1]);
	if (err[1] >= 0)
		close(err[1]);
	return job->pid > 0;
}

/* Whether /proc/NAME is a process that still does something. */
static bool is_alive(const char *name)
{
	char path[64], line[512] = "";
	const char *state;
	FILE *stat;

	if (*name < '1' || *name > '9' || !strcmp(name, "1"))
		return false;
	snprintf(path, sizeof(path), "/proc/%.20s/stat", name);
	stat = fopen(path, "re");
	if (!stat)
		return false;
	state = fgets(line, sizeof(line), stat) ? strrchr(line, ')') : NULL;
	fclose(stat);
	return state && state[1] == ' ' && state[2] != 'Z' && state[2] != 'X';
}

static int count_alive(void)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	int alive = 0;

	while (proc && (entry = readdir(proc)))
		alive += is_alive(entry->d_name);
	if (proc)
		closedir(proc);
	return alive;
}

int end_all(struct job *job)
{
	int alive = count_alive(), status;
	pid_t pid;

	/* All at once, and nothing can be born meanwhile: a fork with a signal pending fails (kernel/fork.c). */
	kill(-1, SIGKILL);
	while ((pid = wait(&status)) > 0 || (pid < 0 && errno == EINTR)) {
		if (pid == job->pid) {
			job->status = status;
			job->ended = true;
		}
	}
	return alive;
}
