// SPDX-License-Identifier: MIT
/* The text of a question, where it stands in stdin. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probe/probe.h"

/* A question is a few lines. */
#define LONGEST 4096

/*
 * Behind them there may be a file: #include and #import, #embed, .incbin; a pragma (GCC dependency), a name for the
 * lines that follow, from which messages quote; a comment, trigraph, digraph or joined line that hides one of those.
 * Or the time of day.
 */
static const char *const BEYOND[] = { "inc", "import", "embed", "pragma", "*/", "\?\?", "%:", "\\\n", "\\\r", "__time", "__date", NULL };

/* `#line 1 "file"` and `# 1 "file"`. */
static bool renames_lines(const char *line)
{
	line += strspn(line, " \t\f\v");
	if (*line != '#')
		return false;
	line += 1 + strspn(line + 1, " \t\f\v");
	return has_prefix(line, "line") || (*line >= '0' && *line <= '9');
}

bool text_stands_alone(const char *text)
{
	for (const char *const *word = BEYOND; *word; word++) {
		if (strcasestr(text, *word))
			return false;
	}
	for (; text; text = strpbrk(text, "\n\r")) {
		text += *text == '\n' || *text == '\r';
		if (renames_lines(text))
			return false;
	}
	return true;
}

/* Half of stdin is gone when this is said: the compiler cannot run as if we were not there. */
static void give_up(const char *what)
{
	fprintf(stderr, "compile-once: %s: %s\n", what, strerror(errno));
	_exit(127);
}

static void copy_stdin(int to, struct bytes *begin)
{
	char part[1 << 16];
	ssize_t got;

	while ((got = read(STDIN_FILENO, part, sizeof(part))) != 0) {
		if (got < 0 && errno != EINTR)
			give_up("stdin");
		if (got > 0 && begin->size <= LONGEST)
			bytes_add(begin, part, got);
		if (got > 0 && !write_fd(to, part, got))
			give_up("a copy of stdin");
	}
}

bool probe_take_text(struct probe *probe)
{
	struct stat st;
	int copy;

	bytes_add(&probe->text, "", 0);
	if (strcmp(probe->input, "-"))
		return true;
	if (fstat(STDIN_FILENO, &st) || !S_ISFIFO(st.st_mode))
		return false;
	copy = memfd_create("stdin", MFD_CLOEXEC);
	if (copy < 0)
		return false;
	copy_stdin(copy, &probe->text);
	if (lseek(copy, 0, SEEK_SET) || dup2(copy, STDIN_FILENO) < 0)
		give_up("stdin");
	close(copy);
	return probe->text.size <= LONGEST && strlen(probe->text.at) == probe->text.size && text_stands_alone(probe->text.at);
}
