// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// print(): a value with the names of its type and members. The layout is
// decided here and becomes a format: what the client gets is a printf() whose
// values lie inside the bytes of the whole.

#include "dlang/lower/expr.h"

#include <string.h>

enum { INDENT = 4, MAX_DEPTH = 16, MAX_VALUES = 2000 };

struct printer {
	struct lower *l;
	struct sbuf *out;
	struct action *a;
	uint32_t depth;
};

static void print_value(struct printer *p, struct type *type, uint32_t offset);

static void indent(struct printer *p)
{
	sbuf_printf(p->out, "%*s", (int)(INDENT * p->depth), "");
}

static void add(struct printer *p, enum value_kind kind, uint32_t offset, uint32_t size)
{
	vec_push(p->l->a, &p->a->values,
		 ((struct value_desc){ .kind = kind, .offset = offset, .size = size, .type = "" }));
}

static void print_members(struct printer *p, struct type *t, uint32_t offset)
{
	sbuf_puts(p->out, "{\n");
	p->depth++;
	for (uint32_t i = 0; i < t->members.n; i++) {
		const struct type_member *m = &t->members.v[i];

		indent(p);
		sbuf_puts(p->out, type_name(p->l->types, m->type));
		if (m->name)
			sbuf_printf(p->out, " %s", m->name);
		sbuf_puts(p->out, m->bit_size ? " = <bit-field>" : " = ");
		if (!m->bit_size)
			print_value(p, m->type, offset + m->offset);
		sbuf_puts(p->out, "\n");
	}
	p->depth--;
	indent(p);
	sbuf_puts(p->out, "}");
}

static void print_array(struct printer *p, struct type *t, uint32_t offset)
{
	struct type *base = type_resolve(p->l->types, t->base);
	uint32_t size = size_of(p->l, base);

	if (base->is_char && t->nelems) {
		sbuf_puts(p->out, "[ \"%S\" ]");
		add(p, VK_STRING, offset, (uint32_t)t->nelems);
		return;
	}
	sbuf_puts(p->out, "[ ");
	for (uint64_t i = 0; i < t->nelems && p->a->values.n < MAX_VALUES; i++) {
		sbuf_puts(p->out, i ? ", " : "");
		print_value(p, base, offset + (uint32_t)i * size);
	}
	sbuf_puts(p->out, " ]");
}

static void print_value(struct printer *p, struct type *type, uint32_t offset)
{
	struct type *t = type_resolve(p->l->types, type);
	uint32_t size = t->kind == TY_STRING ? 0 : size_of(p->l, t);

	if (p->a->values.n >= MAX_VALUES || p->depth >= MAX_DEPTH) {
		sbuf_puts(p->out, "...");
	} else if (t->kind == TY_STRUCT || t->kind == TY_UNION) {
		print_members(p, t, offset);
	} else if (t->kind == TY_ARRAY) {
		print_array(p, t, offset);
	} else if (type_is_scalar(p->l->types, t) && (size == 1 || size == 2 || size == 4 || size == 8)) {
		sbuf_puts(p->out, "0x%x");
		add(p, VK_INT, offset, size);
	} else {
		sbuf_puts(p->out, "<unknown>");
	}
}

struct action print_describe(struct lower *l, const struct expr *e, uint32_t *size)
{
	const struct expr *x = e->args.v[0];
	struct action a = { .kind = ACT_PRINTF };
	struct sbuf out;
	struct printer p = { .l = l, .out = &out, .a = &a };
	struct value_desc whole;

	value_describe(l, x, false, &whole);
	whole.offset = a.at = *size = round8(*size);
	*size += whole.size;
	sbuf_init(&out, l->a);
	sbuf_printf(&out, "%s ", type_name(l->types, x->type));
	if (whole.kind == VK_INT || whole.kind == VK_BYTES) {
		print_value(&p, x->type, whole.offset);
	} else {
		sbuf_puts(&out, "\"%S\"");
		vec_push(l->a, &a.values, whole);
	}
	sbuf_puts(&out, "\n");
	a.format = out.s;
	return a;
}

// The whole value, over which those of the format lie.
void print_store(struct lower *l, const struct expr *e, const struct action *a, struct value_desc *whole)
{
	value_describe(l, e->args.v[0], false, whole);
	whole->offset = a->at;
}
