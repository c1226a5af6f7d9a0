// SPDX-License-Identifier: MIT
#ifndef NAMES_H
#define NAMES_H
#include "tokens.h"

/* Gives each spelling a number. */
struct names {
	struct name *all;
	uint32_t count, room;
	uint32_t *slots, slot_room;
};

void names_start(struct names *names);
uint32_t names_number(struct names *names, const char *at, uint32_t size);

#endif
