// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Types as text, in the way C declares them: what stands left of the name
// ("int (*") and what stands right of it (")(char, int)"), with no name between.

#include "dlang/base/sbuf.h"
#include "dlang/syntax/ast.h"
#include "dlang/types/container.h"

enum { TEXT_MAX = 2048 };	// function types of corrupt BTF may be endless

static void left(struct types *t, struct sbuf *b, struct type *ty, bool deref);
static void right(struct types *t, struct sbuf *b, struct type *ty, bool deref);

static void whole(struct types *t, struct sbuf *b, struct type *ty)
{
	left(t, b, ty, false);
	right(t, b, ty, false);
}

static void quals(struct sbuf *b, uint32_t q, bool trailing)
{
	static const struct {
		uint32_t bit;
		const char *text;
	} words[] = {
		{ TSF_CONST, "const" }, { TSF_VOLATILE, "volatile" }, { TSF_RESTRICT, "restrict" },
	};

	for (unsigned i = 0; i < 3; i++) {
		if (!(q & words[i].bit))
			continue;
		sbuf_printf(b, trailing ? " %s" : "%s ", words[i].text);
	}
}

static void tag(struct sbuf *b, const char *keyword, const struct type *ty)
{
	sbuf_printf(b, "%s %s", keyword, ty->name ? ty->name : "{...}");
}

static void integer(struct sbuf *b, const struct type *ty)
{
	if (ty->name)
		sbuf_puts(b, ty->name);
	else
		sbuf_printf(b, "%sint%u_t", ty->is_signed ? "" : "u", (unsigned)ty->size * 8);
}

static void pointer(struct types *t, struct sbuf *b, struct type *ty)
{
	left(t, b, ty->base, true);
	if (b->n && b->s[b->n - 1] != '*' && b->s[b->n - 1] != '(')
		sbuf_putc(b, ' ');
	sbuf_putc(b, '*');
	quals(b, ty->quals, true);
}

// deref: ty is what a pointer points to; arrays and functions then want "(".
static void left(struct types *t, struct sbuf *b, struct type *ty, bool deref)
{
	if (b->n > TEXT_MAX)
		return;
	if (ty->kind != TY_PTR)
		quals(b, ty->quals, false);
	switch (ty->kind) {
	case TY_PTR:
		pointer(t, b, ty);
		break;
	case TY_ARRAY:
	case TY_FUNC:
	case TY_ASSOC:
		left(t, b, ty->base, false);
		if (deref && b->n && b->s[b->n - 1] == '*')
			sbuf_putc(b, '(');
		else if (deref)
			sbuf_puts(b, " (");
		break;
	case TY_STRUCT:
		tag(b, "struct", ty);
		break;
	case TY_UNION:
		tag(b, "union", ty);
		break;
	case TY_ENUM:
		tag(b, "enum", ty);
		break;
	case TY_TYPEDEF:
		if (ty->name)
			sbuf_puts(b, ty->name);
		else
			left(t, b, ty->base, deref);
		break;
	case TY_INT:
		integer(b, ty);
		break;
	default:
		sbuf_puts(b, ty->name ? ty->name : "?");
	}
}

static void params(struct types *t, struct sbuf *b, struct type *ty, const char *brackets)
{
	sbuf_putc(b, brackets[0]);
	for (uint32_t i = 0; i < ty->params.n && b->n < TEXT_MAX; i++) {
		sbuf_puts(b, i ? ", " : "");
		whole(t, b, ty->params.v[i]);
	}
	if (ty->varargs)
		sbuf_puts(b, ty->params.n ? ", ..." : "...");
	else if (ty->params.n == 0)
		sbuf_puts(b, "void");
	sbuf_putc(b, brackets[1]);
}

static void right(struct types *t, struct sbuf *b, struct type *ty, bool deref)
{
	if (b->n > TEXT_MAX)
		return;
	if (ty->kind == TY_PTR || (ty->kind == TY_TYPEDEF && !ty->name)) {
		right(t, b, ty->base, ty->kind == TY_PTR || deref);
		return;
	}
	if (ty->kind != TY_ARRAY && ty->kind != TY_FUNC && ty->kind != TY_ASSOC)
		return;
	if (deref)
		sbuf_putc(b, ')');
	else if (b->n && b->s[b->n - 1] != ']' && b->s[b->n - 1] != '*')
		sbuf_putc(b, ' ');
	if (ty->kind == TY_ARRAY)
		sbuf_printf(b, "[%llu]", (unsigned long long)ty->nelems);
	else
		params(t, b, ty, ty->kind == TY_FUNC ? "()" : "[]");
	right(t, b, ty->base, false);
}

const char *type_name(struct types *t, struct type *ty)
{
	struct sbuf b;

	sbuf_init(&b, t->arena);
	whole(t, &b, ty);
	return b.s;
}
