// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// What the files of the lexer share. Each lex_X function reads the thing that
// begins at lx->at, advances past it and fills the token's kind and value.

#include "dlang/syntax/lex.h"

static inline char byte_at(const struct lexer *lx, uint32_t at)
{
	return at < lx->len ? lx->text[at] : '\0';
}

static inline bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static inline bool is_name_byte(char c)
{
	return is_letter(c) || is_digit(c) || c == '`';
}

static inline struct span lex_span(const struct lexer *lx, uint32_t begin, uint32_t end)
{
	return (struct span){ .source = lx->source, .begin = begin, .end = end };
}

void lex_error(struct lexer *lx, struct span s, enum errtag tag, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
void lex_hint(struct lexer *lx, const char *hint);

// lex_literal.c
void lex_number(struct lexer *lx, struct token *t);
void lex_char(struct lexer *lx, struct token *t);
void lex_string(struct lexer *lx, struct token *t);
// The type of an integer constant by its value, the place of its suffix among
// int, unsigned, long ..., and whether unsigned types are passed over.
enum int_kind int_kind_of(uint64_t value, unsigned first, bool skip_unsigned);
struct number {
	uint64_t value;
	unsigned suffix;		// index into enum int_kind
	bool decimal;
	enum { NUM_OK, NUM_OVERFLOW, NUM_BAD_DIGIT, NUM_BAD_SUFFIX, NUM_NONE } error;
};
struct number number_scan(const char *s, uint32_t len);

// lex_macro.c
void lex_macro(struct lexer *lx, struct token *t);

// lex_control.c: lx->at is at the "#"; advances to the end of the line.
void lex_control(struct lexer *lx);
