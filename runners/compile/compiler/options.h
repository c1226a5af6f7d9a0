// SPDX-License-Identifier: MIT
#ifndef OPTIONS_H
#define OPTIONS_H
#include "compiler/command.h"

/* Other outputs, inputs that no depfile names, or an object that depends on the machine. */
bool option_not_ours(const char *arg);
/* A file is there under a name that stands behind a sign in it: it may be read, or written, and no depfile tells of it. */
bool option_names_file(const char *arg);

#endif
