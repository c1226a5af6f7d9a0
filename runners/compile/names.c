// SPDX-License-Identifier: MIT
/* Spellings by number, keywords known. */
#include <stdlib.h>
#include <string.h>

#include "names.h"

/* Source: C11 6.4.1 and "Alternate Keywords" of gcc's manual. */
static const struct { const char *spelling; enum keyword keyword; } KEYWORDS[] = {
	{ "struct", KW_STRUCT }, { "union", KW_UNION }, { "enum", KW_ENUM }, { "typedef", KW_TYPEDEF },
	{ "extern", KW_EXTERN }, { "static", KW_STATIC }, { "inline", KW_INLINE }, { "__inline", KW_INLINE },
	{ "__inline__", KW_INLINE }, { "__attribute__", KW_ATTRIBUTE }, { "__attribute", KW_ATTRIBUTE }, { "asm", KW_ASM },
	{ "__asm__", KW_ASM }, { "__asm", KW_ASM }, { "typeof", KW_TYPEOF }, { "__typeof__", KW_TYPEOF },
	{ "__typeof", KW_TYPEOF }, { "__typeof_unqual__", KW_TYPEOF }, { "typeof_unqual", KW_TYPEOF }, { "_Alignas", KW_ALIGNAS },
	{ "_Static_assert", KW_STATIC_ASSERT },
	{ "void", KW_TYPE }, { "char", KW_TYPE }, { "short", KW_TYPE }, { "int", KW_TYPE }, { "long", KW_TYPE },
	{ "float", KW_TYPE }, { "double", KW_TYPE }, { "signed", KW_TYPE }, { "unsigned", KW_TYPE }, { "_Bool", KW_TYPE },
	{ "__signed__", KW_TYPE }, { "__int128", KW_TYPE }, { "__builtin_va_list", KW_TYPE }, { "_Complex", KW_TYPE },
	{ "const", KW_OTHER }, { "volatile", KW_OTHER }, { "restrict", KW_OTHER }, { "__const", KW_OTHER },
	{ "__const__", KW_OTHER }, { "__volatile__", KW_OTHER }, { "__volatile", KW_OTHER }, { "__restrict", KW_OTHER },
	{ "__restrict__", KW_OTHER }, { "register", KW_OTHER }, { "auto", KW_OTHER }, { "__extension__", KW_OTHER },
	{ "_Noreturn", KW_OTHER }, { "__seg_gs", KW_OTHER }, { "__seg_fs", KW_OTHER }, { "_Thread_local", KW_OTHER },
	{ "__thread", KW_OTHER }, { "_Atomic", KW_OTHER }, { "if", KW_OTHER }, { "else", KW_OTHER }, { "for", KW_OTHER },
	{ "while", KW_OTHER }, { "do", KW_OTHER }, { "return", KW_OTHER }, { "goto", KW_OTHER }, { "switch", KW_OTHER },
	{ "case", KW_OTHER }, { "default", KW_OTHER }, { "break", KW_OTHER }, { "continue", KW_OTHER }, { "sizeof", KW_OTHER },
	{ "__builtin_LINE", KW_UNSAFE }, { "__builtin_FILE", KW_UNSAFE }, { "__auto_type", KW_TYPE }, { "__label__", KW_OTHER },
};

static uint32_t *slot_of(const struct names *names, const char *at, uint32_t size)
{
	uint64_t sum = 14695981039346656037u;
	uint32_t slot;

	for (uint32_t i = 0; i < size; i++)
		sum = (sum ^ (unsigned char)at[i]) * 1099511628211u;
	for (slot = sum % names->slot_room; names->slots[slot]; slot = (slot + 1) % names->slot_room) {
		const struct name *name = &names->all[names->slots[slot]];

		if (name->size == size && !memcmp(name->at, at, size))
			break;
	}
	return &names->slots[slot];
}

static void grow(struct names *names)
{
	names->room *= 2;
	names->all = resized(names->all, names->room * sizeof(*names->all));
	free(names->slots);
	names->slot_room = names->room * 2 + 1;
	names->slots = zeroed(names->slot_room, sizeof(*names->slots));
	for (uint32_t i = 1; i < names->count; i++)
		*slot_of(names, names->all[i].at, names->all[i].size) = i;
}

uint32_t names_number(struct names *names, const char *at, uint32_t size)
{
	uint32_t *slot = slot_of(names, at, size);

	if (*slot)
		return *slot;
	if (names->count == names->room) {
		grow(names);
		slot = slot_of(names, at, size);
	}
	names->all[names->count] = (struct name){ at, size, KW_NONE };
	return *slot = names->count++;
}

void names_start(struct names *names)
{
	*names = (struct names){ .count = 1, .room = 1 << 14 };
	grow(names);
	for (size_t i = 0; i < sizeof(KEYWORDS) / sizeof(*KEYWORDS); i++) {
		uint32_t number = names_number(names, KEYWORDS[i].spelling, strlen(KEYWORDS[i].spelling));

		names->all[number].keyword = KEYWORDS[i].keyword;
	}
}
