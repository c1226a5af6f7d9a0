// SPDX-License-Identifier: MIT
/* Words as POSIX has them (Shell Command Language, 2.2 Quoting), as far as Kconfig's macros need it. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "shell/shell-words.h"
#include "text/bytes.h"

struct reader {
	const char *at;
	struct parts *parts;
	struct bytes word;
	bool in_word;
};

static const char PLAIN[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+=.,:/%@";

static bool end_word(struct reader *reader)
{
	struct part *part = &reader->parts->at[reader->parts->count];

	if (!reader->in_word)
		return true;
	if (part->argc == MOST_WORDS)
		return false;
	part->argv[part->argc++] = reader->word.at;
	reader->word = (struct bytes){ 0 };
	reader->in_word = false;
	return true;
}

static bool end_part(struct reader *reader, char end)
{
	struct parts *parts = reader->parts;

	if (!end_word(reader) || !parts->at[parts->count].argc)
		return false;
	parts->at[parts->count].end = end;
	parts->count++;
	return !end || parts->count < MOST_PARTS;
}

static void add(struct reader *reader, const char *text, size_t size)
{
	reader->in_word = true;
	bytes_add(&reader->word, text, size);
}

/* The words of a variable, if it is one of plain words. */
static bool read_variable(struct reader *reader)
{
	size_t size = strspn(reader->at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_");
	char *name = format("%.*s", (int)size, reader->at);
	const char *value = getenv(name);

	free(name);
	reader->at += size;
	if (!size || isalnum((unsigned char)*reader->at) || reader->in_word || !value)
		return false;
	while (*value) {
		size = strspn(value, PLAIN);
		if (size)
			add(reader, value, size);
		if (!end_word(reader) || (value[size] && value[size] != ' '))
			return false;
		value += size + (value[size] == ' ');
	}
	return !*reader->at || strchr(" ;|", *reader->at);
}

static bool read_dollar(struct reader *reader, bool quoted)
{
	reader->at++;
	if (*reader->at != '$')
		return !quoted && read_variable(reader);
	reader->at++;
	add(reader, OWN_PID, 1);
	return true;
}

static bool read_double_quoted(struct reader *reader)
{
	for (add(reader, "", 0), reader->at++; *reader->at != '"'; ) {
		if (!*reader->at || *reader->at == '`' || *reader->at == '\001')
			return false;
		if (*reader->at == '$') {
			if (!read_dollar(reader, true))
				return false;
			continue;
		}
		if (*reader->at == '\\' && reader->at[1] && strchr("$`\"\\\n", reader->at[1])) {
			if (*++reader->at == '\n')
				return false;
		}
		add(reader, reader->at++, 1);
	}
	reader->at++;
	return true;
}

static bool read_single_quoted(struct reader *reader)
{
	size_t size = strcspn(++reader->at, "'\001");

	add(reader, reader->at, size);
	reader->at += size;
	return *reader->at++ == '\'';
}

static bool read_next(struct reader *reader)
{
	size_t size = strspn(reader->at, PLAIN);

	if (size) {
		add(reader, reader->at, size);
		reader->at += size;
		return true;
	}
	switch (*reader->at) {
	case ' ':
		reader->at++;
		return end_word(reader);
	case ';':
	case '|':
		return reader->at[1] != *reader->at && end_part(reader, *reader->at++);
	case '"':
		return read_double_quoted(reader);
	case '\'':
		return read_single_quoted(reader);
	case '$':
		return read_dollar(reader, false);
	}
	return false;
}

bool parts_read(struct parts *parts, const char *text)
{
	struct reader reader = { .at = text, .parts = parts };

	memset(parts, 0, sizeof(*parts));
	while (*reader.at) {
		if (!read_next(&reader))
			return false;
	}
	return end_part(&reader, 0);
}
