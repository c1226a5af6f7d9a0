// SPDX-License-Identifier: MIT
#ifndef ANSWER_H
#define ANSWER_H
#include "compiler/child.h"
#include "text/digest.h"

/* What the compiler did when it was asked. */
struct answer {
	struct child said;
	bool has_output;
	struct bytes output;
};

/* As one piece of bytes. */
struct bytes answer_pack(const struct answer *answer);
/* False where there is none, or not the one that was written. */
bool answer_get(const char *store, struct digest key, struct answer *answer);

/* The compiler judged: no trouble of the machine is taken for its word. */
bool is_judgement(const struct child *said);
/* It says of a file that it is not there, and of no other trouble. */
bool is_absence(const struct child *said);

#endif
