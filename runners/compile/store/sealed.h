// SPDX-License-Identifier: MIT
#ifndef SEALED_H
#define SEALED_H
#include "text/bytes.h"
#include "text/digest.h"

/* Behind the bytes stands what they come to: without it half a file (power failed, the disk had an error) is a whole one. */
enum { SEAL = 16 };

/* False as well for what is not as it was put. */
bool sealed_get(const char *store, char kind, struct digest digest, struct bytes *into);
bool sealed_put(const char *store, char kind, struct digest digest, const struct bytes *content);

#endif
