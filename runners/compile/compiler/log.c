// SPDX-License-Identifier: MIT
/* The log that a run sums up. One write a line: lines of many processes do not mix in a file opened for appending. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "compiler/log.h"
#include "text/bytes.h"

static double own_seconds(void)
{
	struct rusage used;

	getrusage(RUSAGE_SELF, &used);
	return used.ru_utime.tv_sec + used.ru_stime.tv_sec + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

void log_call(const char *how, double compiler_seconds, const char *object)
{
	const char *path = getenv("COMPILE_ONCE_LOG");
	int fd = path ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666) : -1;
	ssize_t written;
	char *line;

	if (fd < 0)
		return;
	line = format("%s %.6f %.6f %s\n", how, compiler_seconds, own_seconds(), object);
	written = write(fd, line, strlen(line));
	(void)written; // a build does not fail for its log
	free(line);
	close(fd);
}
