// SPDX-License-Identifier: MIT
/*
 * The report: KTAP lines (Documentation/dev-tools/ktap.rst), one per step.
 *
 * The plan comes last. Which steps exist depends only on the configuration,
 * so a step whose precondition failed is still reported: as not ok, naming
 * what it needs. A point that is missing altogether means we died.
 */
#define _GNU_SOURCE		/* strerrorname_np() */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "probe.h"

#define STEP_SECONDS 10	/* a step takes 0.2 s at most, on a busy machine some more */

static int out = STDOUT_FILENO;
static struct { char name[80]; bool passed; } done[512];
static int count, failures;
static bool trouble;
static char detail[512];
static volatile sig_atomic_t timed_out;
static sigjmp_buf fault;

/*
 * One write() per line: /dev/kmsg makes a record of each write, in order with
 * the kernel's own lines and with their clock. A record may have 1024 bytes
 * (PRINTKRB_RECORD_MAX in kernel/printk/internal.h).
 */
void say(const char *fmt, ...)
{
	char line[900];
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(line, sizeof(line) - 1, fmt, args);
	va_end(args);
	if (len > (int)sizeof(line) - 2)
		len = sizeof(line) - 2;
	line[len++] = '\n';
	while (write(out, line, len) < 0 && errno == EINTR)
		;
}

static void vdetail(const char *fmt, va_list args)
{
	vsnprintf(detail, sizeof(detail), fmt, args);
}

enum outcome fail(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vdetail(fmt, args);
	va_end(args);
	return FAIL;
}

enum outcome skip(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vdetail(fmt, args);
	va_end(args);
	return SKIP;
}

const char *errno_name(int number)
{
	const char *name = strerrorname_np(number);

	return name ? name : "an unknown errno";
}

enum outcome fail_errno(const char *fmt, ...)
{
	int number = errno;
	va_list args;
	size_t used;

	va_start(args, fmt);
	vdetail(fmt, args);
	va_end(args);
	used = strlen(detail);
	snprintf(detail + used, sizeof(detail) - used, ": %s%s", errno_name(number),
		 timed_out ? " (the step's time was up)" : "");
	return FAIL;
}

/* For what the kernel has to refuse, and with which errno. */
enum outcome expect_errno(int result, int wanted, const char *what)
{
	int number = errno;

	if (result >= 0)
		return fail("%s succeeded, expected %s", what, errno_name(wanted));
	if (number != wanted)
		return fail("%s: %s, expected %s", what, errno_name(number), errno_name(wanted));
	return PASS;
}

static void on_alarm(int signal)
{
	(void)signal;
	timed_out = 1;
}

/* A BAR whose memory is disabled answers with SIGBUS: a failed step, not our end. */
static void on_fault(int signal)
{
	siglongjmp(fault, signal);
}

static void catch(int signal, void (*handler)(int))
{
	struct sigaction action = { .sa_handler = handler };	/* no SA_RESTART: interrupt */

	sigaction(signal, &action, NULL);
}

void report_open(bool to_kmsg)
{
	int kmsg = to_kmsg ? open("/dev/kmsg", O_WRONLY | O_CLOEXEC) : -1;

	if (kmsg >= 0)
		out = kmsg;
	catch(SIGALRM, on_alarm);
	catch(SIGBUS, on_fault);
	catch(SIGSEGV, on_fault);
	catch(SIGILL, on_fault);
}

/* It fires again and again, so that one lost between two system calls does no harm. */
void step_limit(unsigned int seconds)
{
	struct itimerval timer = {
		.it_value.tv_sec = seconds,
		.it_interval.tv_usec = seconds ? 100000 : 0,
	};

	timed_out = 0;
	setitimer(ITIMER_REAL, &timer, NULL);
	watchdog_limit(seconds);
}

bool step_timed_out(void)
{
	return timed_out;
}

bool step_passed(const char *name)
{
	for (int i = 0; i < count; i++)
		if (!strcmp(done[i].name, name))
			return done[i].passed;
	say("# bug in the probe: no step %s before this one", name);
	trouble = true;
	return false;
}

static void report(const char *name, enum outcome outcome)
{
	const char *mark = outcome == SKIP ? " # SKIP " : outcome == FAIL ? " # " : "";

	if (count == sizeof(done) / sizeof(done[0])) {
		trouble = true;
		return;
	}
	snprintf(done[count].name, sizeof(done[count].name), "%s", name);
	done[count].passed = outcome != FAIL;
	count++;
	failures += outcome == FAIL;
	say("%s %d %s%s%s", outcome == FAIL ? "not ok" : "ok", count, name, mark,
	    outcome == PASS ? "" : detail);
}

/* The first of the space separated names in @needs that did not pass, or NULL. */
static const char *missing(const char *needs)
{
	static char names[256];
	char *rest = names, *name;

	snprintf(names, sizeof(names), "%s", needs ? needs : "");
	while ((name = strsep(&rest, " ")))
		if (*name && !step_passed(name))
			return name;
	return NULL;
}

static enum outcome run_guarded(step_fn *run, const void *arg)
{
	enum outcome outcome;
	int signal = sigsetjmp(fault, 1);

	if (signal)
		return fail("%s in this step", strsignal(signal));
	step_limit(STEP_SECONDS);
	outcome = run(arg);
	step_limit(0);
	return outcome;
}

bool step(const char *name, const char *needs, step_fn *run, const void *arg)
{
	const char *need = missing(needs);
	enum outcome outcome;

	detail[0] = 0;
	watchdog_step(count + 1, name);
	outcome = need ? fail("needs %s", need) : run_guarded(run, arg);
	report(name, outcome);
	return outcome != FAIL;
}

void report_trouble(void)
{
	trouble = true;
}

void report_failed(void)
{
	failures++;
}

int report_status(void)
{
	return trouble ? 70 : failures ? 1 : 0;
}

void report_plan(void)
{
	say("1..%d", count);
}
