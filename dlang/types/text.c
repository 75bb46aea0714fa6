// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// C types written as text, for tables: "const struct sock *", "char [16]",
// "void (*)(int)", and D's "int [string, int]". Any error makes the whole text
// no type; there are no messages, since the text is ours.

#include <stdlib.h>
#include <string.h>

#include "dlang/types/container.h"
#include "dlang/types/words.h"

enum { NESTING_MAX = 32, PARAMS_MAX = 32, WORD_MAX = 128 };

struct text {
	struct types *t;
	const char *p;
	unsigned nesting;
	bool bad;
};

// The specifiers read so far.
struct words {
	enum typespec_kind kind;
	uint32_t flags;			// TSF_*
	struct type *named;		// struct, union, enum, typedef
};

static const struct {
	const char *word;
	enum typespec_kind kind;
	uint32_t flag;
} words[] = {
	{ "void", TS_VOID, 0 }, { "char", TS_CHAR, 0 }, { "int", TS_INT, 0 },
	{ "float", TS_FLOAT, 0 }, { "double", TS_DOUBLE, 0 }, { "_Bool", TS_BOOL, 0 },
	{ "string", TS_STRING, 0 },
	{ "signed", TS_NONE, TSF_SIGNED }, { "unsigned", TS_NONE, TSF_UNSIGNED },
	{ "short", TS_NONE, TSF_SHORT }, { "long", TS_NONE, TSF_LONG },
	{ "const", TS_NONE, TSF_CONST }, { "volatile", TS_NONE, TSF_VOLATILE },
	{ "restrict", TS_NONE, TSF_RESTRICT }, { "userland", TS_NONE, TSF_USERLAND },
};

static const struct {
	const char *word;
	enum type_kind kind;
} tags[] = { { "struct", TY_STRUCT }, { "union", TY_UNION }, { "enum", TY_ENUM } };

static struct type *type(struct text *x);
static struct type *declarator(struct text *x, struct type *base, bool userland);

static struct type *fail(struct text *x)
{
	x->bad = true;
	return type_error(x->t);
}

static void blank(struct text *x)
{
	x->p += strspn(x->p, " \t\n");
}

static bool accept(struct text *x, char c)
{
	blank(x);
	if (*x->p != c)
		return false;
	x->p++;
	return true;
}

static void expect(struct text *x, char c)
{
	if (!accept(x, c))
		x->bad = true;
}

