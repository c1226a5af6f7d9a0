// SPDX-License-Identifier: MIT
/* One order of closing after the other: which module has how many references in which state. */
#include <stdio.h>
#include <string.h>

#include "lifetime/lifetime-walk.h"

#define STATES (1 << HOLDERS)	/* sets of open holders */
#define ALL_OPEN (STATES - 1)
#define GONE_MS 10		/* each of 48 orders waits so long in a kernel that keeps its VM */

static const char *const holder_name[HOLDERS] = { "vcpu", "dev", "vm", "kvm" };

struct walk walk;

static struct references seen[STATES];
static bool known[STATES];
static char contradiction[256];

void walk_start(const struct way *way)
{
	walk.way = way;
	memset(known, 0, sizeof(known));
	contradiction[0] = 0;
}

/* The @number-th of all orders: a number in factorial digits. */
void walk_choose(unsigned int number)
{
	enum holder left[HOLDERS] = { VCPU, DEV, VM, KVM };
	unsigned int below = ORDERS;

	walk.done = false;
	walk.name[0] = 0;
	for (int i = 0; i < HOLDERS; i++) {
		int count = HOLDERS - i, pick;

		below /= count;
		pick = number / below % count;
		walk.order[i] = left[pick];
		memmove(&left[pick], &left[pick + 1], (count - pick - 1) * sizeof(left[0]));
		strcat(walk.name, i ? "-" : "");
		strcat(walk.name, holder_name[walk.order[i]]);
	}
}

/* "vm+kvm+device" */
static const char *state_name(unsigned int open, const char *device)
{
	static char name[48];

	name[0] = 0;
	for (int holder = 0; holder < HOLDERS; holder++)
		if (open & 1U << holder) {
			strcat(name, holder_name[holder]);
			strcat(name, "+");
		}
	return strcat(name, device);
}

/* The first to see a state says what counts it has; the others must agree. */
static void note(unsigned int open, struct references *now)
{
	const char *difference;

	references_read(now);
	if (!known[open]) {
		known[open] = true;
		seen[open] = *now;
		return;
	}
	difference = references_difference(now, &seen[open]);
	if (difference && !contradiction[0])
		snprintf(contradiction, sizeof(contradiction),
			 "%s after closing in order %s: %s in another order",
			 state_name(open, walk.way->device), walk.name, difference);
}

const char *walk_contradiction(void)
{
	return contradiction[0] ? contradiction : NULL;
}

static enum outcome open_all(void)
{
	references_read(&walk.before);
	if (held_attach(walk.way) == FAIL)
		return FAIL;
	references_read(&walk.attached);
	if (walk.way->open(NULL) == FAIL)
		return FAIL;
	note(ALL_OPEN, &walk.opened);
	return PASS;
}

enum outcome walk_order(void)
{
	unsigned int open = ALL_OPEN;
	int before = vm_threads(), with_vm;

	if (open_all() == FAIL)
		return FAIL;
	with_vm = vm_threads();
	for (int i = 0; i < HOLDERS; i++) {
		held_close(walk.order[i]);
		open &= ~(1U << walk.order[i]);
		note(open, &walk.held);
	}
	walk.vm_gone = vm_gone(before, with_vm, GONE_MS);
	walk.done = true;
	return PASS;
}

void walk_say_states(void)
{
	if (!conf.modules || !walk.done)
		return;
	references_say(walk.way->before, &walk.before);
	references_say(state_name(ALL_OPEN, "attached"), &walk.attached);
	for (unsigned int open = STATES; open-- > 0;)
		if (known[open])
			references_say(state_name(open, walk.way->device), &seen[open]);
}
