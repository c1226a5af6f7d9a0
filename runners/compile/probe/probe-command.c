// SPDX-License-Identifier: MIT
/* Reads a question's arguments. What is not known for sure to be harmless makes it none. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probe/probe-options.h"
#include "probe/probe.h"

/* Options with a word, in the same argument or behind. */
static const char *const DIRS[] = { "-I", "-isystem", "-idirafter", "-iquote", NULL };
static const char *const OTHERS[] = { "-D", "-U", "-G", "--param", NULL };

static const char *word_behind(const struct probe *probe, int *at)
{
	return *at + 1 < probe->argc ? probe->argv[++*at] : "";
}

static bool read_language(struct probe *probe, int *at)
{
	const char *language = word_behind(probe, at);
	bool first = !probe->knows_language && !probe->input;

	probe->knows_language = true;
	return first && (!strcmp(language, "c") || !strcmp(language, "assembler-with-cpp"));
}

static bool read_output(struct probe *probe, int *at)
{
	bool first = !probe->output_at;

	probe->output = word_behind(probe, at);
	probe->output_at = *at;
	return first && *probe->output && *probe->output != '@' && (*probe->output != '-' || !probe->output[1]);
}

static bool read_input(struct probe *probe, const char *arg)
{
	bool first = !probe->input && probe->knows_language;

	probe->input = arg;
	return first && (!strcmp(arg, "-") || !strcmp(arg, "/dev/null"));
}

static bool read_stage(struct probe *probe, char stage)
{
	bool first = !probe->stage;

	probe->stage = stage;
	return first;
}

/* The word of one of these options; NULL for all others. */
static const char *word_of(const struct probe *probe, int *at, const char *const *options)
{
	const char *arg = probe->argv[*at];

	for (; *options; options++) {
		if (has_prefix(arg, *options))
			return arg[strlen(*options)] ? arg + strlen(*options) : word_behind(probe, at);
	}
	return NULL;
}

/* `=dir` and `$SYSROOT` are elsewhere. */
static bool read_dir(struct probe *probe, const char *dir)
{
	bytes_text(&probe->dirs, dir);
	bytes_text(&probe->dirs, "\n");
	return *dir && *dir != '=' && *dir != '$' && !strchr(dir, '\n');
}

static bool read_flag(struct probe *probe, const char *arg)
{
	if (has_prefix(arg, "-g") || has_prefix(arg, "-Wa,-g") || has_prefix(arg, "-Wa,--g"))
		probe->cwd_matters = true;
	if (has_prefix(arg, "-Wa,"))
		return assembler_options_plain(arg + 4);
	return has_prefix(arg, "--target=") || !option_beyond_probe(arg);
}

static bool read_option(struct probe *probe, int *at)
{
	const char *dir = word_of(probe, at, DIRS);
	const char *word = dir ? NULL : word_of(probe, at, OTHERS);

	if (dir)
		return read_dir(probe, dir);
	if (word)
		return text_stands_alone(word);
	if (!strcmp(probe->argv[*at], "-mllvm")) {
		probe->only_refusal = true;
		return *word_behind(probe, at) == '-';
	}
	return read_flag(probe, probe->argv[*at]);
}

static bool read_argument(struct probe *probe, int *at)
{
	const char *arg = probe->argv[*at];

	if (*arg != '-' || !arg[1])
		return read_input(probe, arg);
	if (!strcmp(arg, "-c") || !strcmp(arg, "-S") || !strcmp(arg, "-E"))
		return read_stage(probe, arg[1]);
	if (!strcmp(arg, "-o"))
		return read_output(probe, at);
	if (!strcmp(arg, "-x"))
		return read_language(probe, at);
	return read_option(probe, at);
}

bool probe_writes(const struct probe *probe)
{
	return probe->output && strcmp(probe->output, "/dev/null");
}

/* What the compiler would find and leave there is then known. */
static bool output_is_new(const char *output)
{
	const char *slash = strrchr(output, '/');
	char *dir = slash ? format("%.*s/", (int)(slash - output), output) : format(".");
	struct stat st;
	bool fine = lstat(output, &st) && !access(dir, W_OK | X_OK);

	free(dir);
	return fine;
}

/* It asks one thing of one input, and it is known where the outcome goes. */
static bool has_outcome(struct probe *probe)
{
	bool to_stdout = probe->output && !strcmp(probe->output, "-");

	if (to_stdout)
		probe->output = NULL;
	if (!probe->input || !probe->stage)
		return false;
	return probe->output || probe->stage == 'E' || (to_stdout && probe->stage == 'S');
}

bool probe_read(struct probe *probe, char **argv)
{
	*probe = (struct probe){ .argv = argv };
	bytes_text(&probe->dirs, "");
	while (argv[probe->argc])
		probe->argc++;
	for (int at = 1; at < probe->argc; at++) {
		if (!read_argument(probe, &at))
			return false;
	}
	if (!has_outcome(probe))
		return false;
	return !probe_writes(probe) || output_is_new(probe->output);
}
