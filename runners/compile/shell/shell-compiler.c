// SPDX-License-Identifier: MIT
/* cc-option, as-instr and their like, as questions to the compiler. */
#include <stdlib.h>
#include <string.h>

#include "shell/shell.h"

/* Its output, which comes and goes with the directory `.tmp_$$`; the name of a file that is not there. */
#define OUTPUT ".tmp_of_a_question"

static bool is_part(const struct part *part, char end, const char *const *words)
{
	int at = 0;

	for (; words[at]; at++) {
		if (at == part->argc || strcmp(part->argv[at], words[at]))
			return false;
	}
	return at == part->argc && part->end == end;
}

/* `trap "rm -rf .tmp_$$" EXIT; mkdir .tmp_$$;` */
static bool has_directory(const struct parts *parts)
{
	static const char *const TRAP[] = { "trap", "rm -rf .tmp_" OWN_PID, "EXIT", NULL };
	static const char *const MKDIR[] = { "mkdir", ".tmp_" OWN_PID, NULL };

	return parts->count == 3 && is_part(&parts->at[0], ';', TRAP) && is_part(&parts->at[1], ';', MKDIR);
}

/* What `printf "%b\n"` makes of it. False: of a sequence that we do not read. */
static bool unescape(const char *from, struct bytes *text)
{
	for (; *from; from++) {
		if (*from != '\\') {
			bytes_add(text, from, 1);
			continue;
		}
		from++;
		if (*from != 'n' && *from != 't' && *from != '\\')
			return false;
		bytes_text(text, *from == 'n' ? "\n" : *from == 't' ? "\t" : "\\");
	}
	return true;
}

/* The text that the part writes to the compiler's stdin. */
static bool read_text(const struct part *part, struct bytes *text)
{
	bool is_echo = part->argc == 2 && !strcmp(part->argv[0], "echo") && *part->argv[1] != '-';
	bool is_printf = part->argc == 3 && !strcmp(part->argv[0], "printf") && !strcmp(part->argv[1], "%b\\n");
	const char *word = part->argv[part->argc - 1];

	// Some shells' echo reads escapes, some do not.
	if ((!is_echo && !is_printf) || (is_echo && strchr(word, '\\')) || strchr(word, OWN_PID[0]) || !unescape(word, text))
		return false;
	bytes_text(text, "\n");
	return text_stands_alone(text->at);
}

/* The compiler's argv. A second output (-gsplit-dwarf) lies beside the first and goes with it. */
static char **compiler_argv(const struct part *part, bool has_directory)
{
	char **argv = zeroed(part->argc + 1, sizeof(*argv));
	int count = 0;

	for (int at = is_ourselves(part->argv[0]); at < part->argc; at++) {
		bool beside = has_directory && !strcmp(part->argv[at], "-gsplit-dwarf");
		bool output = has_directory && has_prefix(part->argv[at], ".tmp_" OWN_PID "/");

		if (!beside)
			argv[count++] = output ? OUTPUT : part->argv[at];
	}
	return argv;
}

static bool names_pid(char **argv)
{
	for (; *argv; argv++) {
		if (strchr(*argv, OWN_PID[0]))
			return true;
	}
	return false;
}

bool question_asks_compiler(struct question *question)
{
	const struct parts *parts = &question->parts;
	bool directory = has_directory(parts), text = parts->count == 2 && parts->at[0].end == '|';
	char **argv = compiler_argv(&parts->at[parts->count - 1], directory);
	struct probe *probe = &question->probe;
	struct bytes given = { 0 };

	bytes_text(&given, "");
	question->shape = SHAPE_COMPILER;
	if ((parts->count > 1 && !directory && !text) || !*argv || **argv == '-' || strchr(*argv, '=') || names_pid(argv))
		return false;
	if ((text && !read_text(&parts->at[0], &given)) || !probe_read(probe, argv))
		return false;
	probe->text = given;
	probe->cwd_matters = false; // nobody sees the output
	return strcmp(probe->input, "-") ? !text : text;
}
