// SPDX-License-Identifier: MIT
/* What -E prints: C without comments, lines `# 12 "file" 1`, and #pragma. */
#include <ctype.h>
#include <string.h>

#include "names.h"

struct reader {
	struct text *text;
	struct names names;
	const char *at;
	const char *source;
	size_t source_size;
	bool in_source;
	uint32_t gap, room;
};

bool token_is(const struct token *token, char punctuation)
{
	return token->kind == TOKEN_PUNCTUATION && *token->at == punctuation;
}

static bool is_name_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$' || (c & 0x80);
}

static void add(struct reader *reader, enum token_kind kind, size_t size)
{
	struct text *text = reader->text;

	if (text->count == reader->room) {
		reader->room = reader->room ? reader->room * 2 : 1 << 16;
		text->tokens = resized(text->tokens, reader->room * sizeof(*text->tokens));
	}
	text->tokens[text->count++] = (struct token){
		reader->at, size, kind == TOKEN_NAME ? names_number(&reader->names, reader->at, size) : 0,
		reader->gap, kind, reader->in_source
	};
	reader->at += size;
	reader->gap = 0;
}

static size_t literal_size(const char *at)
{
	size_t size = 1;

	while (at[size] && at[size] != *at)
		size += at[size] == '\\' && at[size + 1] ? 2 : 1;
	return size + (at[size] == *at);
}

/* C11 6.4.8: digits, letters, dots, and signs behind an exponent. */
static size_t number_size(const char *at)
{
	size_t size = 1;

	while (is_name_char(at[size]) || at[size] == '.' || (strchr("+-", at[size]) && at[size] && strchr("eEpP", at[size - 1])))
		size++;
	return size;
}

/* `# 1 "file" 3`: less is said of system headers, and the 3 would be lost. */
static void read_marker(struct reader *reader, const char *file, const char *end)
{
	const char *flags = memchr(file, '"', end - file);

	reader->in_source = !strncmp(file, reader->source, reader->source_size) && file[reader->source_size] == '"';
	reader->text->strange |= !flags || memmem(flags, end - flags, " 3", 2);
}

static void read_hash_line(struct reader *reader)
{
	const char *end = strchrnul(reader->at, '\n'), *name = reader->at + 1;

	if (has_prefix(reader->at, "#pragma ")) {
		add(reader, TOKEN_PRAGMA, end - reader->at);
	} else if (*name == ' ' && isdigit((unsigned char)name[1])) {
		name = memchr(name, '"', end - name);
		if (name)
			read_marker(reader, name + 1, end);
	} else {
		reader->text->strange = true;
	}
	reader->at = end;
}

static void read_blank(struct reader *reader)
{
	if (*reader->at == '\n')
		reader->gap = NEW_LINE;
	else
		reader->gap++;
	reader->at++;
}

static void read_token(struct reader *reader)
{
	const char *at = reader->at;

	if (isspace((unsigned char)*at))
		read_blank(reader);
	else if (*at == '#' && (reader->gap == NEW_LINE))
		read_hash_line(reader);
	else if (*at == '"' || *at == '\'')
		add(reader, TOKEN_OTHER, literal_size(at));
	else if (isdigit((unsigned char)*at) || (*at == '.' && isdigit((unsigned char)at[1])))
		add(reader, TOKEN_OTHER, number_size(at));
	else if (is_name_char(*at)) {
		size_t size = 1;

		while (is_name_char(at[size]))
			size++;
		add(reader, TOKEN_NAME, size);
	} else
		add(reader, TOKEN_PUNCTUATION, 1);
}

void text_read(struct text *text, const struct bytes *from, const char *source)
{
	struct reader reader = { text, .at = from->at, .source = source, .source_size = strlen(source), .gap = NEW_LINE };

	*text = (struct text){ 0 };
	names_start(&reader.names);
	while (reader.at < from->at + from->size && *reader.at)
		read_token(&reader);
	text->strange |= reader.at != from->at + from->size;
	text->names = reader.names.all;
	text->name_count = reader.names.count;
}
