// SPDX-License-Identifier: MIT
/*
 * A process that owns a VM and its device, and is killed. The device may be
 * ours too by then: VFIO's reference on the VM outlives the VM's mm and all
 * its other users. Shared by pidfd_getfd(2), which needs no CONFIG_NET as
 * SCM_RIGHTS does; the file is the same either way.
 */
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lifetime/lifetime.h"
#include "vfio/vfio.h"

static pid_t owner = -1;

/* Says the number of its descriptor for the device, which has to stay as it is from now on. */
static void own(open_fn *open, int to)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (open(&group_way) == FAIL ||
	    write(to, &assigned.device, sizeof(assigned.device)) != sizeof(assigned.device))
		_exit(1);
	for (;;)
		pause();
}

static enum outcome start(open_fn *open, int *number)
{
	int end[2];
	ssize_t got;

	if (pipe(end))
		return fail_errno("pipe");
	owner = fork();
	if (!owner) {
		close(end[0]);
		own(open, end[1]);
	}
	close(end[1]);
	got = read(end[0], number, sizeof(*number));
	close(end[0]);
	return owner > 0 && got == sizeof(*number) ? PASS :
	       fail("the process that was to own the VM could not open it");
}

static int take_fd(int number)
{
	int process = syscall(SYS_pidfd_open, owner, 0);
	int fd = process < 0 ? -1 : syscall(SYS_pidfd_getfd, process, number, 0);

	close_fd(&process);
	return fd;
}

enum outcome owner_start(open_fn *open, bool shares_device)
{
	int number;

	if (start(open, &number) == FAIL)
		return FAIL;
	if (!shares_device)
		return PASS;
	assigned.device = take_fd(number);
	return assigned.device < 0 ? fail_errno("pidfd_getfd of the device") : vfio_regions();
}

/* All that it had is closed when it can be waited for. */
enum outcome owner_kill(void)
{
	int status;

	if (owner <= 0 || kill(owner, SIGKILL) || waitpid(owner, &status, 0) != owner)
		return fail_errno("kill and wait for the owner");
	owner = -1;
	return PASS;
}
