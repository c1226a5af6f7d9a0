// SPDX-License-Identifier: MIT
/*
 * What each external declaration declares and uses. Where C would need types to tell, the reading errs to one side:
 * a name may be taken as declared, or a declaration as a root, that is not; that costs hits and nothing else.
 */
#include <stdlib.h>
#include <string.h>

#include "split.h"

struct reader {
	struct declarations *to;
	const struct text *text;
	struct declaration *now;
	uint32_t room, mention_room;
	/* By name: where it is mentioned in the declaration at hand, counted from 1; valid if the stamp is. */
	uint32_t *place[2], *stamp[2];
	/* By name: some typedef has declared it; a tag was mentioned; a tag got members. */
	bool *is_typedef, *tag_known, *tag_complete;
	/* Specifiers of the declaration at hand. */
	bool saw_typedef, saw_extern, saw_static, saw_inline, saw_type, has_value;
	int objects, functions;
};

static struct mention *mention(struct reader *reader, uint32_t name, bool tag)
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

static bool is_at(const struct reader *reader, uint32_t at, char punctuation)
{
	return at <= reader->now->last && token_is(&reader->text->tokens[at], punctuation);
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

/* Attributes that give a symbol of their own or keep one alive. Source: "Common Function Attributes", gcc's manual. */
static bool keeps_alive(const struct text *text, uint32_t at, uint32_t end)
{
	static const char *const KEEPS[] = { "alias", "ifunc", "weakref", "constructor", "destructor", "used", "retain",
					     "symver", "externally_visible", "copy", "common", "target_clones", "init_priority", NULL };

	for (; at < end; at++) {
		const struct token *token = &text->tokens[at];
		const char *name = token->at;
		size_t size = token->size;

		if (token->kind != TOKEN_NAME)
			continue;
		if (size > 4 && !strncmp(name, "__", 2) && !strncmp(name + size - 2, "__", 2)) {
			name += 2;
			size -= 4;
		}
		for (const char *const *keeps = KEEPS; *keeps; keeps++) {
			if (!strncmp(name, *keeps, size) && !(*keeps)[size])
				return true;
		}
	}
	return false;
}

/* All that a declaration mentions, whether it is a use or not. */
static void read_mentions(struct reader *reader)
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

/* Reads specifiers and declarators in [at, end); `nested`: within the parentheses of a declarator. */
static void read_declarators(struct reader *reader, uint32_t at, uint32_t end, bool nested)
{
	const struct text *text = reader->text;
	bool declared = false;

	while (at < end) {
		const struct token *token = &text->tokens[at];
		enum keyword keyword = keyword_at(text, at);
		uint32_t next = at + 1;

		if (keyword == KW_STRUCT || keyword == KW_UNION || keyword == KW_ENUM) {
			reader->saw_type = true;
			next = skip_attributes(text, at + 1);
			if (text->tokens[next].kind == TOKEN_NAME && keyword_at(text, next) == KW_NONE)
				next = skip_attributes(text, next + 1);
			if (is_at(reader, next, '{'))
				next = group_end(text, next);
		} else if ((keyword == KW_ATTRIBUTE || keyword == KW_TYPEOF || keyword == KW_ASM || keyword == KW_ALIGNAS) &&
			   is_at(reader, next, '(')) {
			is_specifier(reader, at);
			next = group_end(text, next);
			reader->now->root |= keyword == KW_ATTRIBUTE && keeps_alive(text, at, next);
		} else if (token->kind == TOKEN_NAME) {
			if (!is_specifier(reader, at)) {
				declare(reader, at, nested);
				declared = true;
			}
		} else if (token_is(token, '(')) {
			next = group_end(text, at);
			// Behind a name stand parameters; behind a type a declarator in parentheses, with names in it.
			if (!declared && !token_is(&text->tokens[at - (at > 0)], ')')) {
				read_declarators(reader, at + 1, next - 1, true);
				declared = true;
			}
		} else if (token_is(token, '[') || token_is(token, '{')) {
			next = group_end(text, at);
		} else if (token_is(token, '=')) {
			reader->has_value = true;
			while (next < end && !token_is(&text->tokens[next], ','))
				next = token_is(&text->tokens[next], '(') || token_is(&text->tokens[next], '{') || token_is(&text->tokens[next], '[')
					       ? group_end(text, next) : next + 1;
		} else if (token_is(token, ',')) {
			declared = false;
		}
		at = next;
	}
}

/* Whether code or data comes of it, or something is said of it when nobody uses it. */
static bool is_root(const struct reader *reader)
{
	const struct declaration *now = reader->now;
	bool has_body = now->body <= now->last;

	// Of what stands in the source itself the compiler says when it is unused.
	if (reader->text->tokens[now->first].in_source || reader->text->tokens[now->last].in_source)
		return true;
	if (has_body)
		return !(reader->saw_static && reader->saw_inline && reader->functions == 1 && !reader->objects);
	if (reader->saw_typedef)
		return false;
	if (reader->has_value || reader->saw_static || reader->saw_inline)
		return true;
	if (reader->saw_extern)
		return false;
	return reader->objects > 0 || reader->functions > 1;
}

static void note_typedefs(struct reader *reader)
{
	const struct declaration *now = reader->now;

	for (uint32_t i = now->mention; reader->saw_typedef && i < now->mention + now->mention_count; i++) {
		const struct mention *mention = &reader->to->mentions[i];

		if (mention->declares && !mention->tag)
			reader->is_typedef[mention->name] = true;
	}
}

static void read_external(struct reader *reader)
{
	struct declaration *now = reader->now;
	const struct text *text = reader->text;
	enum keyword keyword = keyword_at(text, now->first);

	reader->saw_typedef = reader->saw_extern = reader->saw_static = reader->saw_inline = false;
	reader->saw_type = reader->has_value = false;
	reader->objects = reader->functions = 0;
	read_mentions(reader);
	if (keyword == KW_ASM) {
		now->root = true;
	} else if (keyword == KW_STATIC_ASSERT) {
		now->root |= text->tokens[now->first].in_source;
	} else {
		read_declarators(reader, now->first, now->body <= now->last ? now->body : now->last, false);
		now->root |= is_root(reader);
		note_typedefs(reader);
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

/* A name that a block declares as extern, or as a function, is the program's and not the block's. */
static void read_block_externs(struct reader *reader)
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

static struct declaration *next_place(struct reader *reader)
{
	struct declarations *to = reader->to;

	if (to->count == reader->room) {
		reader->room = reader->room ? reader->room * 2 : 1 << 12;
		to->all = resized(to->all, reader->room * sizeof(*to->all));
	}
	return &to->all[to->count];
}

static void reader_start(struct reader *reader, struct declarations *to, const struct text *text)
{
	*reader = (struct reader){ .to = to, .text = text };
	for (int i = 0; i < 2; i++) {
		reader->place[i] = zeroed(text->name_count, sizeof(uint32_t));
		reader->stamp[i] = zeroed(text->name_count, sizeof(uint32_t));
	}
	reader->is_typedef = zeroed(text->name_count, sizeof(bool));
	reader->tag_known = zeroed(text->name_count, sizeof(bool));
	reader->tag_complete = zeroed(text->name_count, sizeof(bool));
}

void declarations_read(struct declarations *to, const struct text *text)
{
	struct reader reader;

	*to = (struct declarations){ .uncertain = text->strange };
	reader_start(&reader, to, text);
	for (uint32_t at = 0; at < text->count && !to->uncertain; at = reader.now->last + 1) {
		reader.now = next_place(&reader);
		if (text->tokens[at].kind == TOKEN_PRAGMA) {
			*reader.now = (struct declaration){ at, at, at + 1, to->mention_count, 0, true, true };
		} else if (declaration_end(text, at, reader.now)) {
			reader.now->mention = to->mention_count;
			read_external(&reader);
			read_block_externs(&reader);
		} else {
			to->uncertain = true;
			break;
		}
		reader.now->mention_count = to->mention_count - reader.now->mention;
		to->count++;
	}
}
