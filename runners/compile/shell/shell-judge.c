// SPDX-License-Identifier: MIT
/* Kconfig's macros hide all words, and so `n` is what a compiler says that was killed, too. It is asked again where they show. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compiler/witness.h"
#include "shell/shell.h"

static bool is_line(const struct bytes *out, const char *text)
{
	size_t size = strlen(text);

	return out->size == size + 1 && !memcmp(out->at, text, size) && out->at[size] == '\n';
}

static bool is_one_line(const struct bytes *out)
{
	return out->size > 1 && strlen(out->at) == out->size && strcspn(out->at, "\n") == out->size - 1;
}

/* It refuses in words that only a judgement has. */
static bool refuses(const struct question *question)
{
	struct child child = { .argv = (char *[]){ "/bin/sh", "-c", question->inner, NULL } };

	child_run(&child);
	return child.status && is_judgement(&child);
}

/* The tool speaks, and its first line is looked at here. */
static bool first_line_says(const struct question *question, bool yes)
{
	struct part *const tool = (struct part *)&question->parts.at[0];
	char *const *grep = question->parts.at[2].argv;
	struct child child = { .argv = tool->argv };
	bool has;

	child_run(&child);
	if (child.status || child.err.size || !child.out.size || strlen(child.out.at) != child.out.size)
		return false;
	child.out.at[strcspn(child.out.at, "\n")] = 0;
	has = strchr(grep[1], 'i') ? strcasestr(child.out.at, grep[2]) : strstr(child.out.at, grep[2]);
	return (has != !!strchr(grep[1], 'v')) == yes;
}

/* `NAME=tool` with us before the tool. */
static char *with_launcher(char *word, const char *own)
{
	size_t size = strcspn(word, "=") + 1;
	char *first = format("%.*s", (int)strcspn(word + size, " "), word + size);
	bool there = is_ourselves(first);

	free(first);
	return there ? word : format("%.*s%s %s", (int)size, word, own, word + size);
}

/* The script's own words, with us before every tool that it is told of. */
static void witnessed_argv(const struct question *question, const char *own, char **argv)
{
	const struct part *part = &question->parts.at[0];
	int count = 0;

	for (int at = 0; at < part->argc; at++) {
		if (at == question->script_at + 1 && !is_ourselves(part->argv[at]))
			argv[count++] = (char *)own;
		argv[count++] = at && at < question->script_at ? with_launcher(part->argv[at], own) : part->argv[at];
	}
	argv[count] = NULL;
}

/* Once more, with all that its tools say in our hands. */
static bool script_says_again(const struct question *question, const char *store, const struct child *said, bool yes)
{
	char own[PATH_MAX], *argv[MOST_WORDS + 2];
	ssize_t size = readlink("/proc/self/exe", own, sizeof(own) - 1);
	struct child child = { .argv = argv };

	if (size <= 0)
		return false;
	own[size] = 0;
	witnessed_argv(question, own, argv);
	if (strchr(own, ' ') || !witness_run(&child, store, question->script->calls == CALLS_LINKER))
		return false;
	if (!question->wrapped)
		return !child.status && !child.err.size && same_bytes(&child.out, &said->out);
	return !child.status == yes && (!child.err.size || is_judgement(&child));
}

static bool script_judged(const struct question *question, const char *store, const struct child *said, bool yes)
{
	if (script_lacks_program(question))
		return question->wrapped ? !yes : !said->err.size && is_line(&said->out, "0");
	if (question->script->calls == CALLS_ABSENT)
		return false;
	if (!question->wrapped && (said->status || said->err.size || !is_one_line(&said->out)))
		return false;
	return !question->script->takes_launcher || script_says_again(question, store, said, yes);
}

bool question_judged(const struct question *question, const char *store, const struct child *said)
{
	bool yes = question->wrapped && is_line(&said->out, question->then);

	if (said->status < 0 || !WIFEXITED(said->status) || WEXITSTATUS(said->status) > 1)
		return false;
	if (question->wrapped && (said->status || said->err.size || yes == is_line(&said->out, question->otherwise)))
		return false;
	switch (question->shape) {
	case SHAPE_PURE:
		return !said->status && !said->err.size;
	case SHAPE_FOUND:
		return yes;
	case SHAPE_COMPILER:
		return yes ? !question->probe.only_refusal : refuses(question);
	case SHAPE_LINKER:
		return yes || refuses(question);
	case SHAPE_FIRST_LINE:
		return first_line_says(question, yes);
	case SHAPE_SCRIPT:
		return script_judged(question, store, said, yes);
	}
	return false;
}
