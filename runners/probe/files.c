// SPDX-License-Identifier: MIT
/* Small questions about files in /proc, /sys and /dev. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "probe.h"

bool exists(const char *fmt, ...)
{
	char path[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(path, sizeof(path), fmt, args);
	va_end(args);
	return !access(path, F_OK);
}

int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t len;
	int number;

	if (fd < 0)
		return -1;
	len = write(fd, text, strlen(text));
	number = errno;
	close(fd);
	errno = number;
	return len < 0 ? -1 : 0;
}

int read_line(const char *path, char *line, size_t size)
{
	FILE *file = fopen(path, "re");
	char *got;

	if (!file)
		return -1;
	got = fgets(line, size, file);
	fclose(file);
	if (!got)
		return -1;
	line[strcspn(line, "\n")] = 0;
	return 0;
}

/* The last part of what a symbolic link points to: sysfs names drivers and groups so. */
int link_name(const char *path, char *name, size_t size)
{
	char target[512];
	ssize_t len = readlink(path, target, sizeof(target) - 1);
	const char *slash;

	if (len < 0)
		return -1;
	target[len] = 0;
	slash = strrchr(target, '/');
	snprintf(name, size, "%s", slash ? slash + 1 : target);
	return 0;
}

/* Registered with drivers/char/misc.c? A node in /dev may be a static one of udev's. */
bool misc_device(const char *name)
{
	char line[128], found[64];
	bool yes = false;
	FILE *file = fopen("/proc/misc", "re");

	while (file && !yes && fgets(line, sizeof(line), file))
		yes = sscanf(line, "%*d %63s", found) == 1 && !strcmp(found, name);
	if (file)
		fclose(file);
	return yes;
}

void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}
