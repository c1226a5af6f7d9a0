// SPDX-License-Identifier: MIT
/*
 * Digests of many files together. Those of the tree (absolute paths) are the same for all columns between two patches: by
 * what stat says of all of them, what they contain together is remembered. Those of O= are made for each column.
 */
#include <string.h>

#include "files/asked-files.h"
#include "files/known-files.h"
#include "files/opened-dirs.h"
#include "manifest/states.h"
#include "store/table.h"

static bool is_of_tree(const char *path, const char *autoconf)
{
	return *path == '/' && strcmp(path, autoconf);
}

static bool add_digest(struct hasher *hasher, const char *store, const char *path)
{
	struct digest digest;

	if (!file_digest(store, path, &digest))
		return false;
	hash_digest(hasher, digest);
	return true;
}

/* False when one is not there. `settled`: none of them can change without new times. */
static bool tree_key(const struct file_list *files, struct digest names, const char *autoconf, struct digest *key, bool *settled)
{
	struct hasher hasher;

	*settled = true;
	hash_start(&hasher);
	hash_text(&hasher, autoconf);
	hash_digest(&hasher, names);
	for (int i = 0; i < files->count; i++) {
		const struct asked *file;

		if (!is_of_tree(files->path[i], autoconf))
			continue;
		file = asked_file(files->path[i]);
		if (!file->there || !file->regular)
			return false;
		*settled &= file->settled;
		hash_add(&hasher, file->facts, sizeof(file->facts));
	}
	*key = hash_end(&hasher);
	return true;
}

/* Of those of the tree, or of the others. */
static bool digest_each(const char *store, const struct file_list *files, const char *autoconf, bool of_tree, struct digest *all)
{
	struct hasher hasher;

	hash_start(&hasher);
	for (int i = 0; i < files->count; i++) {
		const char *path = files->path[i];

		if (is_of_tree(path, autoconf) == of_tree && strcmp(path, autoconf) && !add_digest(&hasher, store, path))
			return false;
	}
	*all = hash_end(&hasher);
	return true;
}

static bool tree_state(const char *store, const struct file_list *files, struct digest names, const char *autoconf, struct digest *all)
{
	struct digest key;
	bool settled;

	if (!tree_key(files, names, autoconf, &key, &settled))
		return false;
	if (table_state(store, key, all))
		return true;
	if (!digest_each(store, files, autoconf, true, all))
		return false;
	if (settled)
		table_know_state(store, key, *all);
	return true;
}

struct state files_state(const char *store, const struct file_list *files, struct digest names, const char *autoconf)
{
	struct digest tree = { 0 }, rest = { 0 };
	struct state state = { 0 };
	struct hasher hasher;

	state.known = digest_each(store, files, autoconf, false, &rest) && tree_state(store, files, names, autoconf, &tree);
	hash_start(&hasher);
	hash_digest(&hasher, tree);
	hash_digest(&hasher, rest);
	state.all = hash_end(&hasher);
	return state;
}

struct state paths_state(const char *store, const struct bytes *paths)
{
	struct state state = { .known = true };
	struct hasher hasher;

	hash_start(&hasher);
	for (const char *at = paths->at; at < paths->at + paths->size && state.known; at += strlen(at) + 1)
		state.known = add_digest(&hasher, store, at);
	state.all = hash_end(&hasher);
	return state;
}

bool paths_absent(const struct bytes *paths)
{
	for (const char *at = paths->at; at < paths->at + paths->size; at += strlen(at) + 1) {
		if (!dirs_lack(at))
			return false;
	}
	return true;
}
