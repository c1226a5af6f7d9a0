// SPDX-License-Identifier: MIT
#ifndef OPENED_DIRS_H
#define OPENED_DIRS_H
#include <stdbool.h>
#include <stddef.h>

struct stat;

/*
 * stat and access of files in directories that are opened once: the kernel then walks one name for each file and not ten,
 * which is half of what a hit costs. What cannot be opened is asked for by its whole path.
 */
bool dirs_stat(const char *path, struct stat *st);
/* True when nothing is there, as access(2) with F_OK tells. */
bool dirs_lack(const char *path);
void dirs_close(void);

#endif
