// SPDX-License-Identifier: MIT
#ifndef QUICK_H
#define QUICK_H
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A sum for tables in memory and for damage, eight bytes at a time: no proof that two texts are the same. */
static inline uint64_t quick_sum(const void *data, size_t size)
{
	const char *at = data;
	uint64_t sum = size * 0x9e3779b97f4a7c15, word;

	for (; size >= sizeof(word); at += sizeof(word), size -= sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		sum = (sum ^ word) * 0xff51afd7ed558ccd;
		sum ^= sum >> 32;
	}
	word = 0;
	memcpy(&word, at, size);
	sum = (sum ^ word) * 0xff51afd7ed558ccd;
	return sum ^ sum >> 29;
}

#endif
