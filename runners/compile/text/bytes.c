// SPDX-License-Identifier: MIT
/* Memory that grows. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text/bytes.h"

void (*out_of_memory)(void);

static void *checked(void *memory)
{
	if (memory)
		return memory;
	if (out_of_memory)
		out_of_memory();
	abort();
}

void *zeroed(size_t count, size_t size)
{
	return checked(calloc(count ? count : 1, size));
}

void *resized(void *old, size_t size)
{
	return checked(realloc(old, size));
}

char *format(const char *fmt, ...)
{
	va_list args;
	char *text;
	int size;

	va_start(args, fmt);
	size = vasprintf(&text, fmt, args);
	va_end(args);
	return checked(size < 0 ? NULL : text);
}

void bytes_room(struct bytes *bytes, size_t size)
{
	if (bytes->size + size + 1 <= bytes->room)
		return;
	bytes->room = bytes->room * 2 > bytes->size + size + 1 ? bytes->room * 2 : bytes->size + size + 1;
	bytes->at = resized(bytes->at, bytes->room);
}

void bytes_add(struct bytes *bytes, const void *data, size_t size)
{
	bytes_room(bytes, size);
	if (size)
		memcpy(bytes->at + bytes->size, data, size);
	bytes->size += size;
	bytes->at[bytes->size] = 0;
}

void bytes_text(struct bytes *bytes, const char *text)
{
	bytes_add(bytes, text, strlen(text));
}

bool same_bytes(const struct bytes *a, const struct bytes *b)
{
	return a->size == b->size && (!a->size || !memcmp(a->at, b->at, a->size));
}

bool bytes_contain(const struct bytes *bytes, const char *text)
{
	return bytes->size && memmem(bytes->at, bytes->size, text, strlen(text));
}

bool has_prefix(const char *text, const char *prefix)
{
	return !strncmp(text, prefix, strlen(prefix));
}

bool has_suffix(const char *text, const char *suffix)
{
	size_t size = strlen(text), end = strlen(suffix);

	return size >= end && !strcmp(text + size - end, suffix);
}
