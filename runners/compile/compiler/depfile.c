// SPDX-License-Identifier: MIT
/* A depfile is one make rule, `target: file file \ file`, as -MMD writes it. */
#include <string.h>

#include "compiler/depfile.h"

static void add(struct file_list *files, char *path)
{
	if ((files->count & (files->count - 1)) == 0)
		files->path = resized(files->path, (files->count * 2 + 1) * sizeof(*files->path));
	files->path[files->count++] = path;
}

bool depfile_read(struct bytes *text, struct file_list *files)
{
	char *rule = text->at ? strchr(text->at, ':') : NULL;

	*files = (struct file_list){ 0 };
	if (!rule || strpbrk(rule + 1, ":$#"))
		return false;
	for (char *word = strtok(rule + 1, " \t\n"); word; word = strtok(NULL, " \t\n")) {
		if (!strcmp(word, "\\"))
			continue;
		if (strchr(word, '\\'))
			return false;
		add(files, word);
	}
	return files->count > 0;
}
