// SPDX-License-Identifier: MIT
/* The stage "kvm": load it, run a guest, see it refuse to go, let it go, again. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "kvm/kvm.h"

static struct guest guest = NO_GUEST;

/* Some machines have no virtualization to offer (s390x, mips64 under TCG): kvm must say so. */
bool kvm_usable(void)
{
	return conf.kvm != 'n' && !group_refuses(GROUP_KVM, "kvm");
}

static enum outcome absent(const void *arg)
{
	(void)arg;
	if (misc_device("kvm"))
		return fail("/proc/misc lists kvm");
	if (getpid() == 1 && exists("/dev/kvm"))
		return fail("/dev/kvm exists");
	return PASS;
}

static enum outcome absent_before_load(const void *arg)
{
	return module_loaded("kvm") ? skip("kvm.ko was loaded before us") : absent(arg);
}

/* A built-in kvm would show its parameters there. */
static enum outcome no_module(const void *arg)
{
	(void)arg;
	return exists("/sys/module/kvm") ? fail("/sys/module/kvm exists") : PASS;
}

static enum outcome open_kvm(const void *arg)
{
	(void)arg;
	return guest_open_kvm(&guest);
}

/* Frozen since 2007: api.rst, 4.1. */
static enum outcome api_version(const void *arg)
{
	int version = ioctl(guest.kvm, KVM_GET_API_VERSION, 0);

	(void)arg;
	if (version < 0)
		return fail_errno("KVM_GET_API_VERSION");
	return version == 12 ? PASS : fail("KVM_GET_API_VERSION is %d, expected 12", version);
}

static enum outcome create_vm(const void *arg)
{
	(void)arg;
	return guest_create_vm(&guest);
}

static enum outcome create_vcpu(const void *arg)
{
	(void)arg;
	return guest_create_vcpu(&guest);
}

static enum outcome no_guest(const void *arg)
{
	(void)arg;
	return skip("%s", lacking("guest"));
}

static enum outcome run_guest(const void *arg)
{
	enum outcome ready = guest_setup(&guest);

	(void)arg;
	return ready == PASS ? guest_judge(&guest) : ready;
}

/* Last loaded first: that is the vendor's module, on which the others hang. */
static enum outcome refuse_unload(const void *arg)
{
	char what[128];
	int result;

	(void)arg;
	for (int i = conf.modules; i-- > 0;) {
		const struct module *module = &conf.module[i];

		if (module->group != GROUP_KVM || module->refused)
			continue;
		snprintf(what, sizeof(what), "delete_module %s with a VM open", module->name);
		result = module_unload_once(module->name);
		if (expect_errno(result, EAGAIN, what) == FAIL)
			return FAIL;
	}
	return PASS;
}

static enum outcome close_vm(const void *arg)
{
	(void)arg;
	guest_close(&guest);
	return PASS;
}

static enum outcome one_round(void)
{
	enum outcome outcome = group_load(GROUP_KVM);

	if (outcome == PASS)
		outcome = guest_exercise(&guest);
	guest_close(&guest);
	if (outcome != FAIL)
		return group_unload(GROUP_KVM);
	group_drop(GROUP_KVM);
	return FAIL;
}

static enum outcome reload_rounds(const void *arg)
{
	(void)arg;
	step_limit(120);
	for (int round = 1; round <= conf.rounds; round++)
		if (one_round() == FAIL) {
			say("# round %d of %d failed", round, conf.rounds);
			return FAIL;
		}
	return PASS;
}

static void use_steps(const char *loaded)
{
	step("kvm.device", loaded, open_kvm, NULL);
	step("kvm.api-version", "kvm.device", api_version, NULL);
	step("kvm.vm-create", "kvm.device", create_vm, NULL);
	step("kvm.vcpu-create", "kvm.vm-create", create_vcpu, NULL);
	step("kvm.guest-runs", "kvm.vcpu-create", run_guest, NULL);
	if (conf.vfio == 'n')
		step("kvm.vfio-attach-refused", "kvm.vm-create", kvm_vfio_must_refuse, &guest);
	if (conf.kvm == 'm')
		step("kvm.busy-unload-refused", "kvm.vm-create", refuse_unload, NULL);
	step("kvm.close", NULL, close_vm, NULL);
}

/* A module whose init failed must leave nothing behind. */
static enum outcome not_loaded(const void *arg)
{
	return module_loaded("kvm") ? fail("/proc/modules lists kvm") : no_module(arg);
}

static enum outcome refusal_message(const void *arg)
{
	(void)arg;
	return kernel_said(conf.message) ? PASS :
	       fail("the kernel did not say \"%s\"", conf.message);
}

/* The machine cannot do it: the kernel has to say so, and to leave nothing half made. */
static void refusal_steps(void)
{
	if (conf.message[0])
		step("kvm.refusal-message", NULL, refusal_message, NULL);
	if (conf.kvm == 'm')
		step("kvm.not-loaded", NULL, not_loaded, NULL);
	step("kvm.absent", NULL, absent, NULL);
	if (lacking("guest"))
		step("kvm.guest-runs", NULL, no_guest, NULL);
}

static void module_steps(void)
{
	const char *loaded;

	step("kvm.absent-before-load", NULL, absent_before_load, NULL);
	loaded = group_load_steps(GROUP_KVM);
	if (kvm_usable())
		use_steps(loaded);
	else
		refusal_steps();
	group_unload_steps(GROUP_KVM);
	step("kvm.device-gone", NULL, absent, NULL);
	if (kvm_usable())
		step("kvm.reload-rounds", "kvm.device-gone kvm.guest-runs", reload_rounds, NULL);
}

void kvm_stage(void)
{
	say("# stage kvm");
	if (conf.kvm == 'm')
		module_steps();
	else if (conf.kvm == 'y' && kvm_usable())
		use_steps(NULL);
	else if (conf.kvm == 'y')
		refusal_steps();
	else {
		step("kvm.absent", NULL, absent, NULL);
		step("kvm.no-module", NULL, no_module, NULL);
	}
	taint_step("kvm.taint");
}
