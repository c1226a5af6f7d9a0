// SPDX-License-Identifier: MIT
/* Reads the arguments of gcc or clang. What is not known for sure to be harmless makes the command not ours. */
#include <stdlib.h>

#include "bytes.h"
#include "options.h"

static void add_dir(struct command *command, const char *path, int kind)
{
	command->dirs[command->dir_count++] = (struct search_dir){ path, kind };
}

/* The value of an option that may stand apart from it. */
static const char *value(struct command *command, int *at, size_t name)
{
	if (command->argv[*at][name])
		return command->argv[*at] + name;
	return *at + 1 < command->argc ? command->argv[++*at] : "";
}

/* `NAME=value` with a symbol in the value; s390 defines one by name, which is no use of it. */
static bool uses_config(const char *definition)
{
	const char *value = strchr(definition, '=');

	return value && strstr(value, "CONFIG_");
}

/* Options that only preprocessing sees: they are in the text already. */
static bool read_preprocessing(struct command *command, int *at)
{
	const char *arg = command->argv[*at];

	if (has_prefix(arg, "-iquote"))
		add_dir(command, value(command, at, 7), DIR_QUOTED);
	else if (has_prefix(arg, "-isystem") || has_prefix(arg, "-idirafter")) {
		value(command, at, arg[2] == 's' ? 8 : 10);
		command->knows_files = false;
	} else if (!strcmp(arg, "-include")) {
		// One that is not right here would be searched for, and could be found elsewhere tomorrow.
		if (*value(command, at, 8) != '/')
			command->knows_files = false;
	} else if (has_prefix(arg, "-I"))
		add_dir(command, value(command, at, 2), DIR_ALL);
	else if (has_prefix(arg, "-D") || has_prefix(arg, "-U"))
		command->names_config |= uses_config(value(command, at, 2));
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
	if (option_all_matters(arg))
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

	if (arg[0] != '-' || !arg[1])
		return read_source(command, arg);
	if (has_prefix(arg, "-Wp,-M"))
		return read_depfile(command, *at);
	if (has_prefix(arg, "-Wp,-D") || has_prefix(arg, "-Wp,-U")) {
		command->names_config |= uses_config(arg);
		return true;
	}
	if (!strcmp(arg, "-c")) {
		command->compile_at = *at;
		return true;
	}
	if (!strcmp(arg, "-o")) {
		command->object = value(command, at, 2);
		command->object_at = *at;
		return true;
	}
	if (has_prefix(arg, "-Wa,-I") && arg[6] && !strchr(arg + 6, ',')) {
		add_dir(command, arg + 6, DIR_ASSEMBLER);
		return true;
	}
	if (option_not_ours(arg))
		return false;
	if (read_preprocessing(command, at))
		return true;
	read_flag(command, arg);
	hash_text(flags, arg);
	if (!strcmp(arg, "--param"))
		hash_text(flags, value(command, at, 7));
	return true;
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
