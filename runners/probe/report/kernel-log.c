// SPDX-License-Identifier: MIT
/*
 * What the kernel has said: Documentation/ABI/testing/dev-kmsg. A record is
 * "priority,sequence,time,flags;text", facility times 8 being part of the
 * priority. What we write to /dev/kmsg is there too, but never with facility 0.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probe.h"

#define RECORD_SIZE 8192	/* CONSOLE_EXT_LOG_MAX, up to 6.1; shorter since */

static bool kernels(const char *record, const char *words)
{
	const char *text = strchr(record, ';');

	return text && strtoul(record, NULL, 10) < 8 && strstr(text, words);
}

/* EPIPE: records were lost before we came to them, the next read goes on behind. */
bool kernel_said(const char *words)
{
	int log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char record[RECORD_SIZE + 1];
	bool found = false;
	ssize_t size;

	if (log < 0)
		return false;
	do {
		size = read(log, record, RECORD_SIZE);
		record[size > 0 ? size : 0] = 0;
		found = kernels(record, words);
	} while (!found && (size > 0 || (size < 0 && errno == EPIPE)));
	close(log);
	return found;
}
