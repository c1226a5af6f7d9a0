// SPDX-License-Identifier: MIT
#ifndef OBJECT_H
#define OBJECT_H

/*
 * One object of a replay, as rule_cc_o_c of scripts/Makefile.build makes it: by its recorded command, with its record behind
 * it. `list` is a file of strings, a NUL behind each: the kernel's tree, doubts (record.h), and for each object, from
 * `offset` on, target, depfile, record, the command for the shell, the command as it is recorded, and what stands behind
 * the part of fixdep in the record. `mark` is a path: MARK.before becomes the object from before, and MARK.same or
 * MARK.differs, as their bytes are, is written; neither if it does not compile. Gives back what make is to be told.
 */
int object_again(const char *list, const char *offset, const char *mark);

#endif
