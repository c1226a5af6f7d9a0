// SPDX-License-Identifier: MIT
/* Looks for an entry whose files are as they are now. What entries have in common is asked for once. */
#include <string.h>

#include "facts/config.h"
#include "manifest/entry.h"
#include "manifest/listing.h"
#include "manifest/manifest.h"
#include "manifest/states.h"
#include "store/sealed.h"
#include "store/store.h"

/* A listing, and what came of asking for what it lists. */
struct asked_listing {
	struct digest name;
	struct listing listing;
	struct file_list files;
	struct digest config;
	struct state state, assembled;
	bool there, is_configured, is_asked, absent;
};

/* The one autoconf.h that all of them name, parsed once. */
static const struct config *config_now(const char *path)
{
	static const struct config *config;
	static const char *of;

	if (!of || strcmp(of, path)) {
		config = config_read(path);
		of = path;
	}
	return config;
}

/* Fills in all but what the files are. */
static void load(struct asked_listing *to, const char *store)
{
	struct bytes pack = { 0 };
	const struct config *config;

	to->there = sealed_get(store, 'l', to->name, &pack) && listing_unpack(&pack, &to->listing);
	if (!to->there || !to->listing.autoconf.size)
		return;
	config = config_now(to->listing.autoconf.at);
	to->there = config != NULL;
	if (config)
		to->config = config_key(config, &to->listing.symbols);
}

static struct asked_listing *listing_of(const char *store, struct digest name)
{
	static struct asked_listing all[ENTRIES];
	static int count;

	for (int i = 0; i < count; i++) {
		if (same_digest(all[i].name, name))
			return &all[i];
	}
	if (count == ENTRIES)
		return NULL;
	all[count].name = name;
	load(&all[count], store);
	return &all[count++];
}

static void ask(struct asked_listing *of, const char *store)
{
	const struct listing *listing = &of->listing;
	struct bytes text = { 0 };

	of->is_asked = true;
	bytes_add(&text, listing->depfile.at, listing->depfile.size);
	of->there = depfile_read(&text, &of->files);
	if (!of->there)
		return;
	of->state = files_state(store, &of->files, listing->names, listing->autoconf.at);
	of->assembled = paths_state(store, &listing->assembled);
	of->absent = paths_absent(&listing->absent);
}

static bool entry_fits(const char *store, const struct entry *entry, struct asked_listing *of)
{
	// Without autoconf.h, or where all of it counts, both are zero.
	if (!of || !of->there || !same_digest(of->config, entry->config))
		return false;
	if (!of->is_asked)
		ask(of, store);
	return of->there && of->state.known && same_digest(of->state.all, entry->files) && of->assembled.known &&
	       same_digest(of->assembled.all, entry->assembled) && of->absent;
}

bool manifest_find(const struct command *command, const char *store, struct digest *object, struct bytes *depfile)
{
	struct bytes all = { 0 };
	struct entry entry;

	if (!store_get(store, 'm', command->whole, &all))
		return false;
	for (size_t at = 0; at + sizeof(entry) <= all.size; at += sizeof(entry)) {
		struct asked_listing *of;

		memcpy(&entry, all.at + at, sizeof(entry));
		of = listing_of(store, entry.listing);
		if (!entry_fits(store, &entry, of))
			continue;
		*object = entry.object;
		*depfile = of->listing.depfile;
		return true;
	}
	return false;
}
