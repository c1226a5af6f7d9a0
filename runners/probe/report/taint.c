// SPDX-License-Identifier: MIT
/*
 * Taint bits: what the kernel thinks of itself after a stage. A WARN sets W
 * and an oops D even when every system call of ours was answered well.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe.h"

/* By bit: Documentation/admin-guide/tainted-kernels.rst */
static const char letters[] = "PFSRMBUDAWCIOELKXTN";

static unsigned long before;

static unsigned long taint_now(void)
{
	char line[32] = "";

	read_line("/proc/sys/kernel/tainted", line, sizeof(line));
	return strtoul(line, NULL, 10);
}

static const char *letters_of(unsigned long bits)
{
	static char text[sizeof(letters)];
	int used = 0;

	for (int bit = 0; letters[bit]; bit++)
		if (bits & 1UL << bit)
			text[used++] = letters[bit];
	text[used] = 0;
	return text;
}

/* A kernel that just booted has to be clean; a host may have its history. */
void taint_start(bool booted_for_us)
{
	if (booted_for_us)
		return;
	before = taint_now();
	if (before)
		say("# tainted before us: %s", letters_of(before));
}

/* The kernel will say this of itself because of what we ask for: no finding. */
void taint_expect(char letter)
{
	say("# taint %c is expected from here on", letter);
	before |= 1UL << (strchr(letters, letter) - letters);
}

static enum outcome no_new_taint(const void *arg)
{
	unsigned long now = taint_now(), new = now & ~before;

	(void)arg;
	before |= now;
	if (new)
		return fail("/proc/sys/kernel/tainted gained %s (value %lu)", letters_of(new), now);
	return PASS;
}

void taint_step(const char *name)
{
	step(name, NULL, no_new_taint, NULL);
}
