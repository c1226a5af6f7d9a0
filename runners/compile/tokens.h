// SPDX-License-Identifier: MIT
#ifndef TOKENS_H
#define TOKENS_H
#include "bytes.h"

/* The words that decide how a declaration is read; they come first among the names. */
enum keyword {
	KW_NONE, KW_STRUCT, KW_UNION, KW_ENUM, KW_TYPEDEF, KW_EXTERN, KW_STATIC, KW_INLINE, KW_ATTRIBUTE, KW_ASM,
	KW_TYPEOF, KW_ALIGNAS, KW_STATIC_ASSERT, KW_TYPE, KW_OTHER, KW_UNSAFE
};

enum token_kind { TOKEN_NAME, TOKEN_PUNCTUATION, TOKEN_OTHER, TOKEN_PRAGMA };

struct token {
	const char *at;
	uint32_t size;
	uint32_t name; /* index into names, for TOKEN_NAME */
	/* White space before: 0 none, n spaces, or NEW_LINE + column of the first token on a line. */
	uint32_t gap;
	uint8_t kind;
	/* Stands in the source itself, not in a header. */
	bool in_source;
};

#define NEW_LINE (1u << 30)

struct name {
	const char *at;
	uint32_t size;
	enum keyword keyword;
};

struct text {
	struct token *tokens;
	uint32_t count;
	struct name *names;
	uint32_t name_count;
	/* A line that is none of what -E prints for a kernel: an unknown directive, a system header. */
	bool strange;
};

/* Takes apart what `compiler -E` printed for `source`. Points into `from`. */
void text_read(struct text *text, const struct bytes *from, const char *source);
bool token_is(const struct token *token, char punctuation);

#endif
