// SPDX-License-Identifier: MIT
#ifndef SHELL_WORDS_H
#define SHELL_WORDS_H
#include <stdbool.h>

/* What `$$` stands for in a word. */
#define OWN_PID "\001"

enum { MOST_PARTS = 4, MOST_WORDS = 64 };

/* One simple command, NULL behind the last word, and what stands behind it: `;`, `|`, or 0 at the end. */
struct part {
	char *argv[MOST_WORDS + 1];
	int argc;
	char end;
};

struct parts {
	struct part at[MOST_PARTS];
	int count;
};

/* The words of a list of simple commands. False where there is more of the shell's language in it than quotes. */
bool parts_read(struct parts *parts, const char *text);

#endif
