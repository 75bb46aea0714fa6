// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The heart of the lexer: what lies between tokens, and which kind of token
// begins at a byte. Constants, macros and control lines have files of their own.

#include "dlang/syntax/lex_impl.h"

#include <stdarg.h>
#include <string.h>

// ---- the table of fixed tokens ---------------------------------------------

struct fixed {
	const char *text;
	enum tok kind;
	uint8_t len;
	bool keyword, outer;
};

static const struct fixed fixed[] = {
#define PUNCT(tok, s) { .text = s, .kind = tok, .len = sizeof s - 1 },
#define KEYWORD(tok, s, o) { .text = s, .kind = tok, .len = sizeof s - 1, .keyword = true, .outer = o },
#include "dlang/syntax/token.def"
#undef PUNCT
#undef KEYWORD
};

#define NFIXED (sizeof fixed / sizeof fixed[0])

_Static_assert(NFIXED == T_NTOKENS - T_INTEGER - 2, "the fixed tokens follow the others");

static const struct fixed *fixed_of(enum tok kind)
{
	return kind > T_TEXT && kind < T_NTOKENS ? &fixed[kind - T_TEXT - 1] : NULL;
}

const char *tok_text(enum tok kind)
{
	const struct fixed *f = fixed_of(kind);

	if (kind == T_PRED_END)
		return "/";
	return f ? f->text : NULL;
}

bool tok_is_keyword(enum tok kind)
{
	const struct fixed *f = fixed_of(kind);

	return f && f->keyword;
}

// The keyword spelled so, or T_IDENT.
enum tok keyword_find(const char *s, uint32_t len, bool outer)
{
	for (size_t i = 0; i < NFIXED; i++) {
		const struct fixed *f = &fixed[i];

		if (f->keyword && f->len == len && f->text[0] == s[0] && memcmp(f->text, s, len) == 0)
			return !outer || f->outer ? f->kind : T_IDENT;
	}
	return T_IDENT;
}

const char *token_describe(struct arena *a, const struct token *t)
{
	if (t->is_macro && t->kind == T_INTEGER)
		return "the value of a macro";
	if (t->kind == T_IDENT)
		return arena_printf(a, "identifier '%s'", t->name);
	if (tok_is_keyword(t->kind))
		return arena_printf(a, "keyword '%s'", tok_text(t->kind));
	if (tok_text(t->kind))
		return arena_printf(a, "'%s'", tok_text(t->kind));
	switch (t->kind) {
	case T_EOF: return "the end of the program";
	case T_AGG: return arena_printf(a, "aggregation '@%s'", strcmp(t->name, "_") ? t->name : "");
	case T_INTEGER: return "an integer";
	case T_TEXT: return "a string";
	case T_PDESC: return arena_printf(a, "'%.*s'", (int)(t->len > 60 ? 60 : t->len), t->str);
	default: return "something invalid";
	}
}

// ---- reporting -------------------------------------------------------------

void lex_error(struct lexer *lx, struct span s, enum errtag tag, const char *fmt, ...)
{
	va_list ap;

	if (lx->quiet || lx->muted)
		return;
	va_start(ap, fmt);
	diag_error(lx->diags, s, tag, "%s", arena_vprintf(lx->arena, fmt, ap));
	va_end(ap);
}

void lex_hint(struct lexer *lx, const char *hint)
{
	if (!lx->quiet && !lx->muted)
		diag_hint(lx->diags, "%s", hint);
}

// ---- between tokens --------------------------------------------------------

static void skip_line(struct lexer *lx)
{
	while (lx->at < lx->len && lx->text[lx->at] != '\n')
		lx->at++;
}

// comment: "/*" anything but "*/" "*/"
static void skip_comment(struct lexer *lx)
{
	uint32_t begin = lx->at;
	bool nested = false;

	for (lx->at += 2; lx->at < lx->len; lx->at++) {
		char c = lx->text[lx->at], next = byte_at(lx, lx->at + 1);

		if (c == '*' && next == '/') {
			lx->at += 2;
			return;
		}
		if (c == '/' && next == '*' && !nested) {
			nested = true;
			lex_error(lx, lex_span(lx, lx->at, lx->at + 2), D_SYNTAX,
				  "/* encountered inside a comment");
			lex_hint(lx, "comments do not nest; is the */ of the one before missing?");
		}
	}
	lex_error(lx, lex_span(lx, begin, begin + 2), D_SYNTAX,
		  "this comment is not closed before the end of the program");
	lx->unclosed = true;
}

