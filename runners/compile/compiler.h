// SPDX-License-Identifier: MIT
#ifndef COMPILER_H
#define COMPILER_H
#include <stdbool.h>

#include "digest.h"

/* The programs behind the compiler of that name, and what they obey in the environment. False: it asks for more than we know. */
bool compiler_identify(char *program, const char *store, struct digest *identity);

#endif
