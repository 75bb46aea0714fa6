// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Constants: integers with their C type, characters, strings.

#include "dlang/syntax/lex_impl.h"

#include <limits.h>
#include <string.h>

#define CHAR_CONST_MAX 8

// ---- integers --------------------------------------------------------------

static const uint64_t kind_max[] = {
	[IK_INT] = INT_MAX, [IK_UINT] = UINT_MAX, [IK_LONG] = INT64_MAX,
	[IK_ULONG] = UINT64_MAX, [IK_LLONG] = INT64_MAX, [IK_ULLONG] = UINT64_MAX,
};

enum int_kind int_kind_of(uint64_t value, unsigned first, bool skip)
{
	for (unsigned i = first; i <= IK_ULLONG; i += skip ? 2 : 1) {
		if (value <= kind_max[i])
			return (enum int_kind)i;
	}
	return IK_ULLONG;
}

static int digit_value(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// suffix: at most one u, at most two l, in any order. False when it is not.
static bool scan_suffix(const char *s, uint32_t len, unsigned *suffix)
{
	unsigned u = 0, l = 0;

	for (uint32_t i = 0; i < len; i++) {
		if (s[i] == 'u' || s[i] == 'U')
			u++;
		else if (s[i] == 'l' || s[i] == 'L')
			l++;
		else
			return false;
	}
	*suffix = l * 2 + u;
	return u <= 1 && l <= 2;
}

// integer: ( decimal | "0" { octal } | "0x" hex { hex } ) [ suffix ]
struct number number_scan(const char *s, uint32_t len)
{
	bool hex = len > 1 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X');
	unsigned base = hex ? 16 : len && s[0] == '0' ? 8 : 10;
	uint32_t begin = hex ? 2 : 0, i;
	struct number n = { .decimal = base == 10 };

	for (i = begin; i < len; i++) {
		int digit = digit_value(s[i]);

		if (digit < 0 || (!hex && digit > 9))
			break;
		if ((unsigned)digit >= base)
			n.error = NUM_BAD_DIGIT;
		else if (__builtin_mul_overflow(n.value, base, &n.value)
			 || __builtin_add_overflow(n.value, (uint64_t)digit, &n.value))
			n.error = n.error ? n.error : NUM_OVERFLOW;
	}
	if (i == begin)
		n.error = hex ? NUM_BAD_DIGIT : NUM_NONE;
	else if (!scan_suffix(s + i, len - i, &n.suffix))
		n.error = NUM_BAD_SUFFIX;
	return n;
}

// float: digits with a "." or an exponent; advances past it when there is one
static bool skip_float(struct lexer *lx)
{
	uint32_t at = lx->at;
	bool is_float = false;

	while (is_digit(byte_at(lx, at)))
		at++;
	if (byte_at(lx, at) == '.') {
		is_float = true;
		for (at++; is_digit(byte_at(lx, at)); at++)
			;
	}
	if (byte_at(lx, at) == 'e' || byte_at(lx, at) == 'E') {
		uint32_t exp = at + 1;

		if (byte_at(lx, exp) == '+' || byte_at(lx, exp) == '-')
			exp++;
		if (is_digit(byte_at(lx, exp))) {
			is_float = true;
			for (at = exp; is_digit(byte_at(lx, at)); at++)
				;
		}
	}
	if (is_float)
		lx->at = at;
	return is_float;
}

static void report_number(struct lexer *lx, struct span s, const struct number *n)
{
	int len = (int)(s.end - s.begin > 40 ? 40 : s.end - s.begin);
	const char *text = lx->text + s.begin;

	if (n->error == NUM_OVERFLOW)
		lex_error(lx, s, D_INT_OFLOW, "integer constant %.*s does not fit 64 bits", len, text);
	else if (n->error == NUM_BAD_DIGIT)
		lex_error(lx, s, D_INT_DIGIT, "invalid digit in the integer constant %.*s", len, text);
	else if (n->error != NUM_OK)
		lex_error(lx, s, D_SYNTAX, "invalid suffix on the integer constant %.*s", len, text);
}

void lex_number(struct lexer *lx, struct token *t)
{
	uint32_t begin = lx->at;
	struct number n;

	t->kind = T_INTEGER;
	if (skip_float(lx)) {
		lex_error(lx, lex_span(lx, begin, lx->at), D_SYNTAX,
			  "floating-point constants are not permitted");
		return;
	}
	while (is_letter(byte_at(lx, lx->at)) || is_digit(byte_at(lx, lx->at)))
		lx->at++;
	n = number_scan(lx->text + begin, lx->at - begin);
	report_number(lx, lex_span(lx, begin, lx->at), &n);
	t->value = n.error ? 0 : n.value;
	t->int_kind = int_kind_of(t->value, n.suffix, n.decimal || n.suffix % 2);
}

// ---- characters and strings ------------------------------------------------

// Finds the quote that ends what began at lx->at, or the newline or the end of
// the text in its place.
static uint32_t find_quote(const struct lexer *lx, char quote)
{
	uint32_t at = lx->at + 1;

	while (at < lx->len && lx->text[at] != quote && lx->text[at] != '\n') {
		if (lx->text[at] == '\\' && at + 1 < lx->len && lx->text[at + 1] != '\n')
			at++;
		at++;
	}
	return at;
}

static int simple_escape(char c)
{
	static const char from[] = "abfnrtv\\\"'", to[] = "\a\b\f\n\r\t\v\\\"'";
	const char *p = c ? strchr(from, c) : NULL;

	return p ? to[p - from] : -1;
}

// escape: "\" ( letter | octal [ octal [ octal ] ] | "x" hex { hex } ), s being
// after the backslash. Writes its byte and returns how much was read; an
// unknown escape stands for itself, backslash included, and reads nothing.
static uint32_t read_escape(const char *s, uint32_t len, char *out)
{
	uint32_t n = 0, value = 0;

	if (simple_escape(s[0]) >= 0) {
		*out = (char)simple_escape(s[0]);
		return 1;
	}
	if (s[0] == 'x') {
		for (n = 1; n < len && digit_value(s[n]) >= 0; n++)
			value = value << 4 | (uint32_t)digit_value(s[n]);
		n = n > 1 ? n : 0;
	} else {
		for (; n < len && n < 3 && s[n] >= '0' && s[n] <= '7'; n++)
			value = value << 3 | (uint32_t)(s[n] - '0');
	}
	*out = n ? (char)value : '\\';
	return n;
}

// Replaces the escapes of [s, s+len); returns the bytes, *n of them.
static char *unescape(struct arena *a, const char *s, uint32_t len, uint32_t *n)
{
	char *out = arena_alloc(a, (size_t)len + 1);

	*n = 0;
	for (uint32_t i = 0; i < len; (*n)++) {
		if (s[i] == '\\' && i + 1 < len)
			i += 1 + read_escape(s + i + 1, len - i - 1, &out[*n]);
		else
			out[*n] = s[i++];
	}
	return out;
}

// The bytes between the quotes, and the end of the constant passed. NULL when
// it is not closed: reported with the tag.
static char *quoted(struct lexer *lx, enum errtag tag, const char *what, uint32_t *n)
{
	uint32_t begin = lx->at, end = find_quote(lx, lx->text[begin]);

	lx->at = end;
	if (end == lx->len) {
		lex_error(lx, lex_span(lx, begin, begin + 1), D_SYNTAX,
			  "this %s is not closed before the end of the program", what);
	} else if (lx->text[end] == '\n') {
		lex_error(lx, lex_span(lx, begin, end), tag, "newline in a %s", what);
		lex_hint(lx, "close it on the same line, and write \\n for a newline");
	} else {
		lx->at = end + 1;
		return unescape(lx->arena, lx->text + begin + 1, end - begin - 1, n);
	}
	return NULL;
}

// string: '"' { byte | escape } '"'; a NUL ends its value
void lex_string(struct lexer *lx, struct token *t)
{
	uint32_t n = 0;
	const char *s = quoted(lx, D_STR_NL, "string", &n);

	if (!s) {
		t->kind = T_BAD;
		return;
	}
	t->kind = T_TEXT;
	t->str = s;
	t->len = (uint32_t)strlen(s);
}

// character: "'" byte { byte } "'", at most eight, the first most significant
void lex_char(struct lexer *lx, struct token *t)
{
	uint32_t begin = lx->at, n = 0;
	const char *s = quoted(lx, D_CHR_NL, "character constant", &n);
	struct span span = lex_span(lx, begin, lx->at);

	t->kind = s ? T_INTEGER : T_BAD;
	t->int_kind = IK_INT;
	if (!s)
		return;
	if (n == 0)
		lex_error(lx, span, D_CHR_NULL, "empty character constant");
	if (n > CHAR_CONST_MAX) {
		lex_error(lx, span, D_CHR_OFLOW, "character constant of more than %d bytes",
			  CHAR_CONST_MAX);
		lex_hint(lx, "strings are written in double quotes");
		return;
	}
	for (uint32_t i = 0; i < n; i++)
		t->value = t->value << 8 | (unsigned char)s[i];
	if (n == 4)
		t->value = (uint64_t)(int32_t)t->value;
	else if (n > 4)
		t->int_kind = IK_LONG;
}
