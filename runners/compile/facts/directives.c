// SPDX-License-Identifier: MIT
/* Directives that name files, and the definitions that give IS_ENABLED its meaning. */
#include <string.h>

#include "facts/scanning.h"

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

/* The definition with its white space left out, up to the end of the line. */
static void read_define(struct facts *facts, const char *at)
{
	char text[256];
	size_t size = 0;

	at = skip_blanks(at);
	// None of them begins otherwise.
	if (!has_prefix(at, "__") && !has_prefix(at, "IS_"))
		return;
	for (; *at && *at != '\n' && !(at[0] == '/' && at[1] == '*') && size < sizeof(text) - 1; at = skip_blanks(at))
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

static void read_include(struct facts *facts, const char *at)
{
	const char *end;

	at = skip_blanks(at);
	end = *at == '<' ? strpbrk(at, ">\n") : *at == '"' ? strpbrk(at + 1, "\"\n") : NULL;
	if (end && *end == '\n')
		end = NULL;
	facts_add_include(facts, (struct include){ end ? at + 1 : NULL, end ? end - at - 1 : 0, 0, *at == '"' ? INCLUDE_QUOTED : INCLUDE_ANGLE });
}

/* `"... .include \"name\" ..."`, nothing else that makes the assembler read files. */
void read_assembler(struct facts *facts, const char *at, const char *end)
{
	facts->odd |= memmem(at, end - at, ".incbin", 7) != NULL;
	while ((at = memmem(at, end - at, ".include", 8))) {
		size_t size = has_prefix(at + 8, " \\\"") ? strcspn(at + 11, "\\\"\n") : 0;

		if (size && has_prefix(at + 11 + size, "\\\""))
			facts_add_include(facts, (struct include){ at + 11, size, 0, INCLUDE_ASSEMBLER });
		else
			facts->odd = true;
		at += 8;
	}
}

void read_directive(struct facts *facts, const char *at)
{
	at = skip_blanks(at);
	if (has_prefix(at, "define") && !is_word(at[6]))
		read_define(facts, at + 6);
	else if (has_prefix(at, "include") && !is_word(at[7]))
		read_include(facts, at + 7);
	else if (has_prefix(at, "import") || has_prefix(at, "embed"))
		facts->odd = true;
}
