// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Formats of printf() and printa(), d-reference §10: every conversion against
// the type of the value, or of the key, that it will print.

#include "dlang/sema/check.h"

#include <string.h>

enum wants {
	W_INT, W_EXACT, W_CHAR, W_STRING, W_ADDR, W_STACK, W_TIME, W_PORT, W_FLOAT, W_WCHAR, W_WSTRING,
	W_PERCENT,
};

static const char *const want_texts[] = {
	[W_INT] = "an integer", [W_EXACT] = "an integer of its size and sign",
	[W_CHAR] = "an integer of at most 4 bytes", [W_STRING] = "a string or array of char",
	[W_ADDR] = "a pointer or integer", [W_STACK] = "a stack", [W_TIME] = "a time of 8 bytes",
	[W_PORT] = "a port number of 2 bytes", [W_FLOAT] = "a floating-point value",
	[W_WCHAR] = "a wide character", [W_WSTRING] = "an array of wide characters",
};

enum sign { EITHER, SIGNED, UNSIGNED };

struct conversion {
	char name[4];
	enum wants wants;
	uint8_t size;			// W_EXACT, W_FLOAT (0: any)
	enum sign sign;
};

#define INTS(prefix, size) \
	{ prefix "d", W_EXACT, size, SIGNED }, { prefix "i", W_EXACT, size, SIGNED }, \
	{ prefix "u", W_EXACT, size, UNSIGNED }, { prefix "o", W_EXACT, size, UNSIGNED }, \
	{ prefix "x", W_EXACT, size, EITHER }, { prefix "X", W_EXACT, size, EITHER }
#define FLOATS(prefix, size) \
	{ prefix "e", W_FLOAT, size, EITHER }, { prefix "E", W_FLOAT, size, EITHER }, \
	{ prefix "f", W_FLOAT, size, EITHER }, { prefix "g", W_FLOAT, size, EITHER }, \
	{ prefix "G", W_FLOAT, size, EITHER }

static const struct conversion conversions[] = {
	{ "d", W_INT, 0, EITHER }, { "i", W_INT, 0, EITHER }, { "u", W_INT, 0, EITHER },
	{ "o", W_INT, 0, EITHER }, { "x", W_INT, 0, EITHER }, { "X", W_INT, 0, EITHER },
	INTS("h", 2), INTS("l", 8), INTS("ll", 8),
	{ "s", W_STRING, 0, EITHER }, { "S", W_STRING, 0, EITHER }, { "I", W_STRING, 0, EITHER },
	{ "c", W_CHAR, 0, EITHER }, { "C", W_CHAR, 0, EITHER },
	{ "p", W_ADDR, 0, EITHER }, { "a", W_ADDR, 0, EITHER }, { "A", W_ADDR, 0, EITHER },
	{ "k", W_STACK, 0, EITHER },
	{ "Y", W_TIME, 8, EITHER }, { "T", W_TIME, 8, EITHER }, { "P", W_PORT, 2, EITHER },
	FLOATS("", 0), FLOATS("L", 16),
	{ "lc", W_WCHAR, 4, EITHER }, { "wc", W_WCHAR, 4, EITHER },
	{ "ls", W_WSTRING, 4, EITHER }, { "ws", W_WSTRING, 4, EITHER },
	{ "%", W_PERCENT, 0, EITHER },
};

static const struct conversion *find_conversion(const char *name, size_t n)
{
	for (size_t i = 0; i < sizeof conversions / sizeof *conversions; i++)
		if (strlen(conversions[i].name) == n && !strncmp(conversions[i].name, name, n))
			return &conversions[i];
	return NULL;
}

// One "%..." of a format, taken apart.
struct item_conv {
	const struct conversion *conv;	// NULL: undefined
	const char *text;		// after the %
	int len;
	bool width_arg, prec_arg;	// '*'
	bool agg;			// '@'
};

