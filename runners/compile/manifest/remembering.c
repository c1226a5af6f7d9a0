// SPDX-License-Identifier: MIT
/* Remembers, for each command, the last few sets of files that were compiled, and the object of each. */

#include "manifest/manifest.h"
#include "manifest/reads.h"
#include "store/sealed.h"
#include "store/store.h"

/* The same command on the same files: the same object. */
static struct digest key_of_files(const struct command *command, const struct entry *entry)
{
	struct hasher hasher;

	hash_start(&hasher);
	hash_text(&hasher, "files");
	hash_digest(&hasher, command->whole);
	hash_digest(&hasher, entry->config);
	hash_digest(&hasher, entry->listing);
	hash_digest(&hasher, entry->assembled);
	hash_digest(&hasher, entry->files);
	hash_digest(&hasher, entry->autoconf);
	return hash_end(&hasher);
}

static void put_first(const char *store, struct digest key, const struct entry *entry)
{
	struct bytes all = { 0 }, old = { 0 };
	size_t most = (ENTRIES - 1) * sizeof(*entry);

	bytes_add(&all, entry, sizeof(*entry));
	if (store_get(store, 'm', key, &old))
		bytes_add(&all, old.at, old.size < most ? old.size : most);
	store_put(store, 'm', key, all.at, all.size);
}

bool manifest_add(const struct command *command, const char *store, const struct bytes *object, struct timespec since)
{
	struct listing listing = { 0 };
	struct entry entry = { 0 };
	struct bytes text = { 0 }, pack;
	struct file_list files;

	if (!read_file(command->depfile, &listing.depfile))
		return false;
	listing.names = digest_of(listing.depfile.at, listing.depfile.size);
	bytes_add(&text, listing.depfile.at, listing.depfile.size);
	if (!depfile_read(&text, &files) || !take_reads(command, store, &files, since, &listing, &entry))
		return false;
	pack = listing_pack(&listing);
	entry.listing = digest_of(pack.at, pack.size);
	entry.object = key_of_files(command, &entry);
	if (!sealed_put(store, 'o', entry.object, object))
		return false;
	if (!store_has(store, 'l', entry.listing, pack.size + SEAL) && !sealed_put(store, 'l', entry.listing, &pack))
		return false;
	put_first(store, command->whole, &entry);
	return true;
}
