// SPDX-License-Identifier: MIT
/*
 * What each external declaration declares and uses. Where C would need types to tell, the reading errs to one side:
 * a name may be taken as declared, or a declaration as a root, that is not; that costs hits and nothing else.
 */
#include <stdlib.h>

#include "reading.h"

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
