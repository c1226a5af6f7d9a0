// SPDX-License-Identifier: MIT
/* For each command, the last few sets of files that were compiled, and the object of each. */
#include <stdlib.h>
#include <string.h>

#include "depfile.h"
#include "entry.h"
#include "known-files.h"
#include "manifest.h"
#include "preprocessed.h"
#include "store.h"

/* So many configs and states of the tree does one command remember. */
#define ENTRIES 12

/* The config header: of it only some macros matter. Source: scripts/basic/fixdep.c treats it so too. */
static bool is_autoconf(const char *path)
{
	return has_suffix(path, "include/generated/autoconf.h");
}

static bool files_same(const char *store, const struct file_list *files, const struct entry *entry)
{
	struct digest digest;

	if ((uint32_t)files->count != entry->file_count)
		return false;
	for (int i = 0; i < files->count; i++) {
		if (is_autoconf(files->path[i]) && !entry->needs_whole_config)
			continue;
		if (!file_digest(store, files->path[i], &digest) || !same_digest(digest, entry->files[i]))
			return false;
	}
	return true;
}

/* Compilers name the source first. */
static bool source_same(const char *store, const struct file_list *files, const struct entry *entry)
{
	struct digest digest;

	return files->count && entry->file_count && file_digest(store, files->path[0], &digest) && same_digest(digest, entry->files[0]);
}

/* False when a file is gone, or has the assembler read more. */
static bool hash_assembled(const char *store, const char *paths, size_t size, struct digest *result)
{
	struct hasher hasher;
	struct digest digest;

	hash_start(&hasher);
	for (const char *at = paths; at < paths + size; at += strlen(at) + 1) {
		if (!file_digest(store, at, &digest))
			return false;
		hash_digest(&hasher, digest);
	}
	*result = hash_end(&hasher);
	return true;
}

static bool assembled_same(const char *store, const struct entry *entry)
{
	struct digest now;

	return hash_assembled(store, entry->assembled, entry->assembled_size, &now) && same_digest(now, entry->assembled_digest);
}

static bool config_same(const struct file_list *files, const struct entry *entry)
{
	struct bytes text = { 0 };
	bool same = true;

	for (int i = 0; i < files->count && !entry->needs_whole_config; i++) {
		if (!is_autoconf(files->path[i]))
			continue;
		same = read_file(files->path[i], &text) &&
		       same_digest(config_key(&text, entry->symbols, entry->symbol_count), entry->config);
		break;
	}
	free(text.at);
	return same;
}

static enum found entry_fits(const char *store, const struct entry *entry, struct bytes *depfile)
{
	enum found found = FOUND_NOTHING;
	struct bytes text = { 0 };
	struct file_list files;

	*depfile = (struct bytes){ 0 };
	if (!store_get(store, 'd', entry->depfile, depfile))
		return FOUND_NOTHING;
	bytes_add(&text, depfile->at, depfile->size);
	if (depfile_read(&text, &files) && config_same(&files, entry))
		found = files_same(store, &files, entry) && assembled_same(store, entry) &&
			shadows_absent(entry->absent, entry->absent_size) ? FOUND_OBJECT :
			source_same(store, &files, entry) ? FOUND_CHANGED : FOUND_EDITED;
	free(files.path);
	free(text.at);
	return found;
}

enum found manifest_find(const struct command *command, const char *store, struct digest *object, struct bytes *depfile)
{
	enum found found = FOUND_NOTHING;
	struct bytes all = { 0 };
	struct entry entry;
	size_t at = 0;

	if (!command->knows_files || !store_get(store, 'm', command->whole, &all))
		return FOUND_NOTHING;
	while (found != FOUND_OBJECT && entry_read(&all, &at, &entry)) {
		enum found next = entry_fits(store, &entry, depfile);

		*object = entry.object;
		found = next > found ? next : found;
	}
	return found;
}

/* Gathers what the files depend on. False if one is too new to be the one that was read. */
static bool look_through(const char *store, const struct file_list *files, struct timespec since, struct entry *entry, struct facts *facts)
{
	entry->files = zeroed(files->count, sizeof(*entry->files));
	entry->file_count = files->count;
	for (int i = 0; i < files->count; i++) {
		struct bytes text = { 0 };

		if (!file_digest(store, files->path[i], &entry->files[i]) || !file_older(files->path[i], since, &text))
			return false;
		if (!is_autoconf(files->path[i]))
			facts_gather(facts, i, &text);
		free(text.at);
	}
	return !facts->odd;
}