// flags, width, precision: [#0-+' ?@]* [digits | *] [. [digits | *]]
static const char *parse_modifiers(struct item_conv *c, const char *at)
{
	bool precision = false, bad = false;

	for (; *at && strchr("#0123456789-+' ?@*.", *at); at++) {
		if (*at == '@') {
			c->agg = true;
		} else if (*at == '.') {
			bad = bad || precision;
			precision = true;
		} else if (*at == '*') {
			bool *arg = precision ? &c->prec_arg : &c->width_arg;

			bad = bad || *arg;
			*arg = true;
		}
	}
	return bad ? NULL : at;
}

// Reads the conversion after a '%' and returns what follows it.
static const char *parse_conversion(struct item_conv *c, const char *at)
{
	const char *name = parse_modifiers(c, at);
	size_t n;

	c->text = at;
	c->len = (int)strlen(at) < 8 ? (int)strlen(at) : 8;
	if (!name)
		return at;
	n = strspn(name, "hlLw");
	n += name[n] != '\0';
	c->len = (int)(name - at + (long)n);
	c->conv = find_conversion(name, n);
	return name + n;
}

static bool fits_int(const struct type *ty, const struct conversion *c)
{
	bool is_signed = ty->kind == TY_ENUM || ty->is_signed;

	if (c->wants == W_CHAR)
		return ty->size <= 4;
	if (c->size && ty->size != c->size)
		return false;
	return c->sign == EITHER || is_signed == (c->sign == SIGNED);
}

static bool fits(struct sema *s, const struct conversion *c, struct type *ty)
{
	struct type *r = type_resolve(s->types, ty);
	bool integer = type_is_int(s->types, ty);

	switch (c->wants) {
	case W_INT: case W_EXACT: case W_CHAR: case W_TIME: case W_PORT: case W_WCHAR:
		return integer && fits_int(r, c);
	case W_STRING:
		return r->kind == TY_STRING || r->kind == TY_SYM || r->kind == TY_USYM ||
		       (r->kind == TY_ARRAY && type_is_stringlike(s->types, ty));
	case W_ADDR:
		return integer || r->kind == TY_PTR || r->kind == TY_ARRAY || r->kind == TY_SYM ||
		       r->kind == TY_USYM;
	case W_STACK: return r->kind == TY_STACK || r->kind == TY_USTACK;
	case W_FLOAT: return r->kind == TY_FLOAT && (c->size == 16) == (r->size == 16);
	case W_WSTRING:
		return r->kind == TY_ARRAY && type_is_int(s->types, r->base) &&
		       type_resolve(s->types, r->base)->size == c->size;
	case W_PERCENT: return true;
	}
	return false;
}

// ---- one format against its values -----------------------------------------

struct walk {
	struct sema *s;
	struct expr *call;
	struct expr **args;		// printf: the values
	struct type **keys;		// printa: the types of the keys
	struct ident *agg;		// printa: the first aggregation
	uint32_t n, used;		// of args or keys
	unsigned number;		// of the conversion, from 1
};

static void hint_value(struct walk *w, const struct item_conv *c, struct type *ty)
{
	const struct type *r = type_resolve(w->s->types, ty);

	if (c->conv->wants == W_EXACT && type_is_int(w->s->types, ty))
		sema_hint(w->s, "%%d and %%x take integers of any size");
	else if (c->conv->wants == W_STRING && r->kind == TY_PTR)
		sema_hint(w->s, "stringof() reads a string at a kernel address, copyinstr() at a user address");
	else if (c->conv->wants == W_STRING && type_is_int(w->s->types, ty))
		sema_hint(w->s, "write %%d for an integer; copyinstr() reads a string at a user address");
	else if (r->kind == TY_STRING)
		sema_hint(w->s, "write %%s for a string");
	else if (r->kind == TY_PTR)
		sema_hint(w->s, "write %%p for a pointer");
}