static void skip_slashes(struct lexer *lx)
{
	if (!lx->slashes) {
		lex_error(lx, lex_span(lx, lx->at, lx->at + 2), D_SYNTAX,
			  "D has no '//' comments");
		lex_hint(lx, "write /* ... */");
		lx->slashes = !lx->quiet && !lx->muted;
	}
	skip_line(lx);
}

static bool at_comment(const struct lexer *lx)
{
	return byte_at(lx, lx->at) == '/' && byte_at(lx, lx->at + 1) == '*';
}

// "//" can begin nothing else than a comment of another language, unless a
// predicate's end is followed by a comment of ours.
static bool at_slashes(const struct lexer *lx)
{
	return byte_at(lx, lx->at) == '/' && byte_at(lx, lx->at + 1) == '/'
		&& byte_at(lx, lx->at + 2) != '*';
}

static bool skip_one(struct lexer *lx)
{
	char c = byte_at(lx, lx->at);

	if (c == '\n') {
		lx->fresh = true;
		lx->at++;
	} else if (c == ' ' || (c >= '\t' && c <= '\r')) {
		lx->at++;
	} else if (c == '\\' && byte_at(lx, lx->at + 1) == '\n') {
		lx->at += 2;
	} else if (c == '#' && lx->fresh) {
		lex_control(lx);
	} else if (at_comment(lx)) {
		skip_comment(lx);
	} else if (at_slashes(lx)) {
		skip_slashes(lx);
	} else {
		return false;
	}
	return true;
}

static void skip_blanks(struct lexer *lx)
{
	while (lx->at < lx->len && skip_one(lx))
		;
}

char lex_peek_byte(struct lexer *lx)
{
	struct lexer ahead = *lx;

	ahead.quiet = true;
	skip_blanks(&ahead);
	return byte_at(&ahead, ahead.at);
}

// ---- tokens ----------------------------------------------------------------

bool lex_is_pdesc_byte(char c)
{
	return is_name_byte(c) || (c && strchr("-$:.?*\\[]!", c));
}

// outer: keyword | probe-description; the latter is told from a type name later
static void lex_pdesc(struct lexer *lx, struct token *t)
{
	uint32_t begin = lx->at;

	while (lex_is_pdesc_byte(byte_at(lx, lx->at)))
		lx->at++;
	t->str = lx->text + begin;
	t->len = lx->at - begin;
	t->kind = keyword_find(t->str, t->len, true);
	if (t->kind == T_IDENT)
		t->kind = T_PDESC;
	else
		t->name = intern(lx->interns, t->str, t->len);
}

static uint32_t scan_while(const struct lexer *lx, uint32_t at, bool (*is)(char))
{
	while (at < lx->len && is(lx->text[at]))
		at++;
	return at;
}

static bool is_module_byte(char c)
{
	return is_letter(c) || is_digit(c) || c == '.';
}

static bool is_word_byte(char c)
{
	return is_letter(c) || is_digit(c);
}

// identifier: name-byte { name-byte }, where a module before a backquote may
// hold dots: libc.so.6`malloc
static void lex_name(struct lexer *lx, struct token *t)
{
	uint32_t begin = lx->at, dotted;

	lx->at = scan_while(lx, lx->at, is_name_byte);
	while (byte_at(lx, lx->at) == '.') {
		dotted = scan_while(lx, lx->at, is_module_byte);
		if (byte_at(lx, dotted) != '`')
			break;
		lx->at = scan_while(lx, dotted, is_name_byte);
	}
	t->kind = keyword_find(lx->text + begin, lx->at - begin, false);
	t->name = intern(lx->interns, lx->text + begin, lx->at - begin);
}

// member: letter { letter | digit }, keywords included
static void lex_member(struct lexer *lx, struct token *t)
{
	uint32_t begin = lx->at;

	lx->at = scan_while(lx, lx->at, is_word_byte);
	t->kind = T_IDENT;
	t->name = intern(lx->interns, lx->text + begin, lx->at - begin);
}

// aggregation: "@" [ identifier ]
static void lex_agg(struct lexer *lx, struct token *t)
{
	uint32_t begin = ++lx->at;

	t->kind = T_AGG;
	t->name = intern_str(lx->interns, "_");
	if (!is_letter(byte_at(lx, lx->at)))
		return;
	lx->at = scan_while(lx, lx->at, is_word_byte);
	t->name = intern(lx->interns, lx->text + begin, lx->at - begin);
}

