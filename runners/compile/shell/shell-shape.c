// SPDX-License-Identifier: MIT
/* Which commands we know: those of scripts/Kconfig.include and of the Kconfig files of Linux, 5.10 to 6.12. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "shell/shell.h"

/* Only scripts that were read: nothing but what `calls` says decides what they say, and they say it if all goes well. */
static const struct script SCRIPTS[] = {
	{ "cc-version.sh", CALLS_COMPILER, true },
	{ "as-version.sh", CALLS_COMPILER, true },
	{ "ld-version.sh", CALLS_TOOL, true },
	{ "pahole-version.sh", CALLS_TOOL, false },
	{ "rustc-version.sh", CALLS_ABSENT, false },
	{ "rustc-llvm-version.sh", CALLS_ABSENT, false },
	{ "rust_is_available.sh", CALLS_ABSENT, false },
	{ "gcc-x86_64-has-stack-protector.sh", CALLS_COMPILER, true },
	{ "gcc-x86_32-has-stack-protector.sh", CALLS_COMPILER, true },
	{ "gcc-thunk-extern.sh", CALLS_COMPILER, true },
	{ "cc-can-link.sh", CALLS_LINKER, true },
	{ "tools-support-relr.sh", CALLS_LINKER, true },
};

static const char SAFE[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+=., ";

/* Cuts `middle "word"` off the end of the text; NULL if it does not end like that. */
static char *cut_word(char *text, const char *middle)
{
	size_t size = strlen(text), end = strlen(middle);
	char *quote, *word;

	if (!size || text[size - 1] != '"')
		return NULL;
	text[size - 1] = 0;
	quote = strrchr(text, '"');
	if (!quote || strspn(quote + 1, SAFE) != strlen(quote + 1) || (size_t)(quote - text) < end || memcmp(quote - end, middle, end))
		return NULL;
	word = quote + 1;
	quote[-(long)end] = 0;
	return word;
}

/* if-success of scripts/Kconfig.include. */
static void unwrap(struct question *question)
{
	char *text = format("%s", question->command);

	question->inner = question->command;
	if (!has_prefix(text, "{ "))
		return;
	question->otherwise = cut_word(text, " || echo ");
	question->then = question->otherwise ? cut_word(text, "; } >/dev/null 2>&1 && echo ") : NULL;
	question->wrapped = question->then;
	if (question->wrapped)
		question->inner = text + 2;
}

static bool is_word(const char *word, const char *const *list)
{
	for (; *list; list++) {
		if (!strcmp(word, *list))
			return true;
	}
	return false;
}

/* One of these tools, for whatever machine: `ld`, `riscv64-linux-gnu-ld`, `/opt/bin/llvm-nm`. */
static bool is_called(const char *program, const char *const *tools)
{
	for (; *tools; tools++) {
		size_t size = strlen(program), end = strlen(*tools);

		if (has_suffix(program, *tools) && (size == end || strchr("-/", program[size - end - 1])))
			return true;
	}
	return false;
}

/* `set -- GCC 120200 && echo $1`: words of it, in no quotes. */
static bool is_set(const char *text)
{
	size_t size = has_prefix(text, "set -- ") ? strspn(text, SAFE) : 0;

	return size && has_prefix(text + size, "&& echo $") && isdigit((unsigned char)text[size + 9]) && !text[size + 10];
}

static bool is_test(const struct part *part)
{
	static const char *const OF_ONE[] = { "-z", "-n", "-e", "-f", "-d", NULL };
	static const char *const OF_TWO[] = { "=", "!=", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", NULL };

	if (strcmp(part->argv[0], "test"))
		return false;
	return (part->argc == 3 && is_word(part->argv[1], OF_ONE)) || (part->argc == 4 && is_word(part->argv[2], OF_TWO));
}

static bool is_found(const struct part *part)
{
	return part->argc > 2 && !strcmp(part->argv[0], "command") && !strcmp(part->argv[1], "-v") && *part->argv[2] != '-';
}

/* With -v and no input ld looks at its options, says its version and ends. None of these may name a file. */
static bool is_linker(const struct part *part)
{
	static const char *const LINKERS[] = { "ld", "ld.bfd", "ld.lld", NULL };
	static const char *const FILES[] = { "/", "@", "file", "map", "script", "plugin", "list", "out", "libr", "sym", "root", "cref", "trace", "image", NULL };

	if (part->argc < 3 || strcmp(part->argv[1], "-v") || !is_called(part->argv[0], LINKERS))
		return false;
	for (int at = 2; at < part->argc; at++) {
		bool takes_word = !strcmp(part->argv[at], "-z") || !strcmp(part->argv[at], "-m");

		if (takes_word ? !part->argv[++at] : !has_prefix(part->argv[at], "--"))
			return false;
		for (const char *const *file = FILES; *file; file++) {
			if (strcasestr(part->argv[at], *file))
				return false;
		}
	}
	return true;
}

/* `grep -q word`, with -i or -v: a word of letters. */
static bool is_grep(const struct part *part)
{
	if (part->argc != 3 || strcmp(part->argv[0], "grep") || !has_prefix(part->argv[1], "-") || !strchr(part->argv[1], 'q'))
		return false;
	if (strspn(part->argv[1] + 1, "qiv") != strlen(part->argv[1] + 1))
		return false;
	return *part->argv[2] && strspn(part->argv[2], "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == strlen(part->argv[2]);
}

static bool is_head(const struct part *part)
{
	if (strcmp(part->argv[0], "head"))
		return false;
	return (part->argc == 2 && !strcmp(part->argv[1], "-n1")) || (part->argc == 3 && !strcmp(part->argv[1], "-n") && !strcmp(part->argv[2], "1"));
}

static bool is_first_line(const struct parts *parts)
{
	static const char *const BINUTILS[] = { "nm", "ar", "as", "ld", "objcopy", "objdump", "readelf", "strip", NULL };
	static const char *const ASKS[] = { "--version", "--help", NULL };
	const struct part *tool = &parts->at[0];

	if (parts->count != 3 || tool->end != '|' || parts->at[1].end != '|')
		return false;
	return tool->argc == 2 && is_called(tool->argv[0], BINUTILS) && is_word(tool->argv[1], ASKS) && is_head(&parts->at[1]) && is_grep(&parts->at[2]);
}

/* Options of a compiler that name no file. */
static bool are_plain(char *const *words)
{
	static const char *const OPTIONS[] = { "-m", "-f", "-W", "-static", "--target=", NULL };

	for (; *words; words++) {
		bool known = **words != '-';

		for (const char *const *option = OPTIONS; *option; option++)
			known |= has_prefix(*words, *option) && !strpbrk(*words, "/@,") && !strstr(*words, "plugin");
		if (!known || strchr(*words, OWN_PID[0]))
			return false;
	}
	return true;
}

static bool is_script(struct question *question)
{
	const struct part *part = &question->parts.at[0];
	int at = 0;

	if (!strcmp(part->argv[0], "env")) {
		for (at = 1; at < part->argc && isupper((unsigned char)*part->argv[at]) && strchr(part->argv[at], '='); at++)
			;
	}
	question->script_at = at;
	for (size_t i = 0; at < part->argc && i < sizeof(SCRIPTS) / sizeof(*SCRIPTS); i++) {
		char *end = format("/%s", SCRIPTS[i].name);

		if (has_suffix(part->argv[at], end))
			question->script = &SCRIPTS[i];
		free(end);
	}
	return question->script && are_plain(part->argv + at + 1);
}

static bool read_single(struct question *question)
{
	const struct part *part = &question->parts.at[0];

	if (question->wrapped && is_test(part))
		question->shape = SHAPE_PURE;
	else if (question->wrapped && is_found(part))
		question->shape = SHAPE_FOUND;
	else if (question->wrapped && is_linker(part))
		question->shape = SHAPE_LINKER;
	else if (is_script(question))
		question->shape = SHAPE_SCRIPT;
	else
		return question->wrapped && question_asks_compiler(question);
	return true;
}

bool question_read(struct question *question, const char *command)
{
	*question = (struct question){ .command = format("%s", command) };
	unwrap(question);
	if (!question->wrapped && is_set(command)) {
		question->shape = SHAPE_PURE;
		return true;
	}
	if (!parts_read(&question->parts, question->inner))
		return false;
	if (question->parts.count == 1)
		return read_single(question);
	question->shape = SHAPE_FIRST_LINE;
	return question->wrapped && (is_first_line(&question->parts) || question_asks_compiler(question));
}
