// SPDX-License-Identifier: MIT
#ifndef OPTIONS_H
#define OPTIONS_H
#include "compiler/command.h"

/* Other outputs, inputs that no depfile names, or an object that depends on the machine. */
bool option_not_ours(const char *arg);

#endif
