// SPDX-License-Identifier: MIT
#ifndef BYTES_H
#define BYTES_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A growing piece of memory. `at` is NUL-terminated, and NULL only while nothing was ever added. */
struct bytes {
	char *at;
	size_t size, room;
};

/* Called when there is no memory: the compiler must run all the same. Set by main. */
extern void (*out_of_memory)(void);

void *zeroed(size_t count, size_t size);
void *resized(void *old, size_t size);
char *format(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* So that `size` more bytes, and the NUL, can be written at the end. */
void bytes_room(struct bytes *bytes, size_t size);
void bytes_add(struct bytes *bytes, const void *data, size_t size);
void bytes_text(struct bytes *bytes, const char *text);

bool has_prefix(const char *text, const char *prefix);
bool has_suffix(const char *text, const char *suffix);

bool same_bytes(const struct bytes *a, const struct bytes *b);
bool bytes_contain(const struct bytes *bytes, const char *text);

bool read_fd(int fd, struct bytes *into);
bool write_fd(int fd, const void *from, size_t size);
bool read_file(const char *path, struct bytes *into);
/* All or nothing: written beside, then renamed, so that a kill at any time leaves no half file. */
bool write_file(const char *path, const void *data, size_t size);
/* The same, for a path whose directory may not be there yet. */
bool store_file(const char *path, const void *data, size_t size);

#endif