// Reads a word into out; its length, or 0 and nothing is read.
static size_t word(struct text *x, char out[WORD_MAX])
{
	size_t n;

	blank(x);
	n = strspn(x->p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789`");
	if (n == 0 || n >= WORD_MAX || (*x->p >= '0' && *x->p <= '9'))
		return 0;
	memcpy(out, x->p, n);
	out[n] = '\0';
	x->p += n;
	return n;
}

static bool keyword(struct words *w, const char *s)
{
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (strcmp(words[i].word, s) != 0)
			continue;
		if (words[i].kind != TS_NONE && w->kind != TS_NONE)
			return false;
		w->flags |= (words[i].flag & w->flags & TSF_LONG) ? TSF_LONGLONG : words[i].flag;
		if (words[i].kind != TS_NONE)
			w->kind = words[i].kind;
		return true;
	}
	return false;
}

static bool tagged(struct text *x, struct words *w, const char *s)
{
	char name[WORD_MAX];

	for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
		if (strcmp(tags[i].word, s) != 0)
			continue;
		if (word(x, name))
			w->named = type_find_tag(x->t, tags[i].kind, name);
		if (!w->named)
			w->named = fail(x);
		return true;
	}
	return false;
}

// A word that is none of the specifiers' ends them: it is given back.
static void specifiers(struct text *x, struct words *w)
{
	char s[WORD_MAX];

	for (;;) {
		const char *before = x->p;
		bool complete;

		if (!word(x, s))
			return;
		complete = w->named || w->kind != TS_NONE || (w->flags & (TSF_LONG | TSF_SHORT
				| TSF_SIGNED | TSF_UNSIGNED));
		if (keyword(w, s) || tagged(x, w, s))
			continue;
		if (!complete)
			w->named = type_find_typedef(x->t, s);
		if (complete || !w->named) {
			x->p = before;
			return;
		}
	}
}

static uint32_t pointer_quals(struct text *x)
{
	struct words w = { 0 };

	for (;;) {
		const char *before = x->p;
		char s[WORD_MAX];

		if (!word(x, s))
			return w.flags;
		if (!keyword(&w, s)) {
			x->p = before;
			return w.flags;
		}
	}
}

// Types up to the closing bracket, or up to "..."; how many.
static uint32_t list(struct text *x, struct type *v[PARAMS_MAX], char close, bool *varargs)
{
	uint32_t n = 0;

	*varargs = false;
	if (accept(x, close))
		return 0;
	do {
		char name[WORD_MAX];

		blank(x);
		*varargs = strncmp(x->p, "...", 3) == 0;
		if (*varargs) {
			x->p += 3;
			break;
		}
		if (n == PARAMS_MAX) {
			x->bad = true;
			break;
		}
		v[n++] = type(x);
		(void)word(x, name);
	} while (!x->bad && accept(x, ','));
	expect(x, close);
	return n;
}

// Array bounds, key tuples and parameters, applied right to left.
static struct type *suffix(struct text *x, struct type *base)
{
	struct type *v[PARAMS_MAX];
	bool varargs;
	uint32_t n;

	if (x->bad || x->nesting > NESTING_MAX)
		return fail(x);
	if (accept(x, '(')) {
		n = list(x, v, ')', &varargs);
		if (n == 1 && v[0]->kind == TY_VOID)
			n = 0;
		return type_func(x->t, suffix(x, base), v, n, varargs);
	}
	if (!accept(x, '['))
		return base;
	blank(x);
	if (*x->p == ']' || (*x->p >= '0' && *x->p <= '9')) {
		char *end;
		uint64_t count = strtoull(x->p, &end, 0);

		x->p = end;
		expect(x, ']');
		return type_array(x->t, suffix(x, base), count);
	}
	n = list(x, v, ']', &varargs);
	return type_assoc(x->t, suffix(x, base), v, n);
}

// "(*...)": what is inside applies to base with the suffix that follows.
static struct type *nested(struct text *x, struct type *base, bool userland)
{
	const char *inside = x->p, *after;
	unsigned open = 1;

	for (; *x->p && open; x->p++)
		open += (*x->p == '(') - (unsigned)(*x->p == ')');
	if (open)
		return fail(x);
	base = suffix(x, base);
	after = x->p;
	x->p = inside;
	base = declarator(x, base, userland);
	expect(x, ')');
	x->p = after;
	return base;
}

static struct type *declarator(struct text *x, struct type *base, bool userland)
{
	const char *before;

	if (++x->nesting > NESTING_MAX)
		return fail(x);
	while (accept(x, '*')) {
		base = userland ? type_ptr_userland(x->t, base) : type_ptr(x->t, base);
		base = type_qualified(x->t, base, pointer_quals(x));
	}
	before = x->p;
	if (accept(x, '(')) {
		blank(x);
		if (*x->p == '*' || *x->p == '(') {
			base = nested(x, base, userland);
			x->nesting--;
			return base;
		}
	}
	x->p = before;
	base = suffix(x, base);
	x->nesting--;
	return base;
}

static struct type *type(struct text *x)
{
	struct words w = { 0 };
	struct type *base;

	if (x->nesting > NESTING_MAX)
		return fail(x);
	specifiers(x, &w);
	base = w.named ? w.named : type_from_words(x->t, w.kind, w.flags);
	if (!base)
		return fail(x);
	base = type_qualified(x->t, base, w.flags & (TSF_CONST | TSF_VOLATILE | TSF_RESTRICT));
	return declarator(x, base, w.flags & TSF_USERLAND);
}

struct type *type_parse(struct types *t, const char *text)
{
	struct text x = { .t = t, .p = text };
	struct type *ty = type(&x);

	blank(&x);
	return x.bad || *x.p || ty->kind == TY_ERROR ? NULL : ty;
}
