// SPDX-License-Identifier: MIT
/* edu's interrupt, through VFIO to an eventfd of ours. */
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "device/edu.h"

#define STATUS	0x24
#define RAISE	0x60
#define ACK	0x64

/* edu raises INTx as long as MSI is not enabled; some machines have nowhere to send an MSI to. */
static unsigned int irq_index(void)
{
	return lacking("msi") ? VFIO_PCI_INTX_IRQ_INDEX : VFIO_PCI_MSI_IRQ_INDEX;
}

static const char *irq_name(void)
{
	return lacking("msi") ? "INTx" : "MSI 0";
}

static int enable(int eventfd)
{
	struct {
		struct vfio_irq_set set;
		int32_t fd;
	} request = {
		.set.argsz = sizeof(request),
		.set.flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
		.set.index = irq_index(),
		.set.count = 1,
		.fd = eventfd,
	};

	return ioctl(assigned.device, VFIO_DEVICE_SET_IRQS, &request);
}

static int disable(void)
{
	struct vfio_irq_set set = {
		.argsz = sizeof(set),
		.flags = VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER,
		.index = irq_index(),
	};

	return ioctl(assigned.device, VFIO_DEVICE_SET_IRQS, &set);
}

static enum outcome await(int eventfd, int milliseconds)
{
	struct pollfd ready = { .fd = eventfd, .events = POLLIN };
	int result = poll(&ready, 1, milliseconds);
	uint64_t count;

	if (result < 0)
		return fail_errno("poll of the eventfd");
	if (!result)
		return fail("no interrupt within %d ms of writing IRQ_RAISE (status %#x)",
			    milliseconds, edu_get32(STATUS));
	if (read(eventfd, &count, sizeof(count)) != sizeof(count))
		return fail_errno("read of the eventfd");
	return count == 1 ? PASS : fail("%llu interrupts, expected one", (unsigned long long)count);
}

static enum outcome raise_one(int eventfd)
{
	enum outcome outcome;

	if (enable(eventfd) < 0)
		return fail_errno("VFIO_DEVICE_SET_IRQS of %s to an eventfd", irq_name());
	edu_put32(RAISE, 1);
	outcome = await(eventfd, 5000);
	edu_put32(ACK, 1);
	if (disable() < 0 && outcome == PASS)
		return fail_errno("VFIO_DEVICE_SET_IRQS, disabling %s", irq_name());
	return outcome;
}

enum outcome edu_interrupt(const void *unused)
{
	int fd;
	enum outcome outcome;

	(void)unused;
	if (lacking("interrupt"))
		return skip("%s", lacking("interrupt"));
	if (lacking("msi"))
		say("# the interrupt is INTx: %s", lacking("msi"));
	fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (fd < 0)
		return fail_errno("eventfd");
	outcome = raise_one(fd);
	close(fd);
	return outcome;
}
