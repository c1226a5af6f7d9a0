// SPDX-License-Identifier: MIT
/*
 * Loading and unloading, always by asking the kernel what is there
 * (/proc/modules), never by remembering what we did.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "probe.h"

#define RETRY_MS 20
#define RETRIES 100

/* kvm-amd.ko calls itself kvm_amd: scripts/Makefile.lib, name-fix-token. */
void module_kernel_name(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from);
	for (; *to; to++)
		if (*to == '-')
			*to = '_';
}

/* The reference count, or -1 if the module is not loaded. */
int module_references(const char *module)
{
	char line[512], wanted[64], name[64];
	FILE *file = fopen("/proc/modules", "re");
	int count, found = -1;

	module_kernel_name(wanted, sizeof(wanted), module);
	while (file && found < 0 && fgets(line, sizeof(line), file))
		if (sscanf(line, "%63s %*d %d", name, &count) == 2 && !strcmp(name, wanted))
			found = count;
	if (file)
		fclose(file);
	return found;
}

bool module_loaded(const char *module)
{
	return module_references(module) >= 0;
}

int module_load(const struct module *module)
{
	int fd = open(module->path, O_RDONLY | O_CLOEXEC);
	int result, number;

	if (fd < 0)
		return -1;
	result = syscall(SYS_finit_module, fd, "", 0);
	number = errno;
	close(fd);
	errno = number;
	return result;
}

/*
 * O_NONBLOCK: a module in use is an answer (EAGAIN), never a wait. References
 * may be dropped a little later by work queues and RCU, so ask for two seconds.
 */
static int unload_within(const char *module, int retries)
{
	char name[64];
	int result;

	module_kernel_name(name, sizeof(name), module);
	while ((result = syscall(SYS_delete_module, name, O_NONBLOCK)) < 0 &&
	       (errno == EAGAIN || errno == EBUSY) && retries-- > 0)
		usleep(RETRY_MS * 1000);
	return result;
}

int module_unload_once(const char *module)
{
	return unload_within(module, 0);
}

int module_unload(const char *module)
{
	return unload_within(module, RETRIES);
}

static bool in_group(const struct module *module, enum group group)
{
	return module->group == group && !module->refused;
}

/* Does the other group, now loaded, list this module too and something after it? */
static bool needed_elsewhere(const struct module *module)
{
	bool listed = false;

	for (int i = 0; i < conf.modules; i++) {
		const struct module *other = &conf.module[i];

		if (other->group == module->group || other->refused)
			continue;
		if (listed && module_loaded(other->name))
			return true;
		listed |= !strcmp(other->name, module->name);
	}
	return false;
}

static enum outcome load_one(const void *arg)
{
	const struct module *module = arg;

	if (module_loaded(module->name))
		return skip("already loaded");
	if (module_load(module))
		return fail_errno("finit_module %s", module->path);
	if (!module_loaded(module->name))
		return fail("finit_module %s succeeded, but /proc/modules has no such module",
			    module->path);
	return PASS;
}

static enum outcome unload_one(const void *arg)
{
	const struct module *module = arg;
	int references = module_references(module->name);
	char name[64];

	if (needed_elsewhere(module))
		return skip("still needed by the other group");
	if (module_unload(module->name))
		return fail_errno("delete_module %s with %d references, retried for 2 s",
				  module->name, references);
	module_kernel_name(name, sizeof(name), module->name);
	if (exists("/sys/module/%s", name))
		return fail("delete_module succeeded, but /sys/module/%s is still there", name);
	return PASS;
}

static enum outcome refuse_one(const void *arg)
{
	const struct module *module = arg;
	char what[300];
	int result, number;

	snprintf(what, sizeof(what), "finit_module %s", module->path);
	result = module_load(module);
	number = errno;
	if (!result)
		module_unload(module->name);
	errno = number;
	return expect_errno(result, module->refused, what);
}

/* Without points of their own: for rounds, and where another point speaks for all. */
enum outcome group_load(enum group group)
{
	for (int i = 0; i < conf.modules; i++)
		if (in_group(&conf.module[i], group) && load_one(&conf.module[i]) == FAIL)
			return FAIL;
	return PASS;
}

/* Out with what is left after a failure, whose detail has to stay as it is. */
void group_drop(enum group group)
{
	for (int i = conf.modules; i-- > 0;)
		if (in_group(&conf.module[i], group))
			module_unload_once(conf.module[i].name);
}

enum outcome group_unload(enum group group)
{
	enum outcome all = PASS;

	for (int i = conf.modules; i-- > 0;)
		if (in_group(&conf.module[i], group) && module_loaded(conf.module[i].name) &&
		    all == PASS && unload_one(&conf.module[i]) == FAIL)
			all = FAIL;
	return all;
}

static const char *point(const char *verb, const struct module *module)
{
	static char name[2][128];
	static int turn;

	turn = !turn;
	snprintf(name[turn], sizeof(name[turn]), "%s.%s.%s",
		 group_name(module->group), verb, module->name);
	return name[turn];
}

/*
 * In the order of the configuration, each on top of what was loaded before:
 * loading further would only make the kernel complain about unknown symbols.
 * Returns the name of the last module's point.
 */
const char *group_load_steps(enum group group)
{
	static char last[GROUPS][128];

	last[group][0] = 0;
	for (int i = 0; i < conf.modules; i++) {
		const struct module *module = &conf.module[i];

		if (module->group != group)
			continue;
		if (module->refused) {
			step(point("refused", module), last[group], refuse_one, module);
			continue;
		}
		step(point("load", module), last[group], load_one, module);
		snprintf(last[group], sizeof(last[group]), "%s", point("load", module));
	}
	return last[group];
}

void group_unload_steps(enum group group)
{
	for (int i = conf.modules; i-- > 0;)
		if (in_group(&conf.module[i], group))
			step(point("unload", &conf.module[i]), point("load", &conf.module[i]),
			     unload_one, &conf.module[i]);
}

bool group_refuses(enum group group, const char *name)
{
	for (int i = 0; i < conf.modules; i++)
		if (conf.module[i].group == group && conf.module[i].refused &&
		    !strcmp(conf.module[i].name, name))
			return true;
	return false;
}