// A module's name may begin with a digit: 9p`v9fs_mount
static bool at_numbered_module(const struct lexer *lx)
{
	return byte_at(lx, scan_while(lx, lx->at, is_word_byte)) == '`';
}

// d-reference §1: a slash closes the predicate when what follows can only
// begin a body, or nothing.
static bool closes_predicate(struct lexer *lx)
{
	char next;

	if (!lx->predicate)
		return false;
	next = lex_peek_byte(lx);
	if (lx->condition && (next == '(' || next == '|'))
		return true;
	return next == '\0' || next == ';' || next == '{' || next == '/';
}

static bool lex_punct(struct lexer *lx, struct token *t)
{
	for (size_t i = 0; i < NFIXED && !fixed[i].keyword; i++) {
		const struct fixed *f = &fixed[i];

		if (lx->len - lx->at < f->len || memcmp(lx->text + lx->at, f->text, f->len) != 0)
			continue;
		lx->at += f->len;
		t->kind = f->kind;
		if (t->kind == T_DIV && closes_predicate(lx))
			t->kind = T_PRED_END;
		return true;
	}
	return false;
}

static const char *stray_hint(const char *s, uint32_t len)
{
	if (len == 3 && (memcmp(s, "\xe2\x80\x9c", 3) == 0 || memcmp(s, "\xe2\x80\x9d", 3) == 0))
		return "write a straight quote: \"";
	if (len == 3 && (memcmp(s, "\xe2\x80\x98", 3) == 0 || memcmp(s, "\xe2\x80\x99", 3) == 0))
		return "write a straight quote: '";
	if (len == 2 && memcmp(s, "\xc2\xa0", 2) == 0)
		return "this is a no-break space; write a plain one";
	return len == 1 && s[0] == '#' ? "control lines begin with the #" : NULL;
}

static void lex_stray(struct lexer *lx, struct token *t)
{
	uint32_t begin = lx->at++, n;
	const char *s = lx->text + begin, *hint;

	if ((unsigned char)s[0] >= 0xc0) {
		while (((unsigned char)byte_at(lx, lx->at) & 0xc0) == 0x80)
			lx->at++;
	}
	n = lx->at - begin;
	t->kind = T_BAD;
	if (n == 1 && (s[0] <= ' ' || s[0] >= 0x7f))
		lex_error(lx, lex_span(lx, begin, lx->at), D_SYNTAX, "invalid byte 0x%02x in the program",
			  (unsigned char)s[0]);
	else
		lex_error(lx, lex_span(lx, begin, lx->at), D_SYNTAX, "invalid character '%.*s'",
			  (int)(n > 4 ? 4 : n), s);
	hint = stray_hint(s, n);
	if (hint)
		lex_hint(lx, hint);
}

static void lex_token(struct lexer *lx, enum lex_mode mode, struct token *t)
{
	char c = lx->text[lx->at];

	if (mode == LEX_OUTER && lex_is_pdesc_byte(c))
		lex_pdesc(lx, t);
	else if (mode == LEX_MEMBER && is_letter(c))
		lex_member(lx, t);
	else if (is_letter(c) || c == '`' || (is_digit(c) && at_numbered_module(lx)))
		lex_name(lx, t);
	else if (is_digit(c) || (c == '.' && is_digit(byte_at(lx, lx->at + 1))))
		lex_number(lx, t);
	else if (c == '"')
		lex_string(lx, t);
	else if (c == '\'')
		lex_char(lx, t);
	else if (c == '@')
		lex_agg(lx, t);
	else if (c == '$')
		lex_macro(lx, t);
	else if (!lex_punct(lx, t))
		lex_stray(lx, t);
}

void lex_init(struct lexer *lx, struct sources *set, uint32_t source)
{
	const struct source *s = source_of(set, source);

	*lx = (struct lexer){
		.arena = set->arena,
		.sources = set,
		.source = source,
		.text = s->text,
		.len = s->len,
		.fresh = true,
	};
}

// The next token; T_EOF again and again at the end.
struct token lex_next(struct lexer *lx, enum lex_mode mode)
{
	struct token t = { .kind = T_EOF };
	uint32_t begin;

	skip_blanks(lx);
	begin = lx->at;
	t.first = lx->fresh;
	if (lx->at < lx->len)
		lex_token(lx, mode, &t);
	else if (lx->unclosed)
		t.kind = T_BAD;		// what is missing is no second error
	lx->unclosed = false;
	lx->fresh = false;
	t.span = lex_span(lx, begin, lx->at);
	return t;
}
