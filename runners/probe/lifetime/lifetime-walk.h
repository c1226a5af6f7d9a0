/* SPDX-License-Identifier: MIT */
/* Closing the descriptors that hold a VM one by one, and the reference counts on the way. */
#ifndef PROBE_LIFETIME_WALK_H
#define PROBE_LIFETIME_WALK_H

#include "lifetime/lifetime.h"
#include "modules/references.h"

#define ORDERS 24		/* of four holders: 4! */

struct walk {
	const struct way *way;
	enum holder order[HOLDERS];
	char name[32];			/* "vcpu-dev-vm-kvm" */
	bool done;			/* all of the following was read */
	bool vm_gone;			/* VFIO's device alone did not keep it */
	struct references before;	/* no VM */
	struct references attached;	/* all but VFIO's device open */
	struct references opened;	/* all open */
	struct references held;		/* VFIO's device alone */
};

extern struct walk walk;

void walk_start(const struct way *way);
void walk_choose(unsigned int order);
enum outcome walk_order(void);
const char *walk_contradiction(void);
void walk_say_states(void);

#endif
