// SPDX-License-Identifier: MIT
#ifndef VERIFY_H
#define VERIFY_H
#include "compiler/command.h"
#include "text/bytes.h"

bool verifying(void);
/* Keeps below the store what was given, or would have been, for `object`. */
void keep_differing(const char *store, const char *object, const char *which, const struct bytes *content);
/*
 * Compiles though there is an object, and compares: bytes, silence, depfile. A difference is
 * logged as `DIFFERS`, said on stderr, and both objects are kept below the store.
 */
int verify(const struct command *command, const char *store, struct digest object, const struct bytes *depfile)
	__attribute__((noreturn));

#endif
