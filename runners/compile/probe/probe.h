// SPDX-License-Identifier: MIT
#ifndef PROBE_H
#define PROBE_H
#include "text/bytes.h"
#include "text/digest.h"

/*
 * A question to the compiler: Kbuild's cc-option and its like compile nothing, or a line from stdin, to learn whether
 * it is accepted. Only the compiler, its arguments and that text decide.
 */
struct probe {
	char **argv;
	int argc, output_at;
	/* Compiled (c), to assembler (S), or preprocessed (E). */
	char stage;
	const char *input, *output; /* `output`: NULL for stdout */
	/* -x was seen: what the input is does not depend on its name. */
	bool knows_language;
	/* A refusal may be believed, while with success it is not known what else was written. */
	bool only_refusal;
	/* The current directory gets into the output. */
	bool cwd_matters;
	/* Directories for headers that the arguments name, a line each. */
	struct bytes dirs;
	/* What stands in stdin, if that is the input. */
	struct bytes text;
};

/* Understands the arguments. False: this is no question, or more than arguments and text may decide the answer. */
bool probe_read(struct probe *probe, char **argv);
/* Its output is a file of its own, neither /dev/null nor stdout. */
bool probe_writes(const struct probe *probe);
/* Takes the text from stdin, and leaves a stdin with the same text. False: it is too long, or may ask for files. */
bool probe_take_text(struct probe *probe);
/* No compiler reads a file for it, or looks at the clock. */
bool text_stands_alone(const char *text);
/* Equal keys, equal answers. */
bool probe_key(const struct probe *probe, const char *store, struct digest *key);
/* The same, where it is known what the compiler is. */
bool probe_key_of(const struct probe *probe, const char *store, struct digest identity, struct digest *key);

/* Answers and ends, or asks the compiler, keeps its answer and ends. Returns where the call is none of that kind. */
void answer_probe(char **argv, const char *store);

#endif