static bool check_type(struct walk *w, const struct item_conv *c, struct type *ty, struct span at,
		       const char *have)
{
	if (type_resolve(w->s->types, ty)->kind == TY_ERROR || fits(w->s, c->conv, ty))
		return true;
	sema_fail_at(w->s, at, D_PRINTF_ARG_TYPE, "conversion %u of %s(), %%%.*s, takes %s, not %s", w->number,
		     w->call->a->name, c->len, c->text, want_texts[c->conv->wants], have);
	hint_value(w, c, ty);
	return false;
}

static bool take_star(struct walk *w, const struct item_conv *c, const char *what)
{
	const struct expr *arg;

	if (!w->args || w->used == w->n) {
		sema_fail_at(w->s, w->call->span, D_PRINTF_DYN_PROTO,
			     "conversion %u of %s(), %%%.*s, has no argument for the %s", w->number,
			     w->call->a->name, c->len, c->text, what);
		return false;
	}
	arg = w->args[w->used++];
	if (is_error(arg) || is_int(w->s, arg))
		return true;
	sema_fail_at(w->s, arg->span, D_PRINTF_DYN_TYPE, "the %s of conversion %u of %s() must be an integer, "
		     "not %s", what, w->number, w->call->a->name, tname(w->s, arg));
	return false;
}

static bool take_value(struct walk *w, const struct item_conv *c)
{
	struct expr **arg;
	struct type *ty;

	if (w->used == w->n) {
		sema_fail_at(w->s, w->call->span, D_PRINTF_ARG_PROTO, "conversion %u of %s(), %%%.*s, has no "
			     "%s to print", w->number, w->call->a->name, c->len, c->text,
			     w->args ? "argument" : "key");
		return false;
	}
	if (!w->args) {
		ty = w->keys[w->used++];
		return check_type(w, c, ty, w->call->span, type_name(w->s->types, ty));
	}
	arg = &w->args[w->used++];
	if (!check_type(w, c, (*arg)->type, (*arg)->span, tname(w->s, *arg)))
		return false;
	if (c->conv->wants == W_STRING && !is_dynamic(w->s, *arg))
		*arg = to_string(w->s, *arg);
	return true;
}

// "%@d": the value of an aggregation. Histograms ignore the letter.
static bool take_agg(struct walk *w, const struct item_conv *c)
{
	if (!w->agg) {
		sema_fail_at(w->s, w->call->span, D_PRINTF_AGG_CONV, "conversion %u, %%%.*s, prints an "
			     "aggregation, which only printa() does", w->number, c->len, c->text);
		return false;
	}
	if (w->agg->func >= AGG_QUANTIZE)
		return true;
	return check_type(w, c, type_base(w->s->types, c->conv->sign == UNSIGNED ? "uint64_t" : "int64_t"),
			  w->call->span, "a 64-bit integer");
}

static bool check_conversion(struct walk *w, const struct item_conv *c)
{
	if (!c->conv) {
		sema_fail_at(w->s, w->call->args.v[0]->span, D_SYNTAX,
			     "format conversion %u of %s() is undefined: %%%.*s", w->number, w->call->a->name,
			     c->len, c->text);
		if (!c->len)
			sema_hint(w->s, "write %%%% for a percent sign");
		return false;
	}
	if (c->conv->wants == W_PERCENT)
		return true;
	if (c->width_arg && !take_star(w, c, "width"))
		return false;
	if (c->prec_arg && !take_star(w, c, "precision"))
		return false;
	return c->agg ? take_agg(w, c) : take_value(w, c);
}

static bool check_format(struct walk *w, const char *format)
{
	for (const char *at = strchr(format, '%'); at; at = strchr(at, '%')) {
		struct item_conv c = { 0 };

		at = parse_conversion(&c, at + 1);
		w->number++;
		if (!check_conversion(w, &c))
			return false;
	}
	return true;
}

