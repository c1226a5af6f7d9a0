// SPDX-License-Identifier: MIT
/* Reads C without understanding it: words, comments, literals, and the directives that name files. */
#include <string.h>

#include "facts/scanning.h"

/* The words that make a compile depend on more than the content of files. */
static const char *const ODD[] = { "__has_include", "__has_include_next", "__has_embed", "include_next", "system_header",
				   "__DATE__", "__TIME__", "__TIMESTAMP__", "__BASE_FILE__", NULL };

static const char *skip_literal(const char *at)
{
	char quote = *at++;

	while (*at && *at != quote && *at != '\n')
		at += *at == '\\' && at[1] ? 2 : 1;
	return *at == quote ? at + 1 : at;
}

static const char *skip_comment(const char *at)
{
	const char *end = strstr(at + 2, "*/");

	return end ? end + 2 : at + strlen(at);
}

/* The last word before `at` on the line, if only `(` stands between: `IS_ENABLED(`. */
static int asked_by(const char *start, const char *at, const char *end)
{
	static const struct { const char *name; int look; } ASKS[] = {
		{ "IS_ENABLED(", LOOK_ENABLED }, { "IS_BUILTIN(", LOOK_BUILTIN }, { "IS_MODULE(", LOOK_MODULE },
	};

	if (*skip_blanks(end) != ')')
		return LOOK_VALUE;
	for (int i = 0; i < 3; i++) {
		size_t size = strlen(ASKS[i].name);

		if ((size_t)(at - start) >= size && !strncmp(at - size, ASKS[i].name, size) &&
		    ((size_t)(at - start) == size || !is_word(at[-size - 1])))
			return ASKS[i].look;
	}
	return LOOK_VALUE;
}

static void read_word(struct facts *facts, const char *start, const char *at, size_t size)
{
	const char *next;

	if (*at == 'C' && size > 7 && !strncmp(at, "CONFIG_", 7))
		facts_add_symbol(facts, at, size, asked_by(start, at, at + size));
	if (*at == 'C' && size >= 7 && !strncmp(at, "CONFIG_", 7)) {
		next = skip_blanks(at + size);
		if (size == 7 || (next[0] == '#' && next[1] == '#'))
			facts->needs_whole_config = true;
	}
	// Assembler's own; `x.include` of C would be taken for it, and cost a hit.
	if (at > start && at[-1] == '.' && ((size == 7 && !strncmp(at, "include", 7)) || (size == 6 && !strncmp(at, "incbin", 6))))
		facts->odd = true;
	if (!strchr("_is", *at) || !strchr("_ny", at[1]))
		return;
	for (const char *const *odd = ODD; *odd; odd++) {
		if (!strncmp(at, *odd, size) && !(*odd)[size])
			facts->odd = true;
	}
}

void facts_scan(struct facts *facts, const struct bytes *text)
{
	const char *at = text->at;
	bool line_start = true;

	while (*at) {
		if (at[0] == '/' && at[1] == '*') {
			at = skip_comment(at);
		} else if (at[0] == '/' && at[1] == '/') {
			while (*at && *at != '\n')
				at += *at == '\\' && at[1] ? 2 : 1;
		} else if (*at == '"' || *at == '\'') {
			const char *end = skip_literal(at);

			// Inside a literal there may still be a name that is made a word elsewhere.
			for (const char *in = at; (in = memmem(in, end - in, "CONFIG_", 7)); in += 7)
				facts_add_symbol(facts, in, 7 + strspn(in + 7, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"), LOOK_VALUE);
			read_assembler(facts, at, end);
			at = end;
			line_start = false;
		} else if (is_word(*at)) {
			size_t size = 1;

			while (is_word(at[size]))
				size++;
			read_word(facts, text->at, at, size);
			at += size;
			line_start = false;
		} else {
			if (*at == '#' && line_start)
				read_directive(facts, at + 1);
			line_start = *at == '\n' || (line_start && is_space(*at));
			at++;
		}
	}
}
