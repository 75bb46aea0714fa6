// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Probe descriptions: from text to four fields or an id, and the question
// whether a word at file level is one at all or begins a declaration.

#include "dlang/syntax/parse_impl.h"

#include <string.h>

#define NFIELDS 4

static const struct { const char *name; uint32_t max; } fields[NFIELDS] = {
	{ "provider", 63 }, { "module", 63 }, { "function", 191 }, { "name", 63 },
};

// The field that the rightmost part of a description goes to.
static const uint8_t last_field[] = {
	[PROGRAM_FILE] = 3, [PROGRAM_NAME] = 3, [PROGRAM_FUNCTION] = 2,
	[PROGRAM_MODULE] = 1, [PROGRAM_PROVIDER] = 0, [PROGRAM_ID] = 3,
};

// ---- declaration or description --------------------------------------------

static uint32_t name_length(const char *s, uint32_t len)
{
	uint32_t n = 0;

	if (len && s[0] >= '0' && s[0] <= '9')
		return 0;
	while (n < len && !strchr("-$:.?*\\[]!", s[n]))
		n++;
	return n;
}

static bool is_name_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '*' || c == '`';
}

static bool names_a_type(struct parser *p, const char *s, uint32_t n)
{
	enum tok kind = keyword_find(s, n, true);

	if (kind != T_IDENT)
		return tok_starts_type(kind);
	return is_type_name(p, intern(p->ctx->interns, s, n));
}

static bool pspec(const struct parser *p)
{
	return p->ctx->pspec || p->ctx->kind != PROGRAM_FILE;
}

// Whether the token, which holds nothing but a name, begins a declaration:
// a name after it settles that, since nothing like it can follow a description.
static bool plain_declares(struct parser *p, const struct token *t)
{
	if (memchr(t->str, '`', t->len) && !names_a_type(p, t->str, t->len))
		return false;
	if (is_name_start(lex_peek_byte(&p->lx)))
		return true;
	return !pspec(p) && names_a_type(p, t->str, t->len);
}

// d-reference §2.1: "int*" is a type unless it has a byte that only a
// description has, or ambiguous text is declared to be one. Reads the token
// again as C when it begins a declaration.
bool begins_declaration(struct parser *p)
{
	const struct token *t = &p->tok;
	uint32_t n = name_length(t->str, t->len);
	bool declares;

	if (n == 0 || is_special_probe(t->str, t->len))
		return false;
	if (n == t->len)
		declares = plain_declares(p, t);
	else
		declares = t->str[n] == '*' && !pspec(p) && names_a_type(p, t->str, n)
			&& name_length(t->str + n + 1, t->len - n - 1) == t->len - n - 1;
	if (declares)
		relex(p, LEX_EXPR);
	return declares;
}

// ---- fields ----------------------------------------------------------------

static bool all_digits(const char *s)
{
	return *s && strspn(s, "0123456789") == strlen(s);
}

static void set_id(struct parser *p, struct pdesc *d)
{
	uint64_t id = 0;

	for (const char *s = d->text; *s && id <= UINT32_MAX; s++)
		id = id * 10 + (uint64_t)(*s - '0');
	if (last_field[p->ctx->kind] != 3)
		report(p, d->span, D_PDESC_INVAL, "a probe id cannot stand for a %s",
		       fields[last_field[p->ctx->kind]].name);
	else if (id == 0 || id > UINT32_MAX)
		report(p, d->span, D_PDESC_INVAL, "there is no probe of id %s", d->text);
	else
		d->id = (uint32_t)id;
}

static uint32_t count_parts(const char *s)
{
	uint32_t n = 1;

	for (; *s; s++)
		n += *s == ':';
	return n;
}

static void overspecified(struct parser *p, const struct pdesc *d, uint32_t n, uint32_t last)
{
	static const char *const forms[NFIELDS] = {
		"provider", "provider:module", "provider:module:function",
		"provider:module:function:name",
	};

	report(p, d->span, D_PDESC_INVAL,
	       "overspecified probe description: %u fields where the form is %s", n, forms[last]);
}

static void set_field(struct parser *p, struct pdesc *d, uint32_t i, const char *s, size_t n)
{
	if (n > fields[i].max)
		report(p, d->span, D_PDESC_INVAL, "the %s of the probe is longer than %u bytes",
		       fields[i].name, fields[i].max);
	else if (n)
		d->field[i] = intern(p->ctx->interns, s, n);
}

// description: [[[provider ":"] module ":"] function ":"] name, filled from the
// right
static void set_fields(struct parser *p, struct pdesc *d)
{
	uint32_t last = last_field[p->ctx->kind], n = count_parts(d->text);
	const char *s = d->text;

	if (n > last + 1) {
		overspecified(p, d, n, last);
		return;
	}
	for (uint32_t i = last + 1 - n; i <= last; i++) {
		size_t len = strcspn(s, ":");

		set_field(p, d, i, s, len);
		s += len + (s[len] == ':');
	}
}

// The description at hand, advanced past.
void parse_pdesc(struct parser *p, struct pdesc *d)
{
	const char *text;

	*d = (struct pdesc){ .span = p->tok.span };
	text = lex_expand(&p->lx, &p->tok);
	if (!text)
		text = "";
	d->text = intern_str(p->ctx->interns, text);
	if (all_digits(d->text))
		set_id(p, d);
	else if (p->ctx->kind == PROGRAM_ID)
		report(p, d->span, D_PDESC_INVAL, "'%s' is no probe id", d->text);
	else
		set_fields(p, d);
	advance(p);
}