/* Finds what the assembler has read. False when one is not there, too new, or names others. */
static bool take_assembled(const struct command *command, const char *store, const struct facts *facts, struct timespec since,
			   struct entry *entry)
{
	struct bytes paths = { 0 };

	bytes_add(&paths, "", 0);
	for (int i = 0; i < facts->include_count; i++) {
		struct bytes text = { 0 };
		char *path;

		if (facts->includes[i].how != INCLUDE_ASSEMBLER)
			continue;
		path = assembler_file(command, facts->includes[i].name);
		if (!path || !file_older(path, since, &text) || names_files(&text))
			return false;
		bytes_add(&paths, path, strlen(path) + 1);
		free(text.at);
	}
	entry->assembled = paths.at;
	entry->assembled_size = paths.size;
	return hash_assembled(store, paths.at, paths.size, &entry->assembled_digest);
}

static void take_config(const struct file_list *files, const struct facts *facts, struct entry *entry)
{
	struct bytes text = { 0 };

	entry->needs_whole_config = facts->needs_whole_config;
	entry->symbols = zeroed(facts->symbol_count, sizeof(*entry->symbols));
	for (int i = 0; i < facts->symbol_room; i++) {
		if (!facts->symbols[i].name)
			continue;
		entry->symbols[entry->symbol_count] = facts->symbols[i];
		if (!facts->knows_enabled)
			entry->symbols[entry->symbol_count].looks = LOOK_VALUE;
		entry->symbol_count++;
	}
	for (int i = 0; i < files->count; i++) {
		if (is_autoconf(files->path[i]) && read_file(files->path[i], &text))
			break;
	}
	if (text.at)
		entry->config = config_key(&text, entry->symbols, entry->symbol_count);
	free(text.at);
}

/* The same command on the same files: the same object. */
static struct digest key_of_files(const struct command *command, const struct entry *entry)
{
	struct hasher hasher;

	hash_start(&hasher);
	hash_text(&hasher, "files");
	hash_digest(&hasher, command->whole);
	hash_digest(&hasher, entry->config);
	hash_digest(&hasher, entry->depfile);
	hash_digest(&hasher, entry->assembled_digest);
	hash_add(&hasher, entry->files, entry->file_count * sizeof(*entry->files));
	return hash_end(&hasher);
}

static void put_first(const char *store, struct digest key, const struct entry *entry)
{
	struct bytes all = { 0 }, old = { 0 };
	struct entry other;
	size_t at = 0, end = 0;

	entry_write(&all, entry);
	if (store_get(store, 'm', key, &old)) {
		for (int i = 1; i < ENTRIES && entry_read(&old, &at, &other); i++)
			end = at;
		bytes_add(&all, old.at, end);
	}
	store_put(store, 'm', key, all.at, all.size);
}

bool manifest_add(const struct command *command, const char *store, const struct digest *object, const struct bytes *content,
		  struct timespec since)
{
	struct entry entry = { 0 };
	struct bytes depfile = { 0 }, text = { 0 }, absent;
	struct facts facts = { 0 };
	struct file_list files;

	if (!command->knows_files || !read_file(command->depfile, &depfile))
		return false;
	bytes_add(&text, depfile.at, depfile.size);
	if (!depfile_read(&text, &files) || !look_through(store, &files, since, &entry, &facts) ||
	    !take_assembled(command, store, &facts, since, &entry))
		return false;
	facts.needs_whole_config |= command->names_config;
	take_config(&files, &facts, &entry);
	absent = shadows_find(command, &files, &facts);
	entry.absent = absent.at;
	entry.absent_size = absent.size;
	entry.depfile = digest_of(depfile.at, depfile.size);
	entry.object = object ? *object : key_of_files(command, &entry);
	if (content && !store_put(store, 'o', entry.object, content->at, content->size))
		return false;
	if (!store_has(store, 'd', entry.depfile) && !store_put(store, 'd', entry.depfile, depfile.at, depfile.size))
		return false;
	put_first(store, command->whole, &entry);
	return true;
}

bool sources_older(const struct command *command, struct timespec since)
{
	struct bytes text = { 0 };
	struct file_list files;
	bool older = read_file(command->depfile, &text) && depfile_read(&text, &files);

	for (int i = 0; older && i < files.count; i++)
		older = file_older(files.path[i], since, NULL);
	return older;
}
