// SPDX-License-Identifier: MIT
/* From the output of -E to a key that ignores what cannot matter. */
#include <stdlib.h>
#include <string.h>

#include "closures.h"
#include "preprocessed.h"
#include "table.h"

bool names_files(const struct bytes *text)
{
	return memmem(text->at, text->size, ".incbin", 7) || memmem(text->at, text->size, ".include", 8);
}

/* Lines `# 12 "file"` in assembler are comments that only debug information needs. */
static void hash_lines(struct hasher *hasher, const char *at, bool markers)
{
	while (*at) {
		size_t size = strcspn(at, "\n");
		bool marker = at[0] == '#' && at[1] == ' ' && at[2] >= '0' && at[2] <= '9';

		if (size && (markers || !marker))
			hash_add(hasher, at, size + 1);
		at += size + (at[size] == '\n');
	}
}

static struct digest key_of_all(const struct command *command, const struct bytes *from, const struct text *text)
{
	struct hasher hasher;

	hash_start(&hasher);
	hash_text(&hasher, "all");
	hash_digest(&hasher, command->flags);
	if (command->assembler || command->lines_matter || text->strange)
		hash_lines(&hasher, from->at, !command->assembler || command->lines_matter);
	else if (text->count)
		hash_digest(&hasher, tokens_digest(text, 0, text->count - 1, 0));
	return hash_end(&hasher);
}

static struct digest key_of_live(const struct command *command, const struct digest *texts, uint32_t count, const bool *live)
{
	struct hasher hasher;

	hash_start(&hasher);
	hash_text(&hasher, "live");
	hash_digest(&hasher, command->flags);
	for (uint32_t i = 0; i < count; i++) {
		if (live[i])
			hash_digest(&hasher, texts[i]);
	}
	return hash_end(&hasher);
}

/* Acceptance holds for one compiler with the same flags only. */
static struct digest with_flags(const struct command *command, struct digest closure)
{
	struct hasher hasher;

	hash_start(&hasher);
	hash_digest(&hasher, command->flags_without_source);
	hash_digest(&hasher, closure);
	return hash_end(&hasher);
}

static void leave_out_dead(const struct command *command, const struct text *text, struct preprocessed *result,
			   const struct declarations *declarations)
{
	const bool *live = live_declarations(text, declarations);
	struct digest *texts = zeroed(declarations->count, sizeof(*texts));

	for (uint32_t i = 0; i < declarations->count; i++)
		texts[i] = tokens_digest(text, declarations->all[i].first, declarations->all[i].last, declarations->all[i].body);
	result->closures = closures(text, declarations, texts);
	result->closure_count = declarations->count;
	result->left_out = zeroed(declarations->count, sizeof(*result->left_out));
	for (uint32_t i = 0; i < declarations->count; i++) {
		result->closures[i] = with_flags(command, result->closures[i]);
		if (!live[i])
			result->left_out[result->left_out_count++] = result->closures[i];
	}
	result->key = key_of_live(command, texts, declarations->count, live);
}

static char **preprocess_argv(const struct command *command, const char *depfile)
{
	char **argv = zeroed(command->argc + 1, sizeof(*argv));
	int count = 0;

	for (int i = 0; i < command->argc; i++) {
		if (i == command->object_at && !strcmp(command->argv[i], command->object))
			count--; // `-o` and its value in two words
		else if (i == command->compile_at)
			argv[count++] = "-E";
		else if (i == command->depfile_at)
			argv[count++] = format("%s%s", command->lists_system ? "-Wp,-MD," : "-Wp,-MMD,", depfile);
		else if (i != command->object_at)
			argv[count++] = command->argv[i];
	}
	argv[count] = NULL;
	return argv;
}

bool preprocess(const struct command *command, const char *depfile, struct child *child, struct preprocessed *result)
{
	struct declarations declarations;
	struct text text = { 0 };

	child->argv = preprocess_argv(command, depfile);
	child_run(child);
	*result = (struct preprocessed){ 0 };
	if (child->status || child->err.size || names_files(&child->out))
		return false;
	if (!command->assembler)
		text_read(&text, &child->out, command->source);
	if (!command->assembler && !command->all_matters && !command->lines_matter) {
		declarations_read(&declarations, &text);
		if (!declarations.uncertain) {
			leave_out_dead(command, &text, result, &declarations);
			return true;
		}
	}
	result->key = key_of_all(command, &child->out, &text);
	return true;
}

bool left_out_is_silent(const struct preprocessed *text, const char *store)
{
	for (uint32_t i = 0; i < text->left_out_count; i++) {
		if (!table_accepted(store, text->left_out[i]))
			return false;
	}
	return true;
}

void remember_silence(const struct preprocessed *text, const char *store)
{
	for (uint32_t i = 0; i < text->closure_count; i++)
		table_accept(store, text->closures[i]);
}
