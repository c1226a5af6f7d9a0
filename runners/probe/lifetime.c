// SPDX-License-Identifier: MIT
/*
 * Module lifetime: while VFIO holds a VM, the modules with the VM's code must
 * not be unloadable, in whatever order the other descriptors were closed.
 *
 * The verdict comes from reference counts alone. Trying would be worse than
 * failing: a kernel whose module goes too early crashes much later, or never.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lifetime.h"
#include "references.h"
#include "vfio.h"

#define ORDERS 24		/* 4! */
#define STATES (1 << HOLDERS)
#define ALL_OPEN (STATES - 1)
#define RELEASE_MS 2000		/* as long as unloading is retried for */
#define POLL_MS 10

static const char *const holder_name[HOLDERS] = { "vcpu", "dev", "vm", "kvm" };

/* One order being walked, and what was read on the way. */
struct walk {
	const struct way *way;
	enum holder order[HOLDERS];
	char name[32];			/* "vcpu-dev-vm-kvm" */
	bool done;
	struct references before, after;	/* nothing open; VFIO's device alone */
};

static struct walk walk;
static struct references seen[STATES];
static bool known[STATES];
static char contrary[256];

/* The @number-th of all orders: a number in factorial digits. */
static void choose_order(unsigned int number)
{
	enum holder left[HOLDERS] = { VCPU, DEV, VM, KVM };
	unsigned int below = ORDERS;

	walk.name[0] = 0;
	for (int i = 0; i < HOLDERS; i++) {
		int count = HOLDERS - i, pick;

		below /= count;
		pick = number / below % count;
		walk.order[i] = left[pick];
		memmove(&left[pick], &left[pick + 1], (count - pick - 1) * sizeof(left[0]));
		snprintf(walk.name + strlen(walk.name), sizeof(walk.name) - strlen(walk.name),
			 "%s%s", i ? "-" : "", holder_name[walk.order[i]]);
	}
}

static const char *state_name(unsigned int open)
{
	static char name[48];

	name[0] = 0;
	for (int holder = 0; holder < HOLDERS; holder++)
		if (open & 1U << holder) {
			strcat(name, holder_name[holder]);
			strcat(name, "+");
		}
	return strcat(name, walk.way->device);
}

/* The first to see a state says what counts it has; the others must agree. */
static void note(unsigned int open)
{
	const char *difference;

	references_read(&walk.after);
	if (!known[open]) {
		known[open] = true;
		seen[open] = walk.after;
		return;
	}
	difference = references_difference(&walk.after, &seen[open]);
	if (difference && !contrary[0])
		snprintf(contrary, sizeof(contrary), "with %s open, after closing in order %s: %s in another order",
			 state_name(open), walk.name, difference);
}

static enum outcome walk_order(void)
{
	unsigned int open = ALL_OPEN;

	references_read(&walk.before);
	if (held_open(walk.way) == FAIL)
		return FAIL;
	note(open);
	for (int i = 0; i < HOLDERS; i++) {
		held_close(walk.order[i]);
		open &= ~(1U << walk.order[i]);
		note(open);
	}
	walk.done = true;
	return PASS;
}

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

static enum outcome stays(const void *arg)
{
	const struct module *module = arg;
	char name[64];

	module_kernel_name(name, sizeof(name), module->name);
	if (!walk.done)
		return fail("needs %s%s.device", walk.way->points, walk.name);
	return references_hold(&walk.after, name) ? PASS :
	       fail("%s has no reference of its own: it can be unloaded while VFIO holds the VM", name);
}

/* Work queues and RCU may drop the last references a little later. */
static enum outcome released(const void *unused)
{
	struct references now;
	const char *difference;

	(void)unused;
	close_all();
	for (int waited = 0; waited <= RELEASE_MS; waited += POLL_MS) {
		references_read(&now);
		difference = references_difference(&now, &walk.before);
		if (!difference)
			return PASS;
		usleep(POLL_MS * 1000);
	}
	return fail("2 s after the device was closed %s before the VM was made", difference);
}

static const char *point(const char *what)
{
	static char name[128];

	snprintf(name, sizeof(name), "%s%s.%s", walk.way->points, walk.name, what);
	return name;
}

static void order_steps(unsigned int number)
{
	walk.done = false;
	choose_order(number);
	step(point("device"), walk.way->needs, device, NULL);
	if (conf.kvm != 'm')
		return;
	for (int i = 0; i < conf.modules; i++)
		if (holds_vm_code(&conf.module[i]))
			step(point(conf.module[i].name), NULL, stays, &conf.module[i]);
	step(point("released"), walk.way->needs, released, NULL);
}

static enum outcome counts_agree(const void *unused)
{
	(void)unused;
	return contrary[0] ? fail("%s", contrary) : PASS;
}

static void say_states(void)
{
	if (walk.before.modules)
		references_say(walk.way->before, &walk.before);
	for (unsigned int open = STATES; open-- > 0;)
		if (known[open] && seen[open].modules)
			references_say(state_name(open), &seen[open]);
}

void lifetime_steps(const struct way *way)
{
	char name[80];

	walk.way = way;
	memset(known, 0, sizeof(known));
	contrary[0] = 0;
	for (unsigned int number = 0; number < ORDERS; number++)
		order_steps(number);
	say_states();
	snprintf(name, sizeof(name), "%scounts-depend-on-state-only", way->points);
	if (conf.modules)
		step(name, NULL, counts_agree, NULL);
}
