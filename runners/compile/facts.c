// SPDX-License-Identifier: MIT
/* Reads C without understanding it: words, comments, literals, and the directives that name files. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "facts.h"

/* The words that make a compile depend on more than the content of files. */
static const char *const ODD[] = { "__has_include", "__has_include_next", "__has_embed", "include_next", "system_header",
				   "__DATE__", "__TIME__", "__TIMESTAMP__", "__BASE_FILE__", NULL };

/* The meaning of IS_ENABLED and its like, without white space. Source: include/linux/kconfig.h. */
static const char *const MEANINGS[] = {
	"__ARG_PLACEHOLDER_10,", "__take_second_arg(__ignored,val,...)val", "__and(x,y)___and(x,y)",
	"___and(x,y)____and(__ARG_PLACEHOLDER_##x,y)", "____and(arg1_or_junk,y)__take_second_arg(arg1_or_junky,0)",
	"__or(x,y)___or(x,y)", "___or(x,y)____or(__ARG_PLACEHOLDER_##x,y)",
	"____or(arg1_or_junk,y)__take_second_arg(arg1_or_junk1,y)", "__is_defined(x)___is_defined(x)",
	"___is_defined(val)____is_defined(__ARG_PLACEHOLDER_##val)",
	"____is_defined(arg1_or_junk)__take_second_arg(arg1_or_junk1,0)", "IS_BUILTIN(option)__is_defined(option)",
	"IS_MODULE(option)__is_defined(option##_MODULE)", "IS_ENABLED(option)__or(IS_BUILTIN(option),IS_MODULE(option))", NULL
};

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static const char *skip_blanks(const char *at)
{
	while (*at == ' ' || *at == '\t' || (*at == '\\' && at[1] == '\n'))
		at += *at == '\\' ? 2 : 1;
	return at;
}

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

static void add_symbol(struct facts *facts, const char *at, size_t size, int look)
{
	size_t slot = 5381;
	struct symbol *symbol;

	for (size_t i = 0; i < size; i++)
		slot = slot * 33 + (unsigned char)at[i];
	if (facts->symbol_count * 2 >= facts->symbol_room) {
		struct facts bigger = { .symbol_room = facts->symbol_room ? facts->symbol_room * 4 : 1024 };

		bigger.symbols = zeroed(bigger.symbol_room, sizeof(*bigger.symbols));
		for (int i = 0; i < facts->symbol_room; i++) {
			if (facts->symbols[i].name)
				add_symbol(&bigger, facts->symbols[i].name, strlen(facts->symbols[i].name), facts->symbols[i].looks);
		}
		free(facts->symbols);
		facts->symbols = bigger.symbols;
		facts->symbol_room = bigger.symbol_room;
	}
	for (symbol = &facts->symbols[slot % facts->symbol_room]; symbol->name; symbol = &facts->symbols[++slot % facts->symbol_room]) {
		if (!strncmp(symbol->name, at, size) && !symbol->name[size])
			break;
	}
	if (!symbol->name) {
		symbol->name = format("%.*s", (int)size, at);
		facts->symbol_count++;
	}
	symbol->looks |= look;
}

static void read_word(struct facts *facts, const char *start, const char *at, size_t size)
{
	const char *next;

	if (*at == 'C' && size > 7 && !strncmp(at, "CONFIG_", 7))
		add_symbol(facts, at, size, asked_by(start, at, at + size));
	if (*at == 'C' && size >= 7 && !strncmp(at, "CONFIG_", 7)) {
		next = skip_blanks(at + size);
		if (size == 7 || (next[0] == '#' && next[1] == '#'))
			facts->needs_whole_config = true;
	}
	if (!strchr("_is", *at) || !strchr("_ny", at[1]))
		return;
	for (const char *const *odd = ODD; *odd; odd++) {
		if (!strncmp(at, *odd, size) && !(*odd)[size])
			facts->odd = true;
	}
}

/* The definition with its white space left out, up to the end of the line. */
static void read_define(struct facts *facts, const char *at)
{
	char text[256];
	size_t size = 0;

	for (at = skip_blanks(at); *at && *at != '\n' && !(at[0] == '/' && at[1] == '*') && size < sizeof(text) - 1; at = skip_blanks(at))
		text[size++] = *at++;
	text[size] = 0;
	for (const char *const *meaning = MEANINGS; *meaning; meaning++) {
		size_t name = strcspn(*meaning, "(");

		if (has_prefix(*meaning, "__ARG"))
			name = strlen("__ARG_PLACEHOLDER_1");
		else if (is_word(text[name]))
			continue;
		if (!strncmp(text, *meaning, name) && strcmp(text, *meaning))
			facts->needs_whole_config = true;
		else if (!strncmp(text, "IS_ENABLED(", 11))
			facts->knows_enabled = true;
	}
}

static void read_include(struct facts *facts, int file, const char *at)
{
	const char *end;

	at = skip_blanks(at);
	end = *at == '<' ? strpbrk(at, ">\n") : *at == '"' ? strpbrk(at + 1, "\"\n") : NULL;
	if ((facts->include_count & (facts->include_count - 1)) == 0)
		facts->includes = resized(facts->includes, (facts->include_count * 2 + 1) * sizeof(*facts->includes));
	// Without a name: it is made by macros.
	facts->includes[facts->include_count++] = (struct include){
		end && *end != '\n' ? format("%.*s", (int)(end - at - 1), at + 1) : NULL, file, *at == '"'
	};
}

static void read_directive(struct facts *facts, int file, const char *at)
{
	at = skip_blanks(at);
	if (has_prefix(at, "define") && !is_word(at[6]))
		read_define(facts, at + 6);
	else if (has_prefix(at, "include") && !is_word(at[7]))
		read_include(facts, file, at + 7);
	else if (has_prefix(at, "import") || has_prefix(at, "embed"))
		facts->odd = true;
}

void facts_gather(struct facts *facts, int file, const struct bytes *text)
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
				add_symbol(facts, in, 7 + strspn(in + 7, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"), LOOK_VALUE);
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
				read_directive(facts, file, at + 1);
			line_start = *at == '\n' || (line_start && isspace((unsigned char)*at));
			at++;
		}
	}
}
