// SPDX-License-Identifier: MIT
#ifndef DEPFILE_H
#define DEPFILE_H
#include "text/bytes.h"

/* The files that one compile read, in the order of its depfile. */
struct file_list {
	char **path;
	int count;
};

/* Takes the text apart in place. False for what gcc writes only around odd names. */
bool depfile_read(struct bytes *text, struct file_list *files);

#endif
