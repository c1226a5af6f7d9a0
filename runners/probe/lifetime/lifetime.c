// SPDX-License-Identifier: MIT
/*
 * Module lifetime: while VFIO holds a VM, the modules with the VM's code must
 * not be unloadable, in whatever order the other descriptors were closed.
 *
 * The verdict comes from reference counts alone. Trying would be worse than
 * failing: a kernel whose module goes too early crashes much later, or never.
 */
#include <stdio.h>
#include <unistd.h>

#include "lifetime/lifetime-walk.h"
#include "vfio/vfio.h"

#define RELEASE_MS 2000		/* as long as unloading is retried for */
#define LEAKING_MS 200		/* once one was seen to leak, 47 more need no such patience */
#define POLL_MS 10

static void close_all(void)
{
	held_close_all();
	walk.way->close();
}

/* A VM that only VFIO holds is nothing to its device, which must still answer. */
static enum outcome device(const void *unused)
{
	enum outcome outcome = walk_order();

	if (outcome == PASS)
		outcome = vfio_config_space(unused);
	if (conf.kvm != 'm')
		close_all();
	return outcome;
}

static enum outcome not_walked(void)
{
	return fail("needs %s%s.device", walk.way->points, walk.name);
}

static enum outcome stays(const void *arg)
{
	const struct module *module = arg;
	char name[64];

	module_kernel_name(name, sizeof(name), module->name);
	if (!walk.done)
		return not_walked();
	if (walk.vm_gone)
		return skip(NOT_HELD);
	return references_hold(&walk.held, name) ? PASS :
	       fail("%s has no reference of its own: it can be unloaded while VFIO holds the VM", name);
}

/* Work queues and RCU may drop the last references a little later. */
static const char *left_over(int patience)
{
	struct references now;
	const char *difference;

	for (int waited = 0; waited <= patience; waited += POLL_MS) {
		references_read(&now);
		difference = references_difference(&now, &walk.before);
		if (!difference)
			return NULL;
		usleep(POLL_MS * 1000);
	}
	return difference;
}

static enum outcome released(const void *unused)
{
	static bool leaks;
	const char *difference;

	(void)unused;
	close_all();
	difference = left_over(leaks ? LEAKING_MS : RELEASE_MS);
	leaks |= difference != NULL;
	return difference ? fail("with the device closed %s before the VM was made", difference) : PASS;
}

static const char *point(const char *order, const char *what)
{
	static char name[128];

	snprintf(name, sizeof(name), "%s%s%s%s", walk.way->points, order, *order ? "." : "", what);
	return name;
}

static void order_steps(unsigned int number)
{
	walk_choose(number);
	step(point(walk.name, "device"), walk.way->needs, device, NULL);
	if (conf.kvm != 'm')
		return;
	for (int i = 0; i < conf.modules; i++)
		if (holds_vm_code(&conf.module[i]))
			step(point(walk.name, conf.module[i].name), NULL, stays, &conf.module[i]);
	step(point(walk.name, "released"), walk.way->needs, released, NULL);
}

static enum outcome counts_agree(const void *unused)
{
	const char *contradiction = walk_contradiction();

	(void)unused;
	return contradiction ? fail("%s", contradiction) : PASS;
}

/*
 * VFIO calls into KVM to give the VM back. Whatever else keeps the code (in 6.6
 * the VM itself does, which lets go while it still runs in it), the caller
 * has to hold a module that it returns from.
 */
static enum outcome open_holds_kvm(const void *unused)
{
	char name[64];

	(void)unused;
	if (!walk.done)
		return not_walked();
	if (walk.vm_gone)
		return skip(NOT_HELD);
	for (int i = 0; i < conf.modules; i++) {
		module_kernel_name(name, sizeof(name), conf.module[i].name);
		if (holds_vm_code(&conf.module[i]) &&
		    references_count(&walk.opened, name) > references_count(&walk.attached, name))
			return PASS;
	}
	return fail("no module of KVM gains a reference when the device is opened: VFIO calls what it does not hold");
}

void lifetime_steps(const struct way *way)
{
	walk_start(way);
	for (unsigned int order = 0; order < ORDERS; order++)
		order_steps(order);
	walk_say_states();
	if (conf.modules)
		step(point("", "counts-depend-on-state-only"), NULL, counts_agree, NULL);
	if (conf.kvm == 'm')
		step(point("", "open-holds-kvm"), NULL, open_holds_kvm, NULL);
}
