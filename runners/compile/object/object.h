// SPDX-License-Identifier: MIT
#ifndef OBJECT_H
#define OBJECT_H

/*
 * Makes one object of a replay as rule_cc_o_c of scripts/Makefile.build does, by its recorded command, with its record
 * behind it. `list` and `offset` tell which (object-list.h). `mark` is a path: MARK.before becomes the object from before,
 * and MARK.same or MARK.differs, as their bytes are, is written; neither if it does not compile. Gives back what make is to
 * be told.
 */
int object_again(const char *list, const char *offset, const char *mark);

#endif
