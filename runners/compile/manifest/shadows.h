// SPDX-License-Identifier: MIT
#ifndef SHADOWS_H
#define SHADOWS_H
#include "compiler/command.h"
#include "compiler/depfile.h"
#include "facts/facts.h"

/*
 * The paths that must not come into being: a header there would be found before the one that was read. NUL-terminated,
 * one after the other. A path whose directory is absent stands for all others in that directory.
 */
struct bytes shadows_find(const struct command *command, const struct file_list *files, const struct facts *facts);
/* The file that the assembler reads for `.include "name"`; NULL if there is none. */
char *assembler_file(const struct command *command, const char *name);

#endif
