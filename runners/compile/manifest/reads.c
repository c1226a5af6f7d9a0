// SPDX-License-Identifier: MIT
/* What a compile has read, as its depfile and the texts themselves tell. */
#include <stdlib.h>
#include <string.h>

#include "facts/config.h"
#include "files/known-files.h"
#include "manifest/manifest.h"
#include "manifest/reads.h"
#include "manifest/shadows.h"
#include "manifest/states.h"

/* The config header: of it only some macros matter. Source: scripts/basic/fixdep.c treats it so too. */
static bool is_autoconf(const char *path)
{
	return has_suffix(path, "include/generated/autoconf.h");
}

/* Gathers what the files depend on, and gives back autoconf.h among them. False if one is too new to be the one that was read. */
static bool look_through(const char *store, const struct file_list *files, struct timespec since, struct facts *facts, const char **autoconf)
{
	struct digest digest;

	for (int i = 0; i < files->count; i++) {
		if (!file_digest(store, files->path[i], &digest) || !file_older(files->path[i], since))
			return false;
		if (is_autoconf(files->path[i]))
			*autoconf = *autoconf ? *autoconf : files->path[i];
		else if (!facts_gather(facts, store, i, files->path[i], digest))
			return false;
	}
	return !facts->odd;
}

/* The assembler reads files that no depfile names. */
static bool names_files(const struct bytes *text)
{
	return memmem(text->at, text->size, ".incbin", 7) || memmem(text->at, text->size, ".include", 8);
}

/* A file that the assembler reads is as it was, and names no others. */
static bool can_be_assembled(const char *store, const char *path, struct timespec since)
{
	struct bytes text = { 0 };
	struct digest digest;
	bool fine = file_digest(store, path, &digest) && file_older(path, since) && read_file(path, &text) &&
		    same_digest(digest, digest_of(text.at, text.size)) && !names_files(&text);

	free(text.at);
	return fine;
}

/* Finds what the assembler has read. False when one is not there, too new, or names others. */
static bool take_assembled(const struct command *command, const char *store, const struct facts *facts, struct timespec since,
			   struct bytes *paths)
{
	bytes_add(paths, "", 0);
	for (int i = 0; i < facts->include_count; i++) {
		char *path;

		if (facts->includes[i].how != INCLUDE_ASSEMBLER)
			continue;
		path = assembler_file(command, facts->includes[i].name);
		if (!path || !can_be_assembled(store, path, since))
			return false;
		bytes_add(paths, path, strlen(path) + 1);
	}
	return true;
}

/* False when autoconf.h is not the one that was read. */
static bool take_config(const char *store, const char *path, const struct facts *facts, struct listing *listing, struct entry *entry)
{
	struct config *config;

	listing->symbols = config_symbols(facts);
	bytes_text(&listing->autoconf, path && !facts->needs_whole_config ? path : "");
	if (!listing->autoconf.size)
		return true;
	config = config_read(path);
	if (!config || !file_digest(store, path, &entry->autoconf) || !config_is(config, entry->autoconf))
		return false;
	entry->config = config_key(config, &listing->symbols);
	return true;
}

bool take_reads(const struct command *command, const char *store, const struct file_list *files, struct timespec since,
		 struct listing *listing, struct entry *entry)
{
	struct facts facts = { 0 };
	const char *autoconf = NULL;
	struct state state, assembled;

	if (!look_through(store, files, since, &facts, &autoconf) || !take_assembled(command, store, &facts, since, &listing->assembled))
		return false;
	facts.needs_whole_config |= command->names_config;
	if (!take_config(store, autoconf, &facts, listing, entry))
		return false;
	listing->absent = shadows_find(command, files, &facts);
	state = files_state(store, files, listing->names, listing->autoconf.at);
	assembled = paths_state(store, &listing->assembled);
	entry->files = state.all;
	entry->assembled = assembled.all;
	return state.known && assembled.known;
}
