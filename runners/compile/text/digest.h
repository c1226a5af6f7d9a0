// SPDX-License-Identifier: MIT
#ifndef DIGEST_H
#define DIGEST_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* 128 bits of BLAKE2b: equal digests are taken for equal content. */
struct digest {
	uint64_t word[2];
};

struct hasher {
	uint64_t state[8], total;
	unsigned char block[128];
	size_t filled;
};

void hash_start(struct hasher *hasher);
void hash_add(struct hasher *hasher, const void *data, size_t size);
/* With its length, so that no two lists of parts give the same stream. */
void hash_text(struct hasher *hasher, const char *text);
void hash_digest(struct hasher *hasher, struct digest digest);
struct digest hash_end(struct hasher *hasher);
struct digest digest_of(const void *data, size_t size);

#define HEX_SIZE 33
void digest_hex(struct digest digest, char *hex);

static inline bool same_digest(struct digest a, struct digest b)
{
	return a.word[0] == b.word[0] && a.word[1] == b.word[1];
}

#endif
