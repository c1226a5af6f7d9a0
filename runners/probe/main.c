// SPDX-License-Identifier: MIT
/*
 * The probe of kvm-matrix: tests KVM and VFIO of the kernel it runs on.
 *
 * As PID 1 of an initramfs it mounts what it needs, reports through /dev/kmsg
 * and restarts the machine at the end, which ends QEMU (-no-reboot). As an
 * ordinary program it reports on stdout and exits with its status.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "lifetime/lifetime.h"
#include "probe.h"

static bool init;

/* EBUSY: mounted already, as /dev is with CONFIG_DEVTMPFS_MOUNT. */
static void mount_on(const char *type, const char *where)
{
	mkdir(where, 0755);
	if (mount(type, where, type, 0, NULL) && errno != EBUSY)
		say("# mount %s on %s: %s", type, where, errno_name(errno));
}

static enum outcome filesystems(const void *unused)
{
	(void)unused;
	if (!exists("/proc/self"))
		return fail("no /proc/self");
	if (!exists("/sys/bus/pci/devices"))
		return fail("no /sys/bus/pci/devices");
	return exists("/dev/null") ? PASS : fail("no /dev/null");
}

/* What is still in the UART would be lost with the machine. */
static void drain_console(void)
{
	int console = open("/dev/console", O_WRONLY | O_NOCTTY | O_CLOEXEC);

	if (console >= 0)
		tcdrain(console);
}

/*
 * By the chipset's reset control register (BOOT_CF9 in arch/x86/kernel/reboot.c;
 * QEMU's q35 has it): for a kernel whose every way of restarting runs code that
 * is gone. Without CONFIG_DEVPORT, and on other machines, this does nothing.
 */
static void reset_by_chipset(void)
{
	int port = open("/dev/port", O_WRONLY | O_CLOEXEC);

	if (port >= 0 && pwrite(port, "\x06", 1, 0xcf9) < 0)
		say("# reset by port 0xcf9: %s", errno_name(errno));
}

/* An orderly restart waits for devices: not if one of them is what hangs. */
static void restart(bool orderly)
{
	drain_console();
	if (!orderly) {
		reset_by_chipset();
		write_file("/proc/sysrq-trigger", "b");
	}
	sync();
	reboot(RB_AUTOBOOT);
	for (;;)
		pause();
}

int finish(bool orderly)
{
	say("kvm-matrix: done %d", report_status());
	if (init)
		restart(orderly);
	return report_status();
}

int main(int argc, char **argv)
{
	bool whole = true;

	init = getpid() == 1;
	if (init) {
		mount_on("devtmpfs", "/dev");
		mount_on("proc", "/proc");
		mount_on("sysfs", "/sys");
	}
	report_open(init);
	/* As init we are given what the kernel did not understand of its own command line. */
	if (!conf_read(argc > 1 && !init ? argv[1] : "/probe.conf")) {
		report_trouble();
		return finish(true);
	}
	say("kvm-matrix: ready");
	say("KTAP version 1");
	watchdog_start();
	taint_start(init);
	step("boot.filesystems", NULL, filesystems, NULL);
	taint_step("boot.taint");
	if (conf.lifetime) {
		whole = lifetime_stage();
	} else {
		kvm_stage();
		vfio_stage();
	}
	watchdog_stop();
	report_plan();
	return finish(whole);
}
