// SPDX-License-Identifier: MIT
#ifndef CONFIG_H
#define CONFIG_H
#include "facts/facts.h"

/* The macros of one autoconf.h. */
struct config;

/* NULL when it cannot be read. */
struct config *config_read(const char *path);
/* It is the file with this content. */
bool config_is(const struct config *config, struct digest digest);
/* The symbols that were looked at, as a list: each a letter for the ways, the name, a NUL. */
struct bytes config_symbols(const struct facts *facts);
/* Digest of what it says of the symbols in the list, as far as it is looked at. */
struct digest config_key(const struct config *config, const struct bytes *symbols);

#endif