static bool usable_format(struct sema *s, struct expr *call)
{
	struct expr *format = call->args.v[0];

	check_expr(s, format);
	if (format->kind != EX_STRING) {
		if (is_error(format))
			poison(s, call);
		else
			sema_fail(s, call, D_PRINTF_ARG_FMT, "the format of %s() must be a string literal",
				  call->a->name);
		return false;
	}
	if (!*format->str) {
		sema_fail(s, call, D_PRINTF_FMT_EMPTY, "the format of %s() is empty", call->a->name);
		return false;
	}
	return true;
}

// Aggregations and actions have no value, which their conversion will say.
static void check_value(struct sema *s, struct expr *e)
{
	if (is_location(s, e))
		check_location(s, e);
	else if (is_action(s, e))
		e->type = type_base(s->types, "void");
	else
		check_expr(s, e);
}

void check_printf(struct sema *s, struct expr *call)
{
	struct walk w = { .s = s, .call = call };

	if (!call->args.n) {
		sema_fail(s, call, D_PROTO_LEN, "%s() needs a format", call->a->name);
		return;
	}
	for (uint32_t i = 1; i < call->args.n; i++)
		check_value(s, call->args.v[i]);
	if (!usable_format(s, call))
		return;
	w.args = call->args.v + 1;
	w.n = call->args.n - 1;
	if (!check_format(&w, call->args.v[0]->str)) {
		poison(s, call);
		return;
	}
	if (w.used < w.n)
		sema_fail(s, call, D_PRINTF_ARG_EXTRA, "%s() has %u argument%s more than its format prints",
			  call->a->name, w.n - w.used, w.n - w.used == 1 ? "" : "s");
	for (uint32_t i = 0; i < w.n; i++)
		if (is_error(w.args[i]))
			poison(s, call);
}

// ---- printa ----------------------------------------------------------------

static bool same_keys(struct sema *s, struct expr *call, const struct ident *a, const struct ident *b)
{
	if (a->keys.n != b->keys.n) {
		sema_fail(s, call, D_PRINTA_AGGKEY, "@%s has %u key%s and @%s has %u, so that printa() cannot "
			  "print them together", a->name, a->keys.n, a->keys.n == 1 ? "" : "s", b->name,
			  b->keys.n);
		return false;
	}
	for (uint32_t i = 0; i < a->keys.n; i++) {
		struct expr key = { .kind = EX_NAME, .type = b->keys.v[i] };

		if (passable(s, a->keys.v[i], &key))
			continue;
		sema_fail(s, call, D_PRINTA_AGGPROTO, "key %u of @%s is %s and of @%s %s, so that printa() "
			  "cannot print them together", i + 1, a->name, type_name(s->types, a->keys.v[i]),
			  b->name, type_name(s->types, b->keys.v[i]));
		return false;
	}
	return true;
}

// The aggregations from argument first on; the first of them, or NULL: reported.
static struct ident *printed_aggs(struct sema *s, struct expr *call, uint32_t first)
{
	struct ident *agg = NULL;

	for (uint32_t i = first; i < call->args.n; i++) {
		struct ident *next = agg_argument(s, call->args.v[i], D_PRINTA_AGGARG, D_PRINTA_AGGBAD);

		if (!next || (agg && !same_keys(s, call, agg, next))) {
			poison(s, call);
			return NULL;
		}
		agg = agg ? agg : next;
	}
	return agg;
}

void check_printa(struct sema *s, struct expr *call)
{
	bool has_format = call->args.n && call->args.v[0]->kind == EX_STRING;
	struct walk w = { .s = s, .call = call };

	if (call->args.n <= (has_format ? 1 : 0)) {
		sema_fail(s, call, D_PRINTA_PROTO, "printa() needs an aggregation");
		sema_hint(s, "write printa(@name) or printa(\"format\", @name)");
		return;
	}
	w.agg = printed_aggs(s, call, has_format);
	if (!w.agg || !has_format || !usable_format(s, call))
		return;
	w.keys = w.agg->keys.v;
	w.n = w.agg->keys.n;
	if (!check_format(&w, call->args.v[0]->str))
		poison(s, call);
}
