// SPDX-License-Identifier: MIT
/* What a script of the tree depends on: its text and those that it names, the environment, the programs that it is given. */
#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shell/shell-script.h"
#include "text/set.h"

/* A script with one of these may look at more than we do. */
static const char *const WORDS[] = {
	"date", "git", "hg", "curl", "wget", "find", "ls", "uname", "hostname", "id", "nproc", "getconf", "stat", "sleep", "RANDOM", "ps", "who",
	"python", "python3", "perl", "make", "read", "PWD", "pwd", "times", "uptime", "eval", "exec", "source", "glob", "arch", "dpkg", "rpm", "srctree", "objtree", NULL,
};
static const char *const TEXTS[] = { "/proc", "/sys/", "/etc/", "/tmp/", "/var/", "/usr/", "include/", ".config", "..", "`", NULL };

static bool is_name(char letter)
{
	return isalnum((unsigned char)letter) || letter == '_';
}

bool has_word(const struct bytes *text, const char *word)
{
	size_t size = strlen(word);

	for (const char *at = text->at; (at = strstr(at, word)); at++) {
		if ((at == text->at || !is_name(at[-1])) && !is_name(at[size]))
			return true;
	}
	return false;
}

/* Comments say what scripts are about, and do nothing. */
static void add_code(struct bytes *code, const char *text)
{
	while (*text) {
		size_t blanks = strspn(text, " \t"), size = strcspn(text, "\n");

		if (text[blanks] != '#' || has_prefix(text, "#!"))
			bytes_add(code, text, size + (text[size] == '\n'));
		text += size + (text[size] == '\n');
	}
}

/* A name that the text may be meaning: of a script or header beside it. */
static bool may_be_named(const struct bytes *text, const struct dirent *entry)
{
	return strlen(entry->d_name) > 3 && (entry->d_type == DT_REG || entry->d_type == DT_UNKNOWN || entry->d_type == DT_LNK) &&
	       strchr(entry->d_name, '.') && strstr(text->at, entry->d_name);
}

/* Adds the script, and all beside it that it names. False: it cannot be read. */
static bool gather(const char *dir, const char *name, struct set *seen, struct texts *texts)
{
	char *path = format("%s/%s", dir, name);
	struct bytes text = { 0 };
	struct dirent *entry;
	DIR *list;

	if (!set_add(seen, path, strlen(path)))
		return true;
	bytes_text(&text, "");
	list = read_file(path, &text) && strlen(text.at) == text.size ? opendir(dir) : NULL;
	if (!list)
		return false;
	bytes_text(&texts->whole, path + strlen(dir));
	bytes_text(&texts->whole, "\n");
	bytes_text(&texts->whole, text.at);
	add_code(&texts->code, text.at);
	while ((entry = readdir(list))) {
		if (may_be_named(&text, entry) && !gather(dir, entry->d_name, seen, texts))
			break;
	}
	closedir(list);
	return !entry;
}

/* What comes from a file, and not from the script itself (<<) or from nowhere. `<stdio.h>` is a header of C. */
static bool reads_file(const struct bytes *code)
{
	for (const char *at = code->at; (at = strchr(at, '<')); at++) {
		const char *from = at + 1 + strspn(at + 1, " \t"), *end = from + strcspn(from, "> \t\n");

		if (at[1] == '<')
			at += strspn(at, "<") - 1;
		else if (*end != '>' && !has_prefix(from, "/dev/null"))
			return true;
	}
	for (const char *at = code->at; (at = strstr(at, "cat ")); at++) {
		if ((at == code->at || !is_name(at[-1])) && !has_prefix(at, "cat <<"))
			return true;
	}
	return false;
}

static bool is_plain(const struct bytes *code)
{
	for (const char *const *word = WORDS; *word; word++) {
		if (has_word(code, *word))
			return false;
	}
	for (const char *const *text = TEXTS; *text; text++) {
		if (bytes_contain(code, *text))
			return false;
	}
	return !reads_file(code);
}

/* Only where headers are in the key a compiler may be given some. */
static bool texts_plain(const struct texts *texts, enum calls calls)
{
	return is_plain(&texts->code) && (calls == CALLS_LINKER || !bytes_contain(&texts->whole, "#include"));
}

bool script_key(const struct question *question, const char *store, bool anew, struct hasher *hasher)
{
	const char *script = question->parts.at[0].argv[question->script_at], *slash = strrchr(script, '/');
	char *dir = format("%.*s", (int)(slash - script), script);
	struct texts texts = { 0 };
	struct set seen = { 0 };
	bool known;

	bytes_text(&texts.code, "");
	known = gather(dir, slash + 1, &seen, &texts) && texts_plain(&texts, question->script->calls) &&
		hash_calls(hasher, question, store, anew);
	if (known) {
		hash_text(hasher, access(script, X_OK) ? "no program" : "a program");
		hash_text(hasher, texts.whole.at);
		hash_environment(hasher, &texts.code);
	}
	free(seen.slots);
	free(dir);
	free(texts.whole.at);
	free(texts.code.at);
	return known;
}
