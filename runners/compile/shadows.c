// SPDX-License-Identifier: MIT
/* Where else an #include could be found. The order of search is in "Search Path" of the cpp manual. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "set.h"
#include "shadows.h"

struct seen {
	/* What was looked for; directories that are there, and that are not. */
	struct set asked, there, gone;
	struct bytes paths;
};

static bool is_there(struct seen *seen, const char *dir)
{
	bool there;

	if (set_has(&seen->there, dir) || set_has(&seen->gone, dir))
		return set_has(&seen->there, dir);
	there = !access(dir, F_OK);
	set_add(there ? &seen->there : &seen->gone, dir);
	return there;
}

/* Most directories of a search have none of most names: then nobody need be asked for each file. */
static bool can_be(struct seen *seen, char *path)
{
	char *slash = strrchr(path, '/');
	bool can;

	if (!slash || slash == path)
		return true;
	*slash = 0;
	can = is_there(seen, path);
	*slash = '/';
	return can;
}

/* The directory above where nothing is: then one absence tells of all. */
static void note_absent(struct seen *seen, char *path)
{
	char *slash = strrchr(path, '/'), *key;

	while (slash && slash > path) {
		*slash = 0;
		if (is_there(seen, path)) {
			*slash = '/';
			break;
		}
		slash = strrchr(path, '/');
	}
	key = format("! %s", path);
	if (set_add(&seen->asked, key))
		bytes_add(&seen->paths, path, strlen(path) + 1);
	free(key);
}

/* True when there is something: the search ends here. */
static bool probe(struct seen *seen, const char *dir, size_t size, const char *name)
{
	char *path = format("%.*s%s%s", (int)size, dir, size ? "/" : "", name);
	bool there = can_be(seen, path) && !access(path, F_OK);

	if (!there && set_add(&seen->asked, path))
		note_absent(seen, path);
	free(path);
	return there;
}

static void search(struct seen *seen, const struct command *command, const char *name, bool quoted)
{
	char *key = format("%c %s", quoted ? '"' : '<', name);

	if (*name != '/' && set_add(&seen->asked, key)) {
		for (int pass = quoted ? 0 : 1; pass < 2; pass++) {
			for (int i = 0; i < command->dir_count; i++) {
				const struct search_dir *dir = &command->dirs[i];

				if (dir->kind == (pass ? DIR_ALL : DIR_QUOTED) && probe(seen, dir->path, strlen(dir->path), name))
					goto out;
			}
		}
	}
out:
	free(key);
}

static void search_beside(struct seen *seen, const struct command *command, const char *file, const char *name)
{
	const char *slash = strrchr(file, '/');

	if (!probe(seen, file, slash ? (size_t)(slash - file) : 0, name))
		search(seen, command, name, true);
}

/* The names under which a file may have been asked for by an #include that macros make. */
static void search_names_of(struct seen *seen, const struct command *command, const char *path, const char *beside)
{
	for (int i = 0; i < command->dir_count; i++) {
		const char *dir = command->dirs[i].path;
		const char *name = path + strlen(dir);
		const char *bare = !strncmp(dir, "./", 2) ? dir + 2 : dir;

		if (has_prefix(path, bare) && !has_prefix(path, dir))
			name = path + strlen(bare);
		else if (!has_prefix(path, dir))
			continue;
		if (*name != '/')
			continue;
		if (beside)
			search_beside(seen, command, beside, name + 1);
		else
			search(seen, command, name + 1, true);
	}
}

/* Source: ".include" in the manual of as. Where two directories have it, the order is not ours to say: NULL. */
char *assembler_file(const struct command *command, const char *name)
{
	char *found = access(name, F_OK) ? NULL : format("%s", name);

	for (int i = 0; i < command->dir_count; i++) {
		char *path = format("%s/%s", command->dirs[i].path, name);

		if (command->dirs[i].kind == DIR_QUOTED || access(path, F_OK) || (found && !strcmp(path, found))) {
			free(path);
			continue;
		}
		if (found)
			return NULL;
		found = path;
	}
	return found;
}

/* All places where the assembler could find it, but the one where it does. */
static void search_assembler(struct seen *seen, const struct command *command, const char *name)
{
	probe(seen, "", 0, name);
	for (int i = 0; i < command->dir_count; i++) {
		if (command->dirs[i].kind != DIR_QUOTED)
			probe(seen, command->dirs[i].path, strlen(command->dirs[i].path), name);
	}
}

struct bytes shadows_find(const struct command *command, const struct file_list *files, const struct facts *facts)
{
	struct seen seen = { 0 };

	bytes_add(&seen.paths, "", 0);
	for (int i = 0; i < facts->include_count; i++) {
		const struct include *include = &facts->includes[i];

		if (include->how == INCLUDE_ASSEMBLER)
			search_assembler(&seen, command, include->name);
		else if (include->name && include->how == INCLUDE_QUOTED)
			search_beside(&seen, command, files->path[include->file], include->name);
		else if (include->name)
			search(&seen, command, include->name, false);
		for (int j = 0; !include->name && j < files->count; j++)
			search_names_of(&seen, command, files->path[j], files->path[include->file]);
	}
	for (int i = 0; i < files->count; i++)
		search_names_of(&seen, command, files->path[i], NULL);
	set_free(&seen.asked);
	set_free(&seen.there);
	set_free(&seen.gone);
	return seen.paths;
}

bool shadows_absent(const char *paths, size_t size)
{
	for (const char *at = paths; at < paths + size; at += strlen(at) + 1) {
		if (!access(at, F_OK))
			return false;
	}
	return true;
}
