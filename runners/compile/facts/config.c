// SPDX-License-Identifier: MIT
/* include/generated/autoconf.h: `#define CONFIG_FOO 1`, `#define CONFIG_BAR_MODULE 1`, numbers and strings. */
#include <stdlib.h>
#include <string.h>

#include "facts/config.h"
#include "facts/facts.h"
#include "text/quick.h"

struct macro {
	const char *name, *value;
	size_t size, value_size;
};

/* Behind it in a list, a name. */
enum { SYMBOL_LETTER = '0' };

struct config {
	struct bytes text;
	struct macro *macros;
	size_t room; /* a power of two */
};

static struct macro *find(const struct config *config, const char *name, size_t size)
{
	size_t slot = quick_sum(name, size) & (config->room - 1);

	while (config->macros[slot].name &&
	       (config->macros[slot].size != size || memcmp(config->macros[slot].name, name, size)))
		slot = (slot + 1) & (config->room - 1);
	return &config->macros[slot];
}

static size_t room_for(const char *text)
{
	size_t lines = 0, room = 64;

	for (const char *at = text; (at = strchr(at, '\n')); at++)
		lines++;
	while (room < lines * 2)
		room *= 2;
	return room;
}

struct config *config_read(const char *path)
{
	struct config *config = zeroed(1, sizeof(*config));
	const char *at;

	if (!read_file(path, &config->text))
		return NULL;
	config->room = room_for(config->text.at);
	config->macros = zeroed(config->room, sizeof(*config->macros));
	for (at = config->text.at; at; at = strchr(at, '\n') ? strchr(at, '\n') + 1 : NULL) {
		struct macro macro;

		if (!has_prefix(at, "#define "))
			continue;
		macro.name = at + 8;
		macro.size = strcspn(macro.name, " \n");
		macro.value = macro.name + macro.size;
		macro.value_size = strcspn(macro.value, "\n");
		*find(config, macro.name, macro.size) = macro;
	}
	return config;
}

static void hash_macro(struct hasher *hasher, const struct macro *macro)
{
	hash_text(hasher, macro->name ? "defined" : "");
	hash_add(hasher, macro->value, macro->value_size);
}

static bool is_one(const struct macro *macro)
{
	return macro->name && macro->value_size == 2 && !memcmp(macro->value, " 1", 2);
}

/* The macros that IS_ENABLED and its like expect are absent or 1; with anything else they count to the letter. */
static bool is_plain(const struct macro *macro)
{
	return !macro->name || is_one(macro);
}

static const struct macro *find_modular(const struct config *config, const char *name, size_t size)
{
	static struct bytes modular;

	modular.size = 0;
	bytes_add(&modular, name, size);
	bytes_text(&modular, "_MODULE");
	return find(config, modular.at, modular.size);
}

static void hash_symbol(struct hasher *hasher, const struct config *config, int looks, const char *name)
{
	size_t size = strlen(name);
	const struct macro *built_in = find(config, name, size);
	const struct macro *modular = find_modular(config, name, size);

	if (!is_plain(built_in) || !is_plain(modular))
		looks = LOOK_VALUE;
	if (looks & LOOK_VALUE) {
		hash_macro(hasher, built_in);
		hash_macro(hasher, modular);
		return;
	}
	if (looks & LOOK_ENABLED)
		hash_text(hasher, is_one(built_in) || is_one(modular) ? "enabled" : "off");
	if (looks & LOOK_BUILTIN)
		hash_text(hasher, is_one(built_in) ? "built in" : "not");
	if (looks & LOOK_MODULE)
		hash_text(hasher, is_one(modular) ? "module" : "none");
}

struct digest config_key(const struct config *config, const struct bytes *symbols)
{
	struct hasher hasher;

	hash_start(&hasher);
	for (const char *at = symbols->at; at < symbols->at + symbols->size; at += strlen(at) + 1)
		hash_symbol(&hasher, config, *at - SYMBOL_LETTER, at + 1);
	return hash_end(&hasher);
}

struct bytes config_symbols(const struct facts *facts)
{
	struct bytes symbols = { 0 };

	bytes_add(&symbols, "", 0);
	for (int i = 0; i < facts->symbol_room; i++) {
		const struct symbol *symbol = &facts->symbols[i];
		char letter = SYMBOL_LETTER + (facts->knows_enabled ? symbol->looks : LOOK_VALUE);

		if (!symbol->name)
			continue;
		bytes_add(&symbols, &letter, 1);
		bytes_add(&symbols, symbol->name, symbol->size);
		bytes_add(&symbols, "", 1);
	}
	return symbols;
}

bool config_is(const struct config *config, struct digest digest)
{
	return same_digest(digest, digest_of(config->text.at, config->text.size));
}
