// SPDX-License-Identifier: MIT
/* Where declarations end: at a semicolon, or behind the body of a function. */
#include "split.h"

enum keyword keyword_at(const struct text *text, uint32_t at)
{
	if (at >= text->count || text->tokens[at].kind != TOKEN_NAME)
		return KW_NONE;
	return text->names[text->tokens[at].name].keyword;
}

static bool is_at(const struct text *text, uint32_t at, char punctuation)
{
	return at < text->count && token_is(&text->tokens[at], punctuation);
}

uint32_t group_end(const struct text *text, uint32_t at)
{
	int depth = 0;

	for (; at < text->count; at++) {
		const struct token *token = &text->tokens[at];

		if (token->kind != TOKEN_PUNCTUATION)
			continue;
		if (*token->at == '(' || *token->at == '{' || *token->at == '[')
			depth++;
		else if ((*token->at == ')' || *token->at == '}' || *token->at == ']') && !--depth)
			return at + 1;
	}
	return 0;
}

uint32_t skip_attributes(const struct text *text, uint32_t at)
{
	while (keyword_at(text, at) == KW_ATTRIBUTE && is_at(text, at + 1, '(')) {
		uint32_t end = group_end(text, at + 1);

		if (!end)
			break;
		at = end;
	}
	return at;
}

/* Behind `struct tag` and its attributes: `{` there opens members, not a function. */
static uint32_t skip_tag(const struct text *text, uint32_t at)
{
	at = skip_attributes(text, at + 1);
	if (at < text->count && text->tokens[at].kind == TOKEN_NAME && keyword_at(text, at) == KW_NONE)
		at = skip_attributes(text, at + 1);
	return at;
}

static bool is_tag_keyword(enum keyword keyword)
{
	return keyword == KW_STRUCT || keyword == KW_UNION || keyword == KW_ENUM;
}

bool declaration_end(const struct text *text, uint32_t first, struct declaration *declaration)
{
	bool initialised = false;
	uint32_t at = first;

	*declaration = (struct declaration){ .first = first };
	while (at < text->count) {
		const struct token *token = &text->tokens[at];
		uint32_t end = at + 1;

		if (token->kind == TOKEN_PRAGMA)
			return false;
		if (is_tag_keyword(keyword_at(text, at))) {
			at = skip_tag(text, at);
			// `enum tag : type` of C23.
			if (is_at(text, at, ':'))
				return false;
			if (is_at(text, at, '{'))
				at = group_end(text, at);
			if (!at)
				return false;
			continue;
		}
		if (token_is(token, ';')) {
			declaration->last = at;
			declaration->body = at + 1;
			return true;
		}
		if (token_is(token, ')') || token_is(token, '}') || token_is(token, ']'))
			return false;
		if (token_is(token, '(') || token_is(token, '[') || token_is(token, '{'))
			end = group_end(text, at);
		if (!end)
			return false;
		if (token_is(token, '='))
			initialised = true;
		if (token_is(token, '{') && !initialised) {
			declaration->body = at;
			declaration->last = end - 1;
			// A body without a declarator, or old-style parameters before it: not what we know.
			return at > first && !token_is(&text->tokens[at - 1], ';');
		}
		at = end;
	}
	return false;
}
