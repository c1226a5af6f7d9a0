// SPDX-License-Identifier: MIT
/* include/generated/autoconf.h: `#define CONFIG_FOO 1`, `#define CONFIG_BAR_MODULE 1`, numbers and strings. */
#include <stdlib.h>
#include <string.h>

#include "facts.h"

struct macro {
	const char *name, *value;
	size_t size, value_size;
};

struct config {
	struct macro *macros;
	size_t room;
};

static size_t slot_of(const char *name, size_t size, size_t room)
{
	uint64_t sum = 14695981039346656037u;

	for (size_t i = 0; i < size; i++)
		sum = (sum ^ (unsigned char)name[i]) * 1099511628211u;
	return sum % room;
}

static struct macro *find(const struct config *config, const char *name, size_t size)
{
	size_t slot = slot_of(name, size, config->room);

	while (config->macros[slot].name &&
	       (config->macros[slot].size != size || memcmp(config->macros[slot].name, name, size)))
		slot = (slot + 1) % config->room;
	return &config->macros[slot];
}

static void parse(struct config *config, const char *text)
{
	config->room = 64;
	for (const char *at = text; (at = strchr(at, '\n')); at++)
		config->room += 2;
	config->macros = zeroed(config->room, sizeof(*config->macros));
	for (const char *at = text; at; at = strchr(at, '\n') ? strchr(at, '\n') + 1 : NULL) {
		struct macro macro;

		if (!has_prefix(at, "#define "))
			continue;
		macro.name = at + 8;
		macro.size = strcspn(macro.name, " \n");
		macro.value = macro.name + macro.size;
		macro.value_size = strcspn(macro.value, "\n");
		*find(config, macro.name, macro.size) = macro;
	}
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

static void hash_symbol(struct hasher *hasher, const struct config *config, const struct symbol *symbol)
{
	char *module = format("%s_MODULE", symbol->name);
	const struct macro *built_in = find(config, symbol->name, strlen(symbol->name));
	const struct macro *modular = find(config, module, strlen(module));
	int looks = is_plain(built_in) && is_plain(modular) ? symbol->looks : LOOK_VALUE;

	free(module);
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

struct digest config_key(const struct bytes *autoconf, const struct symbol *symbols, int count)
{
	struct config config;
	struct hasher hasher;

	parse(&config, autoconf->at);
	hash_start(&hasher);
	for (int i = 0; i < count; i++)
		hash_symbol(&hasher, &config, &symbols[i]);
	free(config.macros);
	return hash_end(&hasher);
}
