// SPDX-License-Identifier: MIT
/* What options mean for us. Names as in gcc's manual. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "compiler/options.h"
#include "text/bytes.h"

/* Other outputs, inputs that no depfile names, or an object that depends on the machine. Names of options as in gcc's manual. */
static const char *const NOT_OURS[] = {
	"@", "-E", "-S", "-M", "-x", "-d", "-v", "-B", "-###", "-Q", "-H", "-T", "-save-temps", "--save-temps", "-aux-info",
	"-fprofile", "-fauto-profile", "-fbranch-probabilities", "-ftest-coverage", "-coverage", "--coverage", "-fplugin",
	"-specs", "--specs", "-wrapper", "-flto", "-gsplit-dwarf", "-fstack-usage", "-fcallgraph-info", "-fdump", "-ftime",
	"-march=native", "-mtune=native", "-mcpu=native", "-imacros", "-imultilib", "-iprefix", "-isysroot", "--sysroot",
	"-fcompare-debug", "-fopt-info", "-fsave-optimization-record", "-include-pch", "-fpch", "-fmodule", "-Xassembler",
	"-Xpreprocessor", "-Xlinker", "-Xclang", "-mllvm", "-Wa,-a", "-Wa,-I", "-Wa,-M", "-Wa,--MD", "-Wa,-o", "-Wp,", "-L",
	"-C", "-P", "-traditional", "-fpreprocessed", "-fdirectives-only", "-fworking-directory", NULL,
};

static bool starts_as(const char *arg, const char *const *list)
{
	for (; *list; list++) {
		if (has_prefix(arg, *list))
			return true;
	}
	return false;
}

static bool is_file(const char *path, size_t size)
{
	char *name = format("%.*s", (int)size, path);
	struct stat st;
	bool is = size && strcmp(name, "/dev/null") && !stat(name, &st) && !S_ISDIR(st.st_mode);

	free(name);
	return is;
}

bool option_names_file(const char *arg)
{
	while ((arg = strpbrk(arg, "=,:"))) {
		arg++;
		if (is_file(arg, strlen(arg)) || is_file(arg, strcspn(arg, "=,:")))
			return true;
	}
	return false;
}

bool option_not_ours(const char *arg)
{
	return starts_as(arg, NOT_OURS);
}
