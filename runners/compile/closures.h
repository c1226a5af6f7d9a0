// SPDX-License-Identifier: MIT
#ifndef CLOSURES_H
#define CLOSURES_H
#include "declarations.h"

/* Which declarations the roots reach by name. */
bool *live_declarations(const struct text *text, const struct declarations *declarations);

/*
 * For each declaration a digest of all that decides whether the compiler has something to say of it: its text, and
 * those of what its names mean at that place, which tags have got their members by then, and the pragmas before.
 */
struct digest *closures(const struct text *text, const struct declarations *declarations, const struct digest *texts);

/* The tokens. From `body` on white space counts: -Wmisleading-indentation looks at it in functions. */
struct digest tokens_digest(const struct text *text, uint32_t first, uint32_t last, uint32_t body);

#endif
