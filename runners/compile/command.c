// SPDX-License-Identifier: MIT
/* Reads the arguments of gcc or clang. What is not known for sure to be harmless makes the command not ours. */
#include <stdlib.h>

#include "bytes.h"
#include "command.h"

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

static void add_dir(struct command *command, const char *path, bool quoted)
{
	command->dirs[command->dir_count++] = (struct search_dir){ path, quoted };
}

/* The value of an option that may stand apart from it. */
static const char *value(struct command *command, int *at, size_t name)
{
	if (command->argv[*at][name])
		return command->argv[*at] + name;
	return *at + 1 < command->argc ? command->argv[++*at] : "";
}

/* Options that only preprocessing sees: they are in the text already. */
static bool read_preprocessing(struct command *command, int *at)
{
	const char *arg = command->argv[*at];

	if (has_prefix(arg, "-iquote"))
		add_dir(command, value(command, at, 7), true);
	else if (has_prefix(arg, "-isystem") || has_prefix(arg, "-idirafter")) {
		value(command, at, arg[2] == 's' ? 8 : 10);
		command->knows_files = false;
	} else if (!strcmp(arg, "-include")) {
		// One that is not right here would be searched for, and could be found elsewhere tomorrow.
		if (*value(command, at, 8) != '/')
			command->knows_files = false;
	} else if (has_prefix(arg, "-I"))
		add_dir(command, value(command, at, 2), false);
	else if (has_prefix(arg, "-D") || has_prefix(arg, "-U"))
		command->names_config |= strstr(value(command, at, 2), "CONFIG_") != NULL;
	else
		return strcmp(arg, "-nostdinc") == 0;
	return true;
}

static bool read_depfile(struct command *command, int at)
{
	const char *arg = command->argv[at];

	command->lists_system = has_prefix(arg, "-Wp,-MD,");
	if (!command->lists_system && !has_prefix(arg, "-Wp,-MMD,"))
		return false;
	command->depfile = arg + (command->lists_system ? 8 : 9);
	command->depfile_at = at;
	return !strchr(command->depfile, ',') && has_suffix(command->depfile, ".d");
}

static void read_flag(struct command *command, const char *arg)
{
	if (has_prefix(arg, "-g") && strcmp(arg, "-g0"))
		command->lines_matter = command->cwd_matters = true;
	if (has_prefix(arg, "-Wa,-g") || has_prefix(arg, "-Wa,--g"))
		command->lines_matter = command->cwd_matters = true;
	if (has_prefix(arg, "-fsanitize"))
		command->lines_matter = true;
	if (starts_as(arg, ALL_MATTERS))
		command->all_matters = true;
}

static bool read_source(struct command *command, const char *arg)
{
	bool first = !command->source;

	command->source = arg;
	command->assembler = has_suffix(arg, ".S");
	return first && (command->assembler || has_suffix(arg, ".c"));
}

/* False: not ours. */
static bool read_argument(struct command *command, int *at, struct hasher *flags)
{
	const char *arg = command->argv[*at];

	command->names_config |= strstr(arg, "CONFIG_") != NULL;
	if (arg[0] != '-' || !arg[1])
		return read_source(command, arg);
	if (has_prefix(arg, "-Wp,-M"))
		return read_depfile(command, *at);
	if (has_prefix(arg, "-Wp,-D") || has_prefix(arg, "-Wp,-U"))
		return true;
	if (!strcmp(arg, "-c")) {
		command->compile_at = *at;
		return true;
	}
	if (!strcmp(arg, "-o")) {
		command->object = value(command, at, 2);
		command->object_at = *at;
		return true;
	}
	if (starts_as(arg, NOT_OURS))
		return false;
	if (read_preprocessing(command, at))
		return true;
	read_flag(command, arg);
	hash_text(flags, arg);
	if (!strcmp(arg, "--param"))
		hash_text(flags, value(command, at, 7));
	return true;
}

/*
 * -Wextra looks for comments before a case (-Wimplicit-fallthrough=3), and no comment is left in the text. The kernel
 * asks for attributes (=5); clang knows nothing else.
 */
static bool reads_comments(const struct command *command)
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

static bool is_optimised(const struct command *command)
{
	for (int i = 1; i < command->argc; i++) {
		if (has_prefix(command->argv[i], "-O"))
			return true;
	}
	return false;
}

bool command_read(struct command *command, char **argv)
{
	struct hasher flags;
	bool fine = true;

	*command = (struct command){ .argv = argv, .knows_files = true };
	while (argv[command->argc])
		command->argc++;
	command->dirs = zeroed(command->argc, sizeof(*command->dirs));
	hash_start(&flags);
	for (int at = 1; fine && at < command->argc; at++)
		fine = read_argument(command, &at, &flags);
	if (!fine || !command->compile_at || !command->source || !command->object || !command->depfile)
		return false;
	command->flags = hash_end(&flags);
	command->knows_text = !reads_comments(command);
	// clang numbers and names what is local in its own way, which was not looked into.
	if (!is_optimised(command) || strstr(argv[0], "clang"))
		command->all_matters = true;
	return true;
}
