// SPDX-License-Identifier: MIT
/* Which options leave a question one that only the compiler decides. Names as in the manuals of gcc, clang and as. */
#include <string.h>

#include "compiler/options.h"
#include "probe/probe-options.h"
#include "text/bytes.h"

/* Beside those that an object must not have: more inputs, more outputs, figures of the run, another assembler. */
static const char *const BEYOND[] = {
	"--", "-i", "-l", "-X", "-cc", "-R", "-time", "-config", "-resource-dir", "-working-directory", "-serialize-diagnostics",
	"-emit", "-index", "-gen-reproducer", "-fdiagnostics-format", "-fdiagnostics-add-output", "-fdiagnostics-set-output",
	"-fmem-report", "-fpre-ipa-mem-report", "-fpost-ipa-mem-report", "-fself-test", "-fselftest", "-freport-bug", "-fada",
	"-fgo", "-fdeps", "-fcrash-diagnostics", "-fproc-stat", "-foptimization-record", "-fno-integrated-as",
	"-no-integrated-as", NULL,
};

/* Options of one letter that take no word behind them; another one may take the name of the input away. */
static const char ALONE[] = "POgwWp";

/* A directory for what is included (-Idir) is not among them: nothing is. */
static const char *const ASSEMBLER_BEYOND[] = { "-a", "-M", "-o", "--M", "--st", NULL };

static bool starts_as(const char *arg, size_t size, const char *const *list)
{
	for (; *list; list++) {
		if (strlen(*list) <= size && !strncmp(arg, *list, strlen(*list)))
			return true;
	}
	return false;
}

bool option_beyond_probe(const char *arg)
{
	if (!strcmp(arg, "-P"))
		return false;
	if (strlen(arg) == 2 && !strchr(ALONE, arg[1]))
		return true;
	return option_not_ours(arg) || starts_as(arg, strlen(arg), BEYOND) || option_names_file(arg);
}

bool assembler_options_plain(const char *words)
{
	if (option_names_file(words))
		return false;
	while (*words) {
		size_t size = strcspn(words, ",");

		if (*words != '-' || size == 1 || (size == 2 && words[1] == 'I') || starts_as(words, size, ASSEMBLER_BEYOND))
			return false;
		words += size + (words[size] == ',');
	}
	return true;
}
