// SPDX-License-Identifier: MIT
/* What control groups tell, and limits for machines that have none. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "limits.h"

/* The number behind `word` in the first of the files that is there; 0 where none is. */
static long count_in(const char *const *files, const char *word)
{
	char name[64];
	long value;

	for (; *files; files++) {
		FILE *file = fopen(*files, "re");

		while (file && fscanf(file, "%63s %ld", name, &value) == 2) {
			if (strcmp(name, word))
				continue;
			fclose(file);
			return value;
		}
		if (file)
			fclose(file);
	}
	return 0;
}

struct met limits_met(void)
{
	/* Version 1 and version 2 of control groups, and where an engine without an own view puts them. */
	static const char *const memory[] = { "/kvm-matrix/group/memory", "/sys/fs/cgroup/memory/memory.oom_control",
					      "/sys/fs/cgroup/memory.events", NULL };
	static const char *const pids[] = { "/kvm-matrix/group/pids", "/sys/fs/cgroup/pids/pids.events",
					    "/sys/fs/cgroup/pids.events", NULL };

	return (struct met){ count_in(memory, "oom_kill"), count_in(pids, "max") };
}

void limit_take(const char *text)
{
	static const struct {
		const char *name;
		int resource;
	} known[] = { { "as=", RLIMIT_AS }, { "fsize=", RLIMIT_FSIZE }, { "nproc=", RLIMIT_NPROC }, { "core=", RLIMIT_CORE } };

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		size_t length = strlen(known[i].name);
		rlim_t most;

		if (strncmp(text, known[i].name, length))
			continue;
		most = strtoull(text + length, NULL, 10);
		if (setrlimit(known[i].resource, &(struct rlimit){ most, most }))
			perror(text);
	}
}
