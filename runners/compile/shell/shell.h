// SPDX-License-Identifier: MIT
#ifndef SHELL_H
#define SHELL_H
#include "compiler/answer.h"
#include "probe/probe.h"
#include "shell/shell-words.h"

/* What a command of Kconfig's $(shell,...) is, and so what its answer can depend on. */
enum shape {
	SHAPE_PURE, /* builtins of the shell: `test` of words or of a path, `set` and `echo` */
	SHAPE_FOUND, /* command -v */
	SHAPE_COMPILER, /* a question to the compiler, as in probe.h */
	SHAPE_LINKER, /* ld -v with options */
	SHAPE_FIRST_LINE, /* tool --version | head -n 1 | grep -q word */
	SHAPE_SCRIPT, /* a script of the tree that we know by name */
};

/* What one of the scripts that we know calls. */
enum calls {
	CALLS_COMPILER,
	CALLS_TOOL, /* a program that its argument names */
	CALLS_LINKER, /* headers and libraries of the machine decide, too */
	CALLS_ABSENT, /* it cannot be said, unless the program is not there */
};

struct script {
	const char *name;
	enum calls calls;
	/* It takes `launcher tool` where it takes `tool`: what the tool says is seen by us. */
	bool takes_launcher;
};

struct question {
	char *command;
	/* `{ inner; } >/dev/null 2>&1 && echo "then" || echo "otherwise"`; `inner` is the command itself where it is not. */
	bool wrapped;
	char *inner, *then, *otherwise;
	struct parts parts;
	enum shape shape;
	struct probe probe;
	const struct script *script;
	/* The word of it that is the script. */
	int script_at;
};

/* The word is a name of this very program. */
bool is_ourselves(const char *word);
/* compiler_identify(), from memory unless `anew`. */
bool shell_identify(char *program, const char *store, bool anew, struct digest *identity);

/* Understands the command. False: only a shell can tell. */
bool question_read(struct question *question, const char *command);
/* So, if it is a question to the compiler. */
bool question_asks_compiler(struct question *question);
/* Equal keys, equal answers. False: it is not known what it depends on. `anew`: nothing is taken from memory. */
bool question_key(const struct question *question, const char *store, bool anew, struct digest *key);
/* What the shell said may be believed: no trouble of the machine can be behind it. It may be asked once more for that. */
bool question_judged(const struct question *question, const char *store, const struct child *said);

/* The script and all beside it that it names. False: it may depend on more than we know. */
bool script_key(const struct question *question, const char *store, bool anew, struct hasher *hasher);
/* It comes to its end before the program that it asks, for there is none. */
bool script_lacks_program(const struct question *question);

/* Does what `/bin/sh -c command` does, with all it said, or says what it said before. False: it was not asked, for only a shell can tell. */
bool shell_answer(const char *command, const char *store, struct child *said);
/* Answers all that comes in on the socket, as runners/kbuild/conf-shells.c sends it. */
int shell_serve(int socket, const char *store);

#endif
