// SPDX-License-Identifier: MIT
#ifndef SPLIT_H
#define SPLIT_H
#include "declarations.h"

/* The token behind the group that opens at `at`; 0 if it does not close. */
uint32_t group_end(const struct text *text, uint32_t at);
/* Behind any `__attribute__((...))` at `at`. */
uint32_t skip_attributes(const struct text *text, uint32_t at);
enum keyword keyword_at(const struct text *text, uint32_t at);

/* Finds where the declaration that begins at `first` ends. False when that is not certain. */
bool declaration_end(const struct text *text, uint32_t first, struct declaration *declaration);

#endif
