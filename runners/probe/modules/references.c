// SPDX-License-Identifier: MIT
/*
 * Reference counts of modules, as /proc/modules has them (print_unload_info()
 * in kernel/module/procfs.c): the count, then the modules that use this one.
 *
 * Each user accounts for one of the count (ref_module() in kernel/module/main.c);
 * the rest are the module's own: open files, and symbol_get(), which names nobody.
 */
#include <stdio.h>
#include <string.h>

#include "modules/references.h"

static const struct reference *find(const struct references *at, const char *name)
{
	for (int i = 0; i < at->modules; i++)
		if (!strcmp(at->module[i].name, name))
			return &at->module[i];
	return NULL;
}

/* "name size count users, state address"; no users are a "-". */
static bool parse(const char *line, struct reference *to)
{
	return sscanf(line, "%63s %*d %d %255s", to->name, &to->count, to->users) == 3;
}

static bool loaded(const char *name, struct reference *to)
{
	FILE *file = fopen("/proc/modules", "re");
	bool found = false;
	char line[512];

	while (file && !found && fgets(line, sizeof(line), file))
		found = parse(line, to) && !strcmp(to->name, name);
	if (file)
		fclose(file);
	return found;
}

/* In the order of the configuration, which is the same in every boot: the kernel's is not. */
void references_read(struct references *now)
{
	char name[64];

	now->modules = 0;
	for (int i = 0; i < conf.modules; i++) {
		module_kernel_name(name, sizeof(name), conf.module[i].name);
		if (!find(now, name) && loaded(name, &now->module[now->modules]))
			now->modules++;
	}
}

/* A module without an exit function lists itself as "[permanent]", which counts for nothing. */
static int users_of(const struct reference *module)
{
	int users = 0;

	for (const char *at = module->users; (at = strchr(at, ',')); at++)
		users++;
	return strstr(module->users, "[permanent],") ? users - 1 : users;
}

/*
 * Would delete_module() leave it alone? It refuses while the count is not 0
 * (try_release_module_ref()), and users have to go first: so a module stays
 * if it has references of its own, or if one of its users stays.
 */
bool references_hold(const struct references *at, const char *name)
{
	const struct reference *module = find(at, name);
	char users[256], *rest = users, *user;

	if (!module)
		return false;
	if (module->count > users_of(module))
		return true;
	snprintf(users, sizeof(users), "%s", module->users);
	while ((user = strsep(&rest, ",")))
		if (*user && references_hold(at, user))
			return true;
	return false;
}

int references_count(const struct references *at, const char *name)
{
	const struct reference *module = find(at, name);

	return module ? module->count : 0;
}

/* NULL, or a sentence about the first module whose count differs. */
const char *references_difference(const struct references *now, const struct references *before)
{
	static char text[160];

	for (int i = 0; i < before->modules; i++) {
		const struct reference *then = &before->module[i];
		const struct reference *module = find(now, then->name);

		if (module && module->count == then->count)
			continue;
		snprintf(text, sizeof(text), "%s has %d references, had %d",
			 then->name, module ? module->count : 0, then->count);
		return text;
	}
	return NULL;
}

/* For people and programs that compare two kernels: "# references vm+device: kvm 2 kvm_amd 1". */
void references_say(const char *state, const struct references *at)
{
	char text[700] = "";
	size_t used = 0;

	for (int i = 0; i < at->modules && used < sizeof(text); i++)
		used += snprintf(text + used, sizeof(text) - used, " %s %d",
				 at->module[i].name, at->module[i].count);
	say("# references %s:%s", state, text);
}
