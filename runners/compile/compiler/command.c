// SPDX-License-Identifier: MIT
/* Reads the arguments of gcc or clang. What is not known for sure to be harmless makes the command not ours. */
#include <stdlib.h>

#include "compiler/options.h"
#include "text/bytes.h"

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

/* Options for the preprocessor. False: files would be read that no depfile of this command tells of. */
static bool read_preprocessing(struct command *command, int *at)
{
	const char *arg = command->argv[*at];

	if (has_prefix(arg, "-iquote"))
		add_dir(command, value(command, at, 7), DIR_QUOTED);
	else if (has_prefix(arg, "-isystem") || has_prefix(arg, "-idirafter"))
		return false;
	else if (!strcmp(arg, "-include"))
		// One that is not right here would be searched for, and could be found elsewhere tomorrow.
		return *value(command, at, 8) == '/';
	else if (has_prefix(arg, "-I"))
		add_dir(command, value(command, at, 2), DIR_ALL);
	else if (has_prefix(arg, "-D") || has_prefix(arg, "-U"))
		command->names_config |= uses_config(value(command, at, 2));
	return true;
}

static bool read_depfile(struct command *command, const char *arg)
{
	command->lists_system = has_prefix(arg, "-Wp,-MD,");
	if (!command->lists_system && !has_prefix(arg, "-Wp,-MMD,"))
		return false;
	command->depfile = arg + (command->lists_system ? 8 : 9);
	return !strchr(command->depfile, ',') && has_suffix(command->depfile, ".d");
}

static void read_flag(struct command *command, const char *arg)
{
	command->cwd_matters |= has_prefix(arg, "-g") && strcmp(arg, "-g0");
	command->cwd_matters |= has_prefix(arg, "-Wa,-g") || has_prefix(arg, "-Wa,--g");
	command->lists_system |= !strcmp(arg, "-nostdinc");
}

static bool read_source(struct command *command, const char *arg)
{
	bool first = !command->source;

	command->source = arg;
	return first && (has_suffix(arg, ".S") || has_suffix(arg, ".c"));
}

/* False: not ours. */
static bool read_argument(struct command *command, int *at)
{
	const char *arg = command->argv[*at];

	if (arg[0] != '-' || !arg[1])
		return read_source(command, arg);
	if (has_prefix(arg, "-Wp,-M"))
		return read_depfile(command, arg);
	if (has_prefix(arg, "-Wp,-D") || has_prefix(arg, "-Wp,-U")) {
		command->names_config |= uses_config(arg);
		return true;
	}
	if (!strcmp(arg, "-c"))
		return command->compiles = true;
	if (!strcmp(arg, "-o"))
		return (command->object = value(command, at, 2)) != NULL;
	if (has_prefix(arg, "-Wa,-I") && arg[6] && !strchr(arg + 6, ',')) {
		add_dir(command, arg + 6, DIR_ASSEMBLER);
		return true;
	}
	if (option_not_ours(arg))
		return false;
	// A definition only says what it says, and directories for headers are asked for what they hold.
	if (arg[1] != 'D' && arg[1] != 'U' && arg[1] != 'I' && option_names_file(arg))
		return false;
	read_flag(command, arg);
	if (!strcmp(arg, "--param"))
		value(command, at, 7);
	return read_preprocessing(command, at);
}

bool command_read(struct command *command, char **argv)
{
	bool fine = true;

	*command = (struct command){ .argv = argv };
	while (argv[command->argc])
		command->argc++;
	command->dirs = zeroed(command->argc, sizeof(*command->dirs));
	for (int at = 1; fine && at < command->argc; at++)
		fine = read_argument(command, &at);
	return fine && command->compiles && command->source && command->object && command->depfile && command->lists_system;
}
