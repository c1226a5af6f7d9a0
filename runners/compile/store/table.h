// SPDX-License-Identifier: MIT
#ifndef TABLE_H
#define TABLE_H
#include "text/digest.h"

/*
 * Tables that all launchers share: a file each, mapped, of a fixed size, without locks. An entry that is torn by a
 * kill or a race does not fit its check and counts as absent; a table that is full forgets nothing and learns
 * nothing, unless it says otherwise.
 */

/* What stood in a file with this path, inode, size and times. */
bool table_known(const char *store, struct digest key, struct digest *content);
void table_know(const char *store, struct digest key, struct digest content);

/* What a list of files contained together, by what stat said of each. Here the new takes the place of the old. */
bool table_state(const char *store, struct digest key, struct digest *state);
void table_know_state(const char *store, struct digest key, struct digest state);

/* Starts anew the tables that are nearly full. */
void table_trim(const char *store);

#endif
