// SPDX-License-Identifier: MIT
/*
 * One pass in the order of the text, as the compiler goes. A name means what was declared last; that is all but for
 * tags: `struct foo *` may be declared long before struct foo has members, and be asked for them afterwards. So every
 * declaration keeps the tags that it reaches and that are still open, and once they are closed their members count too.
 * The sums do not depend on when somebody looked, only on what was declared.
 */
#include <stdlib.h>

#include "closures.h"

struct node {
	struct digest own;
	/* Sum of the digests of what completed the tags in `closed`. */
	struct digest later;
	uint64_t *open, *closed;
};

struct pass {
	const struct declarations *declarations;
	/* Of the text of each. */
	const struct digest *texts;
	struct node *nodes;
	/* By name: the declaration that declared it last, from 1; by name: the number of the tag. */
	uint32_t *last[2], *tag_number;
	/* By tag: the declaration that gave it members, from 1. */
	uint32_t *completed_by;
	uint64_t *complete, *bits;
	uint32_t words, tag_count;
	struct digest pragmas;
};

static bool test(const uint64_t *set, uint32_t bit)
{
	return set[bit / 64] >> bit % 64 & 1;
}

static void put(uint64_t *set, uint32_t bit)
{
	set[bit / 64] |= (uint64_t)1 << bit % 64;
}

static void refresh(struct pass *pass, uint32_t at);

/* Tag `tag`, open in `node`, has members by now. */
static void close_tag(struct pass *pass, struct node *node, uint32_t tag)
{
	uint32_t by = pass->completed_by[tag] - 1;
	struct node *members = &pass->nodes[by];

	if (members == node || test(node->closed, tag))
		return;
	refresh(pass, by);
	for (uint32_t word = 0; word < pass->words; word++) {
		uint64_t news = members->closed[word] & ~node->closed[word];

		if (word == tag / 64)
			news |= (uint64_t)1 << tag % 64;
		node->closed[word] |= news;
		node->open[word] |= members->open[word];
		for (; news; news &= news - 1) {
			const struct digest *own = &pass->nodes[pass->completed_by[word * 64 + __builtin_ctzll(news)] - 1].own;

			node->later.word[0] += own->word[0];
			node->later.word[1] += own->word[1];
		}
	}
}

static void refresh(struct pass *pass, uint32_t at)
{
	struct node *node = &pass->nodes[at];

	for (uint32_t word = 0; word < pass->words; word++) {
		uint64_t due = node->open[word] & pass->complete[word];

		for (; due; due &= due - 1)
			close_tag(pass, node, word * 64 + __builtin_ctzll(due));
	}
	for (uint32_t word = 0; word < pass->words; word++)
		node->open[word] &= ~pass->complete[word];
}

/* What the name means here, and what that leaves open. */
static void add_meaning(struct pass *pass, struct node *node, struct hasher *hasher, const struct mention *mention)
{
	uint32_t meaning = pass->last[mention->tag][mention->name];
	static const struct digest UNKNOWN;
	struct node *other;

	if (!meaning) {
		hash_digest(hasher, UNKNOWN);
		return;
	}
	other = &pass->nodes[meaning - 1];
	refresh(pass, meaning - 1);
	hash_digest(hasher, other->own);
	hash_digest(hasher, other->later);
	for (uint32_t word = 0; word < pass->words; word++)
		node->open[word] |= other->open[word];
}

static void declare(struct pass *pass, struct node *node, uint32_t at, const struct mention *mention)
{
	uint32_t *number = &pass->tag_number[mention->name];

	if (mention->declares)
		pass->last[mention->tag][mention->name] = at + 1;
	if (!mention->tag)
		return;
	if (!*number)
		*number = ++pass->tag_count;
	if (mention->completes) {
		put(pass->complete, *number);
		pass->completed_by[*number] = at + 1;
	} else if (!test(pass->complete, *number)) {
		put(node->open, *number);
	}
}

static void close_declaration(struct pass *pass, uint32_t at)
{
	const struct declaration *declaration = &pass->declarations->all[at];
	const struct mention *mentions = &pass->declarations->mentions[declaration->mention];
	struct node *node = &pass->nodes[at];
	struct hasher hasher;

	node->open = pass->bits + (size_t)at * 2 * pass->words;
	node->closed = node->open + pass->words;
	hash_start(&hasher);
	hash_digest(&hasher, pass->pragmas);
	hash_digest(&hasher, pass->texts[at]);
	for (uint32_t i = 0; i < declaration->mention_count; i++)
		add_meaning(pass, node, &hasher, &mentions[i]);
	node->own = hash_end(&hasher);
	for (uint32_t i = 0; i < declaration->mention_count; i++)
		declare(pass, node, at, &mentions[i]);
	// What this one completes is in its own digest.
	for (uint32_t word = 0; word < pass->words; word++)
		node->open[word] &= ~pass->complete[word];
	if (declaration->pragma)
		pass->pragmas = node->own;
}

static uint32_t count_tags(const struct declarations *declarations)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < declarations->mention_count; i++)
		count += declarations->mentions[i].tag && declarations->mentions[i].declares;
	return count;
}

struct digest *closures(const struct text *text, const struct declarations *declarations, const struct digest *texts)
{
	struct digest *all = zeroed(declarations->count, sizeof(*all));
	uint32_t tags = count_tags(declarations) + 1;
	struct pass pass = { .texts = texts, .declarations = declarations, .words = tags / 64 + 1 };

	pass.nodes = zeroed(declarations->count, sizeof(*pass.nodes));
	for (int tag = 0; tag < 2; tag++)
		pass.last[tag] = zeroed(text->name_count, sizeof(uint32_t));
	pass.tag_number = zeroed(text->name_count, sizeof(uint32_t));
	pass.completed_by = zeroed(tags + 1, sizeof(uint32_t));
	pass.complete = zeroed(pass.words, sizeof(uint64_t));
	pass.bits = zeroed((size_t)declarations->count * 2 * pass.words, sizeof(uint64_t));
	for (uint32_t i = 0; i < declarations->count; i++) {
		close_declaration(&pass, i);
		all[i] = pass.nodes[i].own;
	}
	return all;
}
