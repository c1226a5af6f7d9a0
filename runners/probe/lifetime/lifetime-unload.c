// SPDX-License-Identifier: MIT
/*
 * Module lifetime by trying: unload KVM while VFIO holds a VM. A kernel that
 * lets it happen will crash, so this has a boot of its own, and what is
 * harmless in any kernel comes first.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lifetime/lifetime.h"
#include "modules/references.h"
#include "vfio/vfio.h"

#define POINTS "vfio.unload-held."

static char broken[96];		/* what makes it useless, or worse, to go on */
static bool vm_went;		/* with its owner, though the device is still open */

#define GONE_MS 500

static enum outcome prepare(const void *unused)
{
	if (group_load(GROUP_KVM) == FAIL || group_load(GROUP_VFIO) == FAIL ||
	    pci_find(unused) == FAIL || pci_bind_vfio(unused) == FAIL ||
	    vfio_open_group(unused) == FAIL)
		return FAIL;
	return vfio_open_container(unused);
}

static enum outcome reload(const void *unused)
{
	(void)unused;
	return group_unload(GROUP_KVM) == FAIL ? FAIL : group_load(GROUP_KVM);
}

/* Everything ends at once, in the order of the descriptors' numbers. */
static enum outcome kill_owner(const void *unused)
{
	(void)unused;
	return owner_start(held_open, false) == FAIL ? FAIL : owner_kill();
}

/* A VM of another process, which dies and leaves us the device. */
static enum outcome take_device(open_fn *open)
{
	int before, with_vm;

	if (group_load(GROUP_KVM) == FAIL)
		return FAIL;
	before = vm_threads();
	if (owner_start(open, true) == FAIL)
		return FAIL;
	with_vm = vm_threads();
	if (owner_kill() == FAIL)
		return FAIL;
	vm_went = vm_gone(before, with_vm, GONE_MS);
	return PASS;
}

static enum outcome share_device(const void *unused)
{
	(void)unused;
	return take_device(held_open);
}

/* By its references: the kernel has to stay whole for what follows. */
static enum outcome stays(const void *arg)
{
	const struct module *module = arg;
	struct references now;
	char name[64];

	if (vm_went)
		return skip(NOT_HELD);
	module_kernel_name(name, sizeof(name), module->name);
	references_read(&now);
	return references_hold(&now, name) ? PASS :
	       fail("%s has no reference of its own: it can be unloaded while VFIO holds the VM", name);
}

/*
 * No vCPU here: if its code is gone, who closes dies twice, the second time in
 * kvm_sched_out() under the lock of a run queue, and the machine is lost. And
 * not our VM: an mm with one calls kvm.ko in every fork (mmu notifiers).
 */
static enum outcome hold(const void *unused)
{
	(void)unused;
	return take_device(held_open_without_vcpu);
}

/* EAGAIN (EWOULDBLOCK): try_stop_module() in kernel/module/main.c. */
static enum outcome refuses(const void *arg)
{
	const struct module *module = arg;
	char name[64];

	if (vm_went)
		return skip(NOT_HELD);
	module_kernel_name(name, sizeof(name), module->name);
	if (!module_unload_once(name)) {
		snprintf(broken, sizeof(broken), "%s is gone", name);
		return fail("%s was unloaded while VFIO holds the VM", name);
	}
	return errno == EAGAIN || errno == EBUSY ? PASS : fail_errno("delete_module %s", name);
}

static enum outcome close_device(const void *unused)
{
	enum outcome outcome = close_apart();

	(void)unused;
	if (outcome == FAIL && !broken[0])
		strcpy(broken, "closing the device failed");
	return outcome;
}

static enum outcome unload(const void *unused)
{
	(void)unused;
	if (broken[0])
		return skip("the kernel is not whole: %s", broken);
	return group_unload(GROUP_KVM);
}

static enum outcome release(const void *unused)
{
	if (broken[0])
		return skip("the kernel is not whole: %s", broken);
	if (vfio_close(unused) == FAIL)
		return FAIL;
	close_fd(&assigned.group);
	close_fd(&assigned.container);
	return pci_release(unused) == FAIL ? FAIL : group_unload(GROUP_VFIO);
}

/* The vendor's module first: it uses the others. */
static void module_steps(const char *before, const char *needs, step_fn *run)
{
	char name[128];

	for (int i = conf.modules; i-- > 0;) {
		if (!holds_vm_code(&conf.module[i]))
			continue;
		snprintf(name, sizeof(name), "%s%s", before, conf.module[i].name);
		step(name, needs, run, &conf.module[i]);
	}
}

static void harmless_steps(void)
{
	step(POINTS "owner-killed", POINTS "prepare", kill_owner, NULL);
	step(POINTS "owner-killed.reload", POINTS "owner-killed", reload, NULL);
	step(POINTS "shared", POINTS "prepare", share_device, NULL);
	module_steps(POINTS "shared.", POINTS "shared", stays);
	step(POINTS "shared.device", POINTS "shared", vfio_config_space, NULL);
	step(POINTS "shared.close", NULL, vfio_close_device, NULL);
	step(POINTS "shared.reload", POINTS "shared.close", reload, NULL);
}

static void acts(void)
{
	step(POINTS "held", POINTS "prepare", hold, NULL);
	module_steps(POINTS, POINTS "held", refuses);
	step(POINTS "device", POINTS "held", vfio_config_space, NULL);
	step(POINTS "close", POINTS "held", close_device, NULL);
	step(POINTS "unload", POINTS "held", unload, NULL);
	step(POINTS "release", POINTS "held", release, NULL);
}

static const char *pointless(void)
{
	if (conf.kvm != 'm')
		return "KVM is no module";
	if (conf.vfio == 'n' || !conf.device[0])
		return "no device to assign";
	return kvm_usable() ? lacking("kvm-vfio") : "KVM cannot be used";
}

static enum outcome skip_all(const void *unused)
{
	(void)unused;
	return skip("%s", pointless());
}

bool lifetime_stage(void)
{
	say("# stage lifetime");
	step(POINTS "prepare", NULL, pointless() ? skip_all : prepare, NULL);
	if (pointless())
		return true;
	harmless_steps();
	acts();
	taint_step(POINTS "taint");
	return !broken[0];
}
