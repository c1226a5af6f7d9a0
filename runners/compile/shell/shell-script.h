// SPDX-License-Identifier: MIT
#ifndef SHELL_SCRIPT_H
#define SHELL_SCRIPT_H
#include "shell/shell.h"
#include "text/bytes.h"

/* The word stands in the text, and is not a part of a longer name. */
bool has_word(const struct bytes *text, const char *word);
/* A script and all beside it that it names: their whole texts, and these without comments. */
struct texts {
	struct bytes whole, code;
};

/* Variables that a script of this text, and what it calls, may look at. */
void hash_environment(struct hasher *hasher, const struct bytes *code);
/* What the script calls. False: it is not known. */
bool hash_calls(struct hasher *hasher, const struct question *question, const char *store, bool anew);

#endif
