// SPDX-License-Identifier: MIT
/* What options mean for us. Names as in gcc's manual. */
#include <string.h>

#include "bytes.h"
#include "options.h"

/* Other outputs, other inputs, or an object that depends on the machine. Names of options as in gcc's manual. */
static const char *const NOT_OURS[] = {
	"@", "-E", "-S", "-M", "-x", "-d", "-v", "-B", "-###", "-Q", "-H", "-T", "-save-temps", "--save-temps", "-aux-info",
	"-fprofile", "-fauto-profile", "-fbranch-probabilities", "-ftest-coverage", "-coverage", "--coverage", "-fplugin",
	"-specs", "--specs", "-wrapper", "-flto", "-gsplit-dwarf", "-fstack-usage", "-fcallgraph-info", "-fdump", "-ftime",
	"-march=native", "-mtune=native", "-mcpu=native", "-imacros", "-imultilib", "-iprefix", "-isysroot", "--sysroot",
	"-fcompare-debug", "-fopt-info", "-fsave-optimization-record", "-include-pch", "-fpch", "-fmodule", "-Xassembler",
	"-Xpreprocessor", "-Xlinker", "-Xclang", "-mllvm", "-Wa,-a", "-Wa,-I", "-Wa,-M", "-Wa,--MD", "-Wa,-o", "-Wp,", "-L",
	"-C", "-P", "-traditional", "-fpreprocessed", "-fdirectives-only", "-fworking-directory", NULL,
};

/* Unused declarations are emitted, or talked about, or numbered. */
static const char *const ALL_MATTERS[] = {
	"-fsanitize", "-pedantic", "-Wpedantic", "-fno-toplevel-reorder", "-fno-unit-at-a-time", "-fkeep", "-O0", "-Og", "-fanalyzer",
	"-Wc++", "-Winline", "-Weverything", "-finstrument", "-Wsystem-headers", "-Wtraditional", "-fno-inline", NULL,
};

static bool starts_as(const char *arg, const char *const *list)
{
	for (; *list; list++) {
		if (has_prefix(arg, *list))
			return true;
	}
	return false;
}

bool option_not_ours(const char *arg)
{
	return starts_as(arg, NOT_OURS);
}

bool option_all_matters(const char *arg)
{
	return starts_as(arg, ALL_MATTERS);
}

/*
 * -Wextra looks for comments before a case (-Wimplicit-fallthrough=3), and no comment is left in the text. The kernel
 * asks for attributes (=5); clang knows nothing else.
 */
bool reads_comments(const struct command *command)
{
	bool reads = false;

	if (strstr(command->argv[0], "clang"))
		return false;
	for (int i = 1; i < command->argc; i++) {
		const char *arg = command->argv[i];

		if (!strcmp(arg, "-Wextra") || !strcmp(arg, "-W") || !strcmp(arg, "-Wimplicit-fallthrough"))
			reads = true;
		else if (!strcmp(arg, "-Wno-implicit-fallthrough") || has_prefix(arg, "-Wimplicit-fallthrough=5"))
			return false;
		else if (has_prefix(arg, "-Wimplicit-fallthrough="))
			reads = true;
	}
	return reads;
}

bool is_optimised(const struct command *command)
{
	for (int i = 1; i < command->argc; i++) {
		if (has_prefix(command->argv[i], "-O"))
			return true;
	}
	return false;
}
