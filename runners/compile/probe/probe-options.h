// SPDX-License-Identifier: MIT
#ifndef PROBE_OPTIONS_H
#define PROBE_OPTIONS_H
#include <stdbool.h>

/* With it the answer may depend on a file or on the machine, or more is written than the output. */
bool option_beyond_probe(const char *arg);
/* The words behind -Wa, are options that read and write no file. */
bool assembler_options_plain(const char *words);

#endif
