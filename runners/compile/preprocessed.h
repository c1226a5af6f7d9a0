// SPDX-License-Identifier: MIT
#ifndef PREPROCESSED_H
#define PREPROCESSED_H
#include "child.h"
#include "command.h"

/* What the compiler sees once all macros are expanded, as far as it matters. */
struct preprocessed {
	/* Equal keys, equal objects. */
	struct digest key;
	/* The contexts of all declarations, and those of the ones that were left out of the key. */
	struct digest *closures, *left_out;
	uint32_t closure_count, left_out_count;
};

/* Runs the preprocessor; the depfile is written. False when the text does not tell all, or something was said. */
bool preprocess(const struct command *command, const char *depfile, struct child *child, struct preprocessed *result);
/* The assembler reads files that no depfile names. */
bool names_files(const struct bytes *text);
/* Everything that was left out has been compiled in silence before. */
bool left_out_is_silent(const struct preprocessed *text, const char *store);
void remember_silence(const struct preprocessed *text, const char *store);

#endif
