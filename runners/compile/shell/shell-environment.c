// SPDX-License-Identifier: MIT
/* Which variables count. */
#include <stdlib.h>
#include <string.h>

#include "shell/shell-script.h"

extern char **environ;

/*
 * Variables that no program of those obeys: make's, Kbuild's and Kconfig's own, and where we are. Columns differ in them.
 * They count where the script names them.
 */
static const char *const PREFIXES[] = { "MAKE", "MFLAGS", "KBUILD_", "KCONFIG_", "CONFIG_", "COMPILE_ONCE_", "CLIPPY_", "CC_FLAGS_", "LDFLAGS", "CFLAGS_", "INSTALL_", "MOD", "ARCH_", NULL };
static const char *const NAMES[] = { "O", "PWD", "OLDPWD", "SHLVL", "_", "obj", "quiet", "Q", "abs_objtree", "objtree", "abs_srctree", "srctree", "VPATH",
				     "LINUXINCLUDE", "KERNELRELEASE", "VERSION", "PATCHLEVEL", "SUBLEVEL", "KERNELVERSION", "extmod_prefix", NULL };

static bool is_ours_to_leave(const char *name)
{
	for (const char *const *prefix = PREFIXES; *prefix; prefix++) {
		if (has_prefix(name, *prefix))
			return true;
	}
	for (const char *const *known = NAMES; *known; known++) {
		if (!strcmp(name, *known))
			return true;
	}
	return has_suffix(name, "FLAGS") || strstr(name, "FLAGS_");
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* In an order of ours: that of make depends on what else there is. */
static void hash_sorted(struct hasher *hasher, char **texts, int count)
{
	qsort(texts, count, sizeof(*texts), by_text);
	for (int i = 0; i < count; i++)
		hash_text(hasher, texts[i]);
}

void hash_environment(struct hasher *hasher, const struct bytes *code)
{
	char **counting;
	int count = 0;

	while (environ[count])
		count++;
	counting = zeroed(count, sizeof(*counting));
	count = 0;
	for (char **at = environ; *at; at++) {
		char *name = format("%.*s", (int)strcspn(*at, "="), *at);

		if (!is_ours_to_leave(name) || has_word(code, name))
			counting[count++] = *at;
		free(name);
	}
	hash_sorted(hasher, counting, count);
	free(counting);
}
