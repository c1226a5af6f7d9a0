// SPDX-License-Identifier: MIT
/* Where else an #include could be found. The order of search is in "Search Path" of the cpp manual. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files/asked-files.h"
#include "files/opened-dirs.h"
#include "manifest/parents.h"
#include "manifest/shadows.h"
#include "text/set.h"

struct seen {
	/* Names that were looked for everywhere, in angles and in quotes. */
	struct set angle, quoted;
	struct set absent, there, gone;
	struct parents parents;
	struct bytes paths, path;
	bool has_quoted_dirs;
};

static bool is_there(struct seen *seen, const char *dir, size_t size)
{
	bool there = set_has(&seen->there, dir, size);

	if (there || set_has(&seen->gone, dir, size))
		return there;
	there = !access(dir, F_OK);
	set_add_copy(there ? &seen->there : &seen->gone, dir, size);
	return there;
}

static void note_absent(struct seen *seen, const char *path)
{
	size_t size = strlen(path);

	if (set_add_copy(&seen->absent, path, size))
		bytes_add(&seen->paths, path, size + 1);
}

/* Where a directory is absent, the one above it where nothing is: then one absence tells of all. */
static bool parent_is_there(struct seen *seen, char *path)
{
	char *slash = strrchr(path, '/');
	bool there;

	if (!slash || slash == path)
		return true;
	*slash = 0;
	there = is_there(seen, path, slash - path);
	if (!there && parent_is_there(seen, path))
		note_absent(seen, path);
	*slash = '/';
	return there;
}

static char *join(struct seen *seen, const char *dir, size_t size, const char *name)
{
	seen->path.size = 0;
	bytes_add(&seen->path, dir, size);
	bytes_text(&seen->path, size ? "/" : "");
	bytes_text(&seen->path, name);
	return seen->path.at;
}

/* True when there is something: the search ends here. What the compiler has read was asked for already. */
static bool probe_path(struct seen *seen, const char *path)
{
	if (asked_and_there(path) || !dirs_lack(path))
		return true;
	note_absent(seen, path);
	return false;
}

static bool probe(struct seen *seen, const char *dir, size_t size, const char *name)
{
	char *path = join(seen, dir, size, name);

	return parent_is_there(seen, path) && probe_path(seen, path);
}

/* Most directories of a search have none of most names: then nobody need be asked for each file. */
static bool probe_dir(struct seen *seen, const struct search_dir *dir, char *state, const char *name)
{
	char *path;

	if (*state == PARENT_GONE)
		return false;
	path = join(seen, dir->path, strlen(dir->path), name);
	if (*state == PARENT_UNASKED)
		*state = parent_is_there(seen, path) ? PARENT_THERE : PARENT_GONE;
	return *state == PARENT_THERE && probe_path(seen, path);
}

static void search(struct seen *seen, const struct command *command, const char *name, bool quoted)
{
	char *states;

	quoted &= seen->has_quoted_dirs;
	if (*name == '/' || !set_add(quoted ? &seen->quoted : &seen->angle, name, strlen(name)))
		return;
	states = parents_of(&seen->parents, name, command->dir_count);
	for (int pass = quoted ? 0 : 1; pass < 2; pass++) {
		for (int i = 0; i < command->dir_count; i++) {
			const struct search_dir *dir = &command->dirs[i];

			if (dir->kind == (pass ? DIR_ALL : DIR_QUOTED) && probe_dir(seen, dir, &states[i], name))
				return;
		}
	}
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
	for (int i = 0; i < command->dir_count; i++)
		seen.has_quoted_dirs |= command->dirs[i].kind == DIR_QUOTED;
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
	return seen.paths;
}
