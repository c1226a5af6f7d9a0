// SPDX-License-Identifier: MIT
/*
 * The configuration: lines of a key and its values, '#' starts a comment.
 *
 * It is written by kvm-matrix, not by people, so whatever we do not
 * understand is a fault of ours and never taken for a fault of the kernel.
 */
#define _GNU_SOURCE		/* strerrorname_np() */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe.h"

struct conf conf = { .rounds = 10, .iommu = "type1" };

const char *group_name(enum group group)
{
	return group == GROUP_KVM ? "kvm" : "vfio";
}

static bool set_text(char *to, size_t size, const char *from)
{
	return snprintf(to, size, "%s", from) < (int)size;
}

static bool set_tristate(char *to, const char *from)
{
	*to = from[0];
	return strlen(from) == 1 && strchr("ymn", from[0]);
}

static bool set_rounds(const char *from)
{
	char *end;

	conf.rounds = strtol(from, &end, 10);
	return end != from && !*end && conf.rounds >= 0 && conf.rounds <= 10000;
}

static bool set_device(const char *from)
{
	unsigned int vendor, device;
	char more;

	return sscanf(from, "%4x:%4x%c", &vendor, &device, &more) == 2 &&
	       set_text(conf.device, sizeof(conf.device), from);
}

static bool set_iommu(const char *from)
{
	static const char *const known[] = { "type1", "noiommu", "spapr" };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (!strcmp(from, known[i]))
			return set_text(conf.iommu, sizeof(conf.iommu), from);
	return false;
}

/* "lacks guest this machine has no SIE": what cannot be shown here, and why. */
static bool add_lack(const char *what, const char *reason)
{
	struct lack *lack = &conf.lack[conf.lacks];

	if (conf.lacks == sizeof(conf.lack) / sizeof(conf.lack[0]) || !*reason)
		return false;
	conf.lacks++;
	return set_text(lack->what, sizeof(lack->what), what) &&
	       set_text(lack->reason, sizeof(lack->reason), reason);
}

const char *lacking(const char *what)
{
	for (int i = 0; i < conf.lacks; i++)
		if (!strcmp(conf.lack[i].what, what))
			return conf.lack[i].reason;
	return NULL;
}

/* "message SIE is not available": words of the kernel's, with spaces between them. */
static bool set_message(const char *text)
{
	return *text && set_text(conf.message, sizeof(conf.message), text);
}

static bool set_mode(const char *from)
{
	conf.lifetime = !strcmp(from, "lifetime");
	return conf.lifetime || !strcmp(from, "main");
}

static int errno_number(const char *name)
{
	for (int number = 1; number < 200; number++) {
		const char *known = strerrorname_np(number);

		/* EOPNOTSUPP and ENOTSUP are one number, glibc knows it by one name */
		if (known && (!strcmp(known, name) ||
			      (number == EOPNOTSUPP && !strcmp(name, "EOPNOTSUPP"))))
			return number;
	}
	return 0;
}

static bool add_module(char **word, const char *refused)
{
	struct module *module = &conf.module[conf.modules];

	if (conf.modules == sizeof(conf.module) / sizeof(conf.module[0]))
		return false;
	if (strcmp(word[1], "kvm") && strcmp(word[1], "vfio"))
		return false;
	module->group = strcmp(word[1], "kvm") ? GROUP_VFIO : GROUP_KVM;
	module->refused = refused ? errno_number(refused) : 0;
	conf.modules++;
	return set_text(module->name, sizeof(module->name), word[2]) &&
	       set_text(module->path, sizeof(module->path), word[3]) &&
	       (!refused || module->refused);
}

static bool set(char **word, int words)
{
	const char *key = word[0];

	if (!strcmp(key, "kvm") && words == 2)
		return set_tristate(&conf.kvm, word[1]);
	if (!strcmp(key, "vfio") && words == 2)
		return set_tristate(&conf.vfio, word[1]);
	if (!strcmp(key, "cdev") && words == 2)
		return set_tristate(&conf.cdev, word[1]);
	if (!strcmp(key, "iommu") && words == 2)
		return set_iommu(word[1]);
	if (!strcmp(key, "mode") && words == 2)
		return set_mode(word[1]);
	if (!strcmp(key, "device") && words == 2)
		return set_device(word[1]);
	if (!strcmp(key, "rounds") && words == 2)
		return set_rounds(word[1]);
	if (!strcmp(key, "module") && words == 4)
		return add_module(word, NULL);
	if (!strcmp(key, "refused") && words == 5)
		return add_module(word, word[4]);
	return false;
}

static bool parse(char *line)
{
	char *word[6], *rest, *at, what[16];
	int words = 0, at_reason = 0;

	line[strcspn(line, "#\n")] = 0;
	if (sscanf(line, "lacks %15s %n", what, &at_reason) == 1)
		return add_lack(what, line + at_reason);
	if (!strncmp(line, "message ", 8))
		return set_message(line + 8);
	for (at = strtok_r(line, " \t", &rest); at; at = strtok_r(NULL, " \t", &rest)) {
		if (words == 6)
			return false;
		word[words++] = at;
	}
	return !words || set(word, words);
}

/* A built-in that has to refuse has no file: its path is "-". */
static bool group_listed(enum group group)
{
	for (int i = 0; i < conf.modules; i++)
		if (conf.module[i].group == group && strcmp(conf.module[i].path, "-"))
			return true;
	return false;
}

/* What no kernel could make true: modules of something that is built in or absent. */
static const char *contradiction(void)
{
	if (!conf.kvm || !conf.vfio)
		return "kvm and vfio are both needed";
	if ((conf.kvm == 'm') != group_listed(GROUP_KVM))
		return "kvm modules are listed if and only if kvm is m";
	if ((conf.vfio == 'm') != group_listed(GROUP_VFIO))
		return "vfio modules are listed if and only if vfio is m";
	return NULL;
}

static bool parse_all(FILE *file)
{
	char line[512], copy[512];
	bool good = true;

	for (int number = 1; fgets(line, sizeof(line), file); number++) {
		strcpy(copy, line);
		copy[strcspn(copy, "\n")] = 0;
		if (parse(line))
			continue;
		say("# configuration, line %d: not understood: %s", number, copy);
		good = false;
	}
	return good;
}

/* A word on the kernel command line becomes our environment: one image, several boots. */
static bool mode_from_environment(void)
{
	const char *mode = getenv("probe_mode");

	if (!mode || set_mode(mode))
		return true;
	say("# probe_mode=%s: no such mode", mode);
	return false;
}

bool conf_read(const char *path)
{
	FILE *file = fopen(path, "re");
	const char *wrong;
	bool good;

	if (!file) {
		say("# configuration %s: %s", path, errno_name(errno));
		return false;
	}
	good = parse_all(file) && mode_from_environment();
	fclose(file);
	wrong = good ? contradiction() : NULL;
	if (wrong)
		say("# configuration %s: %s", path, wrong);
	return good && !wrong;
}
