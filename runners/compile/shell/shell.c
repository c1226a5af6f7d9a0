// SPDX-License-Identifier: MIT
/* Answers what Kconfig asks shells. */
#include <stdio.h>

#include "compiler/log.h"
#include "compiler/verify.h"
#include "shell/shell.h"
#include "store/store.h"

static void ask(const char *command, struct child *said)
{
	said->argv = (char *[]){ "/bin/sh", "-c", (char *)command, NULL };
	child_run(said);
	said->argv = NULL;
}

/* All that decides is still what the key says. */
static bool keep(const struct question *question, const char *store, struct digest key, const struct child *said)
{
	struct answer answer = { .said = *said };
	struct bytes pack;
	struct digest now;

	if (!question_judged(question, store, said) || !question_key(question, store, true, &now) || !same_digest(now, key))
		return false;
	pack = answer_pack(&answer);
	return store_put(store, 'p', key, pack.at, pack.size);
}

static bool compare(const char *command, const char *store, const struct answer *stored, const struct child *said)
{
	struct answer given = { .said = *said };
	struct bytes then = answer_pack(stored), now = answer_pack(&given);

	if (same_bytes(&then, &now))
		return true;
	keep_differing(store, "shell", "stored", &then);
	keep_differing(store, "shell", "given", &now);
	fprintf(stderr, "compile-once: DIFFERS (shell): %s: another answer\n", command);
	return false;
}

bool shell_answer(const char *command, const char *store, struct child *said)
{
	struct answer stored = { 0 };
	struct question question;
	struct digest key;
	const char *how;
	bool known;

	if (!question_read(&question, command) || !question_key(&question, store, false, &key))
		return false;
	known = answer_get(store, key, &stored);
	if (known && !verifying()) {
		*said = stored.said;
		log_call("shell-answer", 0, command);
		return true;
	}
	ask(command, said);
	if (known)
		how = compare(command, store, &stored, said) ? "shell-answer" : "DIFFERS";
	else
		how = keep(&question, store, key, said) ? "shell-asked" : "shell-alone";
	log_call(how, 0, command);
	return true;
}
