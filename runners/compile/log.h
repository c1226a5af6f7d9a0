// SPDX-License-Identifier: MIT
#ifndef LOG_H
#define LOG_H

/* Appends one line to the file that COMPILE_ONCE_LOG names: how, seconds of the compiler, seconds of ours, object. */
void log_call(const char *how, double compiler_seconds, const char *object);

#endif
