// SPDX-License-Identifier: MIT
/*
 * Which names a declaration declares. Without types a name behind a type is taken as declared, and a typedef's name
 * where no type was yet as the type (C11 6.7.8): what is taken as declared beyond that costs hits and nothing else.
 */
#include "reading.h"

static bool is_specifier(struct reader *reader, uint32_t at)
{
	enum keyword keyword = keyword_at(reader->text, at);

	reader->saw_typedef |= keyword == KW_TYPEDEF;
	reader->saw_extern |= keyword == KW_EXTERN;
	reader->saw_static |= keyword == KW_STATIC;
	reader->saw_inline |= keyword == KW_INLINE;
	reader->saw_type |= keyword == KW_TYPE || keyword == KW_TYPEOF;
	if (keyword != KW_NONE)
		return true;
	// A typedef's name where no type was yet is the type; a name behind a type is declared.
	if (reader->saw_type || !reader->is_typedef[reader->text->tokens[at].name])
		return false;
	return reader->saw_type = true;
}

static void declare(struct reader *reader, uint32_t at, bool nested)
{
	mention(reader, reader->text->tokens[at].name, false)->declares = true;
	if (!nested && is_at(reader, at + 1, '('))
		reader->functions++;
	else
		reader->objects++;
}

/* Behind `struct tag` and its members. */
static uint32_t skip_tag_and_members(struct reader *reader, uint32_t at)
{
	const struct text *text = reader->text;
	uint32_t next = skip_attributes(text, at + 1);

	reader->saw_type = true;
	if (text->tokens[next].kind == TOKEN_NAME && keyword_at(text, next) == KW_NONE)
		next = skip_attributes(text, next + 1);
	return is_at(reader, next, '{') ? group_end(text, next) : next;
}

/* `__attribute__((...))`, `typeof(...)`, `asm("...")`: what stands in them declares nothing. */
static uint32_t skip_operator(struct reader *reader, uint32_t at)
{
	uint32_t next = group_end(reader->text, at + 1);

	is_specifier(reader, at);
	if (keyword_at(reader->text, at) == KW_ATTRIBUTE)
		reader->now->root |= keeps_alive(reader->text, at, next);
	return next;
}

static bool is_operator(enum keyword keyword)
{
	return keyword == KW_ATTRIBUTE || keyword == KW_TYPEOF || keyword == KW_ASM || keyword == KW_ALIGNAS;
}

static bool opens(const struct token *token)
{
	return token_is(token, '(') || token_is(token, '[') || token_is(token, '{');
}

/* Behind `= value`. */
static uint32_t skip_value(struct reader *reader, uint32_t at, uint32_t end)
{
	const struct text *text = reader->text;

	reader->has_value = true;
	for (at++; at < end && !token_is(&text->tokens[at], ',');)
		at = opens(&text->tokens[at]) ? group_end(text, at) : at + 1;
	return at;
}

void read_declarators(struct reader *reader, uint32_t at, uint32_t end, bool nested)
{
	const struct text *text = reader->text;
	bool declared = false;

	while (at < end) {
		const struct token *token = &text->tokens[at];
		enum keyword keyword = keyword_at(text, at);

		if (keyword == KW_STRUCT || keyword == KW_UNION || keyword == KW_ENUM) {
			at = skip_tag_and_members(reader, at);
		} else if (is_operator(keyword) && is_at(reader, at + 1, '(')) {
			at = skip_operator(reader, at);
		} else if (token->kind == TOKEN_NAME) {
			if (!is_specifier(reader, at)) {
				declare(reader, at, nested);
				declared = true;
			}
			at++;
		} else if (token_is(token, '(') && !declared && !(at && token_is(&text->tokens[at - 1], ')'))) {
			// Behind a type: a declarator in parentheses. Behind a name: parameters.
			read_declarators(reader, at + 1, group_end(text, at) - 1, true);
			declared = true;
			at = group_end(text, at);
		} else if (opens(token)) {
			at = group_end(text, at);
		} else if (token_is(token, '=')) {
			at = skip_value(reader, at, end);
		} else {
			declared &= !token_is(token, ',');
			at++;
		}
	}
}
