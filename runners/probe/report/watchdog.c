// SPDX-License-Identifier: MIT
/*
 * Alarms wake what sleeps interruptibly. A system call that does not (a close
 * or an unbind waiting for a reference nobody drops) holds the probe for ever,
 * and then only another process can tell where it stands.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "probe.h"

#define GRACE 20	/* seconds past the step's own limit */

struct watched {
	char name[80];
	int number;
	volatile time_t deadline;	/* 0: nothing runs */
};

static struct watched *watched = MAP_FAILED;
static pid_t watcher = -1;

static time_t seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

/* The kernel function it sleeps in; needs CONFIG_KALLSYMS. */
static void tell(pid_t stuck)
{
	char path[32], where[128] = "an unknown place";

	snprintf(path, sizeof(path), "/proc/%d/wchan", stuck);
	read_line(path, where, sizeof(where));
	say("not ok %d %s # hangs, not interruptible, in %s", watched->number, watched->name, where);
	report_failed();
	write_file("/proc/sysrq-trigger", "w");	/* the stacks of all that is blocked */
}

/* Read once: the step may end between two looks. */
static bool overdue(void)
{
	time_t deadline = watched->deadline;

	return deadline && seconds_now() >= deadline;
}

static void watch(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (!overdue())
		sleep(1);
	tell(parent);
	_exit(finish(false));
}

void watchdog_start(void)
{
	pid_t parent = getpid();

	watched = mmap(NULL, sizeof(*watched), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (watched == MAP_FAILED)
		return;
	watcher = fork();
	if (!watcher)
		watch(parent);
}

void watchdog_stop(void)
{
	if (watcher > 0)
		kill(watcher, SIGKILL);
}

void watchdog_step(int number, const char *name)
{
	if (watched == MAP_FAILED)
		return;
	watched->number = number;
	snprintf(watched->name, sizeof(watched->name), "%s", name);
}

void watchdog_limit(unsigned int seconds)
{
	if (watched != MAP_FAILED)
		watched->deadline = seconds ? seconds_now() + seconds + GRACE : 0;
}
