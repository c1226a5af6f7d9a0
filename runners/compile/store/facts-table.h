// SPDX-License-Identifier: MIT
#ifndef FACTS_TABLE_H
#define FACTS_TABLE_H
#include "text/bytes.h"
#include "text/digest.h"

/*
 * What the texts of files say, by the digest of the text: records of bytes in one mapped file that all launchers share. A
 * record is never changed, and one that is damaged counts as absent.
 */

/* NULL where there is none; it stays where it lies until the process ends. */
const char *facts_known(const char *store, struct digest key, size_t *size);
void facts_know(const char *store, struct digest key, const struct bytes *record);
/* Starts anew when it is nearly full. */
void facts_trim(const char *store);

#endif
