/* SPDX-License-Identifier: MIT */
/* Who holds which module: the reference counts of all that the configuration lists, at one moment. */
#ifndef PROBE_REFERENCES_H
#define PROBE_REFERENCES_H

#include "probe.h"

struct reference {
	char name[64];		/* as the kernel writes it: kvm_amd */
	int count;
	char users[256];	/* modules that link against it: "kvm_amd,kvm_intel," */
};

struct references {
	int modules;
	struct reference module[32];
};

void references_read(struct references *now);
bool references_hold(const struct references *at, const char *module);
int references_count(const struct references *at, const char *module);
const char *references_difference(const struct references *now, const struct references *before);
void references_say(const char *state, const struct references *at);

#endif
