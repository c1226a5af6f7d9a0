// SPDX-License-Identifier: MIT
#ifndef LOG_H
#define LOG_H

/* Appends one line to the file that COMPILE_ONCE_LOG names: how, CPU seconds of the compiler and of ours, object.
 * How: direct (a hit), miss (compiled and kept), said (not kept, it had something to say), alone (not kept, what it
 * depends on is not certain), pass (not understood); for questions to the compiler answer (a hit), asked (kept), alone;
 * for commands of Kconfig, whose compilers have lines of their own, shell-answer, shell-asked, shell-alone, and no seconds.
 * DIFFERS: verified, and found wrong. */
void log_call(const char *how, double compiler_seconds, const char *object);

#endif
