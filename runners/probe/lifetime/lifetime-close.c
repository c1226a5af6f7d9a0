// SPDX-License-Identifier: MIT
/*
 * The close that ends VFIO's hold on the VM runs the VM's code for the last
 * time. If that is gone the kernel kills who closes, or never returns from
 * it: so it is done by a process that the report can do without.
 */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lifetime/lifetime.h"
#include "vfio/vfio.h"

#define CLOSE_MS 5000
#define POLL_MS 20

/* Waits until nobody else has the device, for only the last close counts. */
static void closer(int gate[2])
{
	char byte;

	signal(SIGSEGV, SIG_DFL);	/* an oops ends its process with a signal */
	close(gate[1]);
	if (read(gate[0], &byte, 1))
		_exit(1);
	_exit(close(assigned.device) ? 1 : 0);
}

static enum outcome lost(const char *how)
{
	say("# the process that closes the device %s", how);
	return fail("closing the device ends in an oops, or not at all");
}

static enum outcome judge(int status)
{
	if (WIFSIGNALED(status))
		return lost("was killed by the kernel");
	return WEXITSTATUS(status) ? fail("close of the device failed") : PASS;
}

static enum outcome await(pid_t closer)
{
	int status;

	for (int waited = 0; waited < CLOSE_MS; waited += POLL_MS) {
		if (waitpid(closer, &status, WNOHANG) == closer)
			return judge(status);
		usleep(POLL_MS * 1000);
	}
	return lost("is still at it");
}

enum outcome close_apart(void)
{
	int gate[2];
	pid_t pid;

	if (pipe(gate))
		return fail_errno("pipe");
	pid = fork();
	if (!pid)
		closer(gate);
	close_fd(&assigned.device);
	close(gate[0]);
	close(gate[1]);
	return pid < 0 ? fail("fork: no process to close the device in") : await(pid);
}
