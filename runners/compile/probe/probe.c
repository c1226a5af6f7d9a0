// SPDX-License-Identifier: MIT
/* Answers the questions of Kbuild and Kconfig. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/answer.h"
#include "compiler/log.h"
#include "compiler/verify.h"
#include "probe/probe.h"
#include "store/store.h"

static const char *name_of(const struct probe *probe)
{
	return probe->output ? probe->output : "-";
}

/* gcc's name for what it gives to the assembler: another one each time. */
static bool names_temporary(const struct bytes *text)
{
	const char *at = text->at, *end = at + text->size;

	while (at < end && (at = memmem(at, end - at, "/cc", 3))) {
		int size = 0;

		for (at += 3; isalnum((unsigned char)*at); at++)
			size++;
		if (size == 6)
			return true;
	}
	return false;
}

/* The name of the output, which is another one each time, or that of its directory, or its own without a suffix. */
static bool names_output(const struct probe *probe, const struct bytes *text)
{
	const char *slash = strrchr(probe->output, '/');
	const char *base = slash ? slash + 1 : probe->output;
	char *stem = format("%.*s", (int)strcspn(base, "."), base);
	char *dir = format("%.*s", slash ? (int)(slash - probe->output) : 0, probe->output);
	bool named = bytes_contain(text, stem) || (*dir && bytes_contain(text, dir));

	free(stem);
	free(dir);
	return named;
}

static bool names_more(const struct probe *probe, const struct bytes *text)
{
	return names_temporary(text) || (probe_writes(probe) && names_output(probe, text));
}

static bool may_keep(const struct probe *probe, const struct answer *answer)
{
	const struct child *said = &answer->said;

	if (!is_judgement(said) || (probe->only_refusal && !said->status))
		return false;
	if (answer->has_output != (probe_writes(probe) && !said->status))
		return false;
	return !names_more(probe, &said->out) && !names_more(probe, &said->err) && !names_more(probe, &answer->output);
}

/* The compiler is still the one that the key says. */
static bool keep(const struct probe *probe, const char *store, struct digest key, const struct answer *answer)
{
	struct bytes pack;
	struct digest now;

	if (!may_keep(probe, answer) || !probe_key(probe, store, &now) || !same_digest(now, key))
		return false;
	pack = answer_pack(answer);
	return store_put(store, 'p', key, pack.at, pack.size);
}

static void ask(const struct probe *probe, struct answer *answer)
{
	answer->said.argv = probe->argv;
	child_run(&answer->said);
	answer->has_output = probe_writes(probe) && read_file(probe->output, &answer->output);
}

static bool compare(const struct probe *probe, const char *store, const struct answer *stored, const struct answer *given)
{
	struct bytes then = answer_pack(stored), now = answer_pack(given);

	if (same_bytes(&then, &now))
		return true;
	keep_differing(store, name_of(probe), "stored", &then);
	keep_differing(store, name_of(probe), "given", &now);
	fprintf(stderr, "compile-once: DIFFERS (answer): %s: another answer\n", name_of(probe));
	return false;
}

static bool deliver(const struct probe *probe, const struct answer *answer)
{
	return !answer->has_output || write_file(probe->output, answer->output.at, answer->output.size);
}

void answer_probe(char **argv, const char *store)
{
	struct answer stored = { 0 }, given = { 0 };
	struct probe probe;
	struct digest key;
	const char *how;
	bool known;

	if (!probe_read(&probe, argv) || !probe_take_text(&probe) || !probe_key(&probe, store, &key))
		return;
	known = answer_get(store, key, &stored);
	if (known && !verifying() && deliver(&probe, &stored)) {
		log_call("answer", 0, name_of(&probe));
		child_repeat(&stored.said);
	}
	ask(&probe, &given);
	if (known)
		how = compare(&probe, store, &stored, &given) ? "answer" : "DIFFERS";
	else
		how = keep(&probe, store, key, &given) ? "asked" : "alone";
	log_call(how, given.said.cpu_seconds, name_of(&probe));
	child_repeat(&given.said);
}
