// SPDX-License-Identifier: MIT
/* BLAKE2b with 16 bytes of output and no key, as in RFC 7693. For hosts with little-endian words. */
#include <stdio.h>

#include "text/digest.h"

static const uint64_t IV[8] = {
	0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
	0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
};

static const unsigned char SIGMA[10][16] = {
	{ 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 }, { 14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3 },
	{ 11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4 }, { 7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8 },
	{ 9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13 }, { 2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9 },
	{ 12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11 }, { 13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10 },
	{ 6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5 }, { 10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0 },
};

static inline uint64_t turn(uint64_t word, int by)
{
	return word >> by | word << (64 - by);
}

static inline __attribute__((always_inline)) void mix(uint64_t *v, int a, int b, int c, int d, uint64_t x, uint64_t y)
{
	v[a] += v[b] + x;
	v[d] = turn(v[d] ^ v[a], 32);
	v[c] += v[d];
	v[b] = turn(v[b] ^ v[c], 24);
	v[a] += v[b] + y;
	v[d] = turn(v[d] ^ v[a], 16);
	v[c] += v[d];
	v[b] = turn(v[b] ^ v[c], 63);
}

static void compress(struct hasher *hasher, bool last)
{
	uint64_t v[16], m[16];

	memcpy(m, hasher->block, sizeof(m));
	memcpy(v, hasher->state, 64);
	memcpy(v + 8, IV, 64);
	v[12] ^= hasher->total;
	if (last)
		v[14] = ~v[14];
	for (int round = 0; round < 12; round++) {
		const unsigned char *s = SIGMA[round % 10];

		for (int i = 0; i < 4; i++)
			mix(v, i, i + 4, i + 8, i + 12, m[s[2 * i]], m[s[2 * i + 1]]);
		for (int i = 0; i < 4; i++)
			mix(v, i, (i + 1) % 4 + 4, (i + 2) % 4 + 8, (i + 3) % 4 + 12, m[s[8 + 2 * i]], m[s[9 + 2 * i]]);
	}
	for (int i = 0; i < 8; i++)
		hasher->state[i] ^= v[i] ^ v[i + 8];
}

void hash_start(struct hasher *hasher)
{
	memcpy(hasher->state, IV, sizeof(IV));
	hasher->state[0] ^= 0x01010000 ^ sizeof(struct digest);
	hasher->total = hasher->filled = 0;
}

void hash_add(struct hasher *hasher, const void *data, size_t size)
{
	const unsigned char *from = data;

	while (size) {
		size_t part = sizeof(hasher->block) - hasher->filled;

		if (!part) {
			hasher->total += sizeof(hasher->block);
			compress(hasher, false);
			hasher->filled = 0;
			continue;
		}
		if (part > size)
			part = size;
		memcpy(hasher->block + hasher->filled, from, part);
		hasher->filled += part;
		from += part;
		size -= part;
	}
}

void hash_text(struct hasher *hasher, const char *text)
{
	uint64_t size = strlen(text);

	hash_add(hasher, &size, sizeof(size));
	hash_add(hasher, text, size);
}

void hash_digest(struct hasher *hasher, struct digest digest)
{
	hash_add(hasher, &digest, sizeof(digest));
}

struct digest hash_end(struct hasher *hasher)
{
	struct digest digest;

	hasher->total += hasher->filled;
	memset(hasher->block + hasher->filled, 0, sizeof(hasher->block) - hasher->filled);
	compress(hasher, true);
	memcpy(&digest, hasher->state, sizeof(digest));
	return digest;
}

struct digest digest_of(const void *data, size_t size)
{
	struct hasher hasher;

	hash_start(&hasher);
	hash_add(&hasher, data, size);
	return hash_end(&hasher);
}

void digest_hex(struct digest digest, char *hex)
{
	snprintf(hex, HEX_SIZE, "%016llx%016llx", (unsigned long long)digest.word[0], (unsigned long long)digest.word[1]);
}
