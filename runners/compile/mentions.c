// SPDX-License-Identifier: MIT
/* The names that occur in a declaration, and the tags, constants and functions that are declared deep inside it. */
#include "reading.h"

struct mention *mention(struct reader *reader, uint32_t name, bool tag)
{
	struct declarations *to = reader->to;

	if (reader->stamp[tag][name] == to->count + 1)
		return &to->mentions[reader->place[tag][name]];
	if (to->mention_count == reader->mention_room) {
		reader->mention_room = reader->mention_room ? reader->mention_room * 2 : 1 << 16;
		to->mentions = resized(to->mentions, reader->mention_room * sizeof(*to->mentions));
	}
	reader->stamp[tag][name] = to->count + 1;
	reader->place[tag][name] = to->mention_count;
	reader->now->mention_count++;
	to->mentions[to->mention_count] = (struct mention){ name, tag, false, false };
	return &to->mentions[to->mention_count++];
}

/* The constants of an enum are ordinary names. */
static void read_constants(struct reader *reader, uint32_t open)
{
	const struct token *tokens = reader->text->tokens;
	uint32_t end = group_end(reader->text, open);

	for (uint32_t at = open; at + 1 < end; at++) {
		bool before = token_is(&tokens[at], '{') || token_is(&tokens[at], ',');

		if (before && tokens[at + 1].kind == TOKEN_NAME)
			mention(reader, tokens[at + 1].name, false)->declares = true;
	}
}

/* `struct tag`, anywhere. Returns the token behind the tag. */
static uint32_t read_tag(struct reader *reader, uint32_t at)
{
	const struct text *text = reader->text;
	bool in_body = at >= reader->now->body, is_enum = keyword_at(text, at) == KW_ENUM;
	uint32_t name = skip_attributes(text, at + 1), open = name;
	struct mention *tag;

	if (text->tokens[name].kind == TOKEN_NAME && keyword_at(text, name) == KW_NONE) {
		uint32_t number = text->tokens[name].name;

		open = skip_attributes(text, name + 1);
		tag = mention(reader, number, true);
		tag->declares |= !reader->tag_known[number];
		reader->tag_known[number] = true;
		if (is_at(reader, open, '{')) {
			// Completed twice, or in some inner scope: which one is meant where is beyond us.
			reader->to->uncertain |= reader->tag_complete[number] && !in_body;
			if (!in_body) {
				tag->declares = tag->completes = true;
				reader->tag_complete[number] = true;
			} else {
				reader->now->root = true;
			}
		}
		name++;
	}
	if (is_enum && is_at(reader, open, '{') && !in_body)
		read_constants(reader, open);
	return name;
}

void read_mentions(struct reader *reader)
{
	const struct text *text = reader->text;
	struct declaration *now = reader->now;

	for (uint32_t at = now->first; at <= now->last;) {
		enum keyword keyword = keyword_at(text, at);

		if (keyword == KW_STRUCT || keyword == KW_UNION || keyword == KW_ENUM) {
			at = read_tag(reader, at);
			continue;
		}
		if (text->tokens[at].kind == TOKEN_NAME && keyword == KW_NONE)
			mention(reader, text->tokens[at].name, false);
		reader->to->uncertain |= keyword == KW_UNSAFE;
		if (text->tokens[at].kind == TOKEN_PRAGMA)
			now->pragma = now->root = true;
		// Data in a body may be there even when the function is not called.
		if (at >= now->body && keyword == KW_ATTRIBUTE && is_at(reader, at + 1, '('))
			now->root |= keeps_alive(text, at, group_end(text, at + 1));
		at++;
	}
}

/* Whether the name at `at` in a body may be a function's declared there: behind a type, before parameters. */
static bool is_block_prototype(const struct reader *reader, uint32_t at)
{
	enum keyword before = keyword_at(reader->text, at - 1);
	const struct token *token = &reader->text->tokens[at - 1];

	if (!is_at(reader, at + 1, '('))
		return false;
	return token_is(token, '*') || before == KW_TYPE || (token->kind == TOKEN_NAME && before == KW_NONE);
}

void read_block_externs(struct reader *reader)
{
	const struct declaration *now = reader->now;
	const struct text *text = reader->text;
	bool is_extern = false;

	for (uint32_t at = now->body; at <= now->last; at++) {
		is_extern |= keyword_at(text, at) == KW_EXTERN;
		if (is_at(reader, at, ';'))
			is_extern = false;
		if (text->tokens[at].kind != TOKEN_NAME || keyword_at(text, at) != KW_NONE)
			continue;
		if (is_extern || is_block_prototype(reader, at))
			mention(reader, text->tokens[at].name, false)->declares = true;
	}
}
