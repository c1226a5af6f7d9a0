// SPDX-License-Identifier: MIT
#ifndef WITNESS_H
#define WITNESS_H
#include "compiler/child.h"

/*
 * A script hides what its compilers say, and why they fail. So it is run once more with COMPILE_ONCE_WITNESS naming a
 * file, in which each launcher says that it began, and that the compiler judged, or missed a file, or was in trouble.
 */
bool witnessing(void);
void witness_begin(void);
void witness_end(const struct child *said);

/* Runs `child` with all launchers below it as witnesses. True: there were some, and all of them saw judgements; or, with
 * `absence`, that a file is not there. */
bool witness_run(struct child *child, const char *store, bool absence);

#endif
