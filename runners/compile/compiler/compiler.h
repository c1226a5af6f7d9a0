// SPDX-License-Identifier: MIT
#ifndef COMPILER_H
#define COMPILER_H
#include <stdbool.h>

#include "text/digest.h"

/* The programs behind the compiler of that name, and what they obey in the environment. False: it asks for more than we know. */
bool compiler_identify(char *program, const char *store, struct digest *identity);

/* The file that a name stands for when it is run; NULL if there is none. To be freed. */
char *find_program(const char *name);
/* That file: its name and its stat facts; the name alone if there is none. */
void hash_program(struct hasher *hasher, const char *name);
/* Answers of another version of this program may rest on other rules. */
void hash_ourselves(struct hasher *hasher, const char *store);

#endif
