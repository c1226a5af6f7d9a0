// SPDX-License-Identifier: MIT
#ifndef OPTIONS_H
#define OPTIONS_H
#include "command.h"

/* Other outputs, other inputs, or an object that depends on the machine. */
bool option_not_ours(const char *arg);
/* With it unused declarations are emitted, or talked about, or numbered. */
bool option_all_matters(const char *arg);
/* The compiler looks at comments, which preprocessing takes away. */
bool reads_comments(const struct command *command);
bool is_optimised(const struct command *command);

#endif
