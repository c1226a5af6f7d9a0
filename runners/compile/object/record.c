// SPDX-License-Identifier: MIT
/* Reads what fixdep wrote. Any other form than the one we know is no reason to keep it. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "compiler/depfile.h"
#include "object/record.h"

static const char IGNORED[] = "include/generated/autoconf.h";

static bool is_older(const char *path, const struct stat *than)
{
	struct stat is;

	if (stat(path, &is))
		return false;
	if (is.st_mtim.tv_sec != than->st_mtim.tv_sec)
		return is.st_mtim.tv_sec < than->st_mtim.tv_sec;
	return is.st_mtim.tv_nsec < than->st_mtim.tv_nsec;
}

/* Whether a line of `lines` is the last part of `path`. */
static bool names(const char *lines, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	size_t size = strlen(name);

	for (const char *line = lines; *line; line += strcspn(line, "\n") + 1) {
		if (!strncmp(line, name, size) && line[size] == '\n')
			return true;
	}
	return false;
}

static bool is_below(const char *path, const char *dir)
{
	size_t size = strlen(dir);

	return size && !strncmp(path, dir, size) && path[size] == '/';
}

/* What is older than the record was read for it as it is now. */
static bool is_as_it_was(const struct record *record, const char *path, const struct stat *since)
{
	return is_older(path, since) || (is_below(path, record->source) && !names(record->doubts, path));
}

/* Goes behind `text`, if it stands there. */
static bool pass(const char **at, const char *text)
{
	if (!has_prefix(*at, text))
		return false;
	*at += strlen(text);
	return true;
}

/* Goes behind the symbols of the file before. */
static void pass_symbols(const char **at)
{
	while (pass(at, "    $(wildcard "))
		*at += strcspn(*at, "\n") + ((*at)[strcspn(*at, "\n")] == '\n');
}

/* Goes behind the name of one file. */
static bool pass_file(const char **at, const char *before, const char *path, const char *behind)
{
	const char *to = *at;
	bool stands = pass(&to, before) && pass(&to, path) && pass(&to, behind);

	if (stands)
		*at = to;
	return stands;
}

/* gcc lists a file again that was included by its command first; fixdep does not. The source does not count. */
static bool is_again(const struct file_list *files, int which)
{
	for (int i = 1; i < which; i++) {
		if (!strcmp(files->path[i], files->path[which]))
			return true;
	}
	return false;
}

/* The files of a depfile, in the words of fixdep. */
static bool lists(const char *at, const struct record *record, const struct file_list *files)
{
	char *deps = format("\n\ndeps_%s := \\\n", record->target);
	char *end = format("\n%s: $(deps_%s)\n\n$(deps_%s):\n", record->target, record->target, record->target);
	bool same = pass_file(&at, "", files->path[0], deps);

	pass_symbols(&at);
	for (int i = 1; same && i < files->count; i++) {
		if (has_suffix(files->path[i], IGNORED))
			continue;
		if (pass_file(&at, "  ", files->path[i], " \\\n"))
			pass_symbols(&at);
		else
			same = is_again(files, i);
	}
	same = same && pass(&at, end);
	free(deps);
	free(end);
	return same;
}

/* Where the list of files begins, behind the command; NULL if nowhere. */
static const char *list_in(const struct bytes *text, const struct record *record)
{
	char *begin = format("cmd_%s := %s\n\nsource_%s := ", record->target, record->recorded, record->target);
	const char *at = text->size ? strstr(text->at, begin) : NULL;

	at = at ? at + strlen(begin) : NULL;
	free(begin);
	return at;
}

bool record_stays(const struct record *record, const struct bytes *text)
{
	struct bytes depfile = { 0 };
	const char *list = list_in(text, record);
	struct file_list files;
	struct stat since;

	if (*record->doubts == '*' || !list || stat(record->path, &since))
		return false;
	if (!read_file(record->depfile, &depfile) || !depfile_read(&depfile, &files) || !lists(list, record, &files))
		return false;
	for (int i = 0; i < files.count; i++) {
		if (!has_suffix(files.path[i], IGNORED) && !is_as_it_was(record, files.path[i], &since))
			return false;
	}
	return true;
}
