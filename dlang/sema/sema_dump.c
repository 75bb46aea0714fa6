// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The dump of sema: see sema_dump.h. Stable text, one line per statement.

#include "dlang/sema/sema_dump.h"

#include <inttypes.h>

#include "dlang/types/type.h"

struct dump {
	struct sbuf *out;
	struct types *types;
};

static const char *const ops[] = {
	[OP_NONE] = "",
	[OP_ADD] = "+", [OP_SUB] = "-", [OP_MUL] = "*", [OP_DIV] = "/", [OP_MOD] = "%",
	[OP_AND] = "&", [OP_OR] = "|", [OP_XOR] = "^", [OP_SHL] = "<<", [OP_SHR] = ">>",
	[OP_LT] = "<", [OP_LE] = "<=", [OP_GT] = ">", [OP_GE] = ">=",
	[OP_EQ] = "==", [OP_NE] = "!=",
	[OP_LAND] = "&&", [OP_LOR] = "||", [OP_LXOR] = "^^",
	[OP_NOT] = "!", [OP_BNOT] = "~", [OP_NEG] = "neg", [OP_PLUS] = "plus",
	[OP_DEREF] = "deref", [OP_ADDR] = "addr", [OP_INC] = "++", [OP_DEC] = "--",
};

static const char *const scopes[] = { [SC_GLOBAL] = "", [SC_SELF] = "self->", [SC_THIS] = "this->" };

static void dump_expr(struct dump *d, const struct expr *e);

static void dump_text(struct dump *d, const struct expr *e)
{
	sbuf_putc(d->out, '"');
	for (uint32_t i = 0; i < e->len; i++) {
		unsigned char c = (unsigned char)e->str[i];

		if (c < ' ' || c > '~' || c == '"' || c == '\\')
			sbuf_printf(d->out, "\\%03o", c);
		else
			sbuf_putc(d->out, (char)c);
	}
	sbuf_putc(d->out, '"');
}

static void dump_operand(struct dump *d, const struct expr *e)
{
	if (!e)
		return;
	sbuf_putc(d->out, ' ');
	dump_expr(d, e);
}

static void dump_args(struct dump *d, const struct expr *e)
{
	for (uint32_t i = 0; i < e->args.n; i++)
		dump_operand(d, e->args.v[i]);
}

// What stands in the parentheses before the operands.
static void dump_head(struct dump *d, const struct expr *e)
{
	switch (e->kind) {
	case EX_UNARY:
	case EX_BINARY: sbuf_puts(d->out, ops[e->op]); break;
	case EX_POSTFIX: sbuf_printf(d->out, "post%s", ops[e->op]); break;
	case EX_ASSIGN: sbuf_printf(d->out, "%s=", ops[e->op]); break;
	case EX_COND: sbuf_puts(d->out, "?:"); break;
	case EX_COMMA: sbuf_putc(d->out, ','); break;
	case EX_CALL: sbuf_puts(d->out, e->a->name); break;
	case EX_INDEX: sbuf_puts(d->out, e->ident ? "key" : "index"); break;
	case EX_CAST: sbuf_puts(d->out, "cast"); break;
	case EX_STRINGOF: sbuf_puts(d->out, "stringof"); break;
	case EX_LET: sbuf_printf(d->out, "let %s", e->ident->name); break;
	case EX_MEMBER:
		sbuf_printf(d->out, "%s%s@%u", e->arrow ? "->" : ".", e->name, e->member_off);
		if (e->bit_size)
			sbuf_printf(d->out, ":%u+%u", e->bit_off, e->bit_size);
		break;
	default: sbuf_puts(d->out, "error"); break;
	}
}

static void dump_node(struct dump *d, const struct expr *e)
{
	sbuf_putc(d->out, '(');
	dump_head(d, e);
	if (e->kind != EX_CALL)
		dump_operand(d, e->a);
	dump_operand(d, e->b);
	dump_operand(d, e->c);
	dump_args(d, e);
	sbuf_putc(d->out, ')');
}

static void dump_expr(struct dump *d, const struct expr *e)
{
	switch (e->kind) {
	case EX_INT:
		sbuf_printf(d->out, "%" PRId64, (int64_t)e->value);
		break;
	case EX_STRING:
		dump_text(d, e);
		return;
	case EX_NAME:
		sbuf_printf(d->out, "%s%s", scopes[e->scope], e->name);
		break;
	case EX_AGG:
		sbuf_printf(d->out, "@%s", e->name);
		return;
	case EX_ERROR:
		sbuf_puts(d->out, "(error)");
		return;
	default: dump_node(d, e); break;
	}
	if (e->type && e->type->kind != TY_DYN)
		sbuf_printf(d->out, "<%s>", type_name(d->types, e->type));
}

static void dump_body(struct dump *d, struct stmt *const *v, uint32_t n, int indent)
{
	for (uint32_t i = 0; i < n; i++) {
		sbuf_printf(d->out, "%*s", indent, "");
		if (v[i]->kind == STM_IF)
			sbuf_puts(d->out, "if ");
		dump_expr(d, v[i]->expr);
		sbuf_putc(d->out, '\n');
		dump_body(d, v[i]->then_body.v, v[i]->then_body.n, indent + 2);
		if (!v[i]->else_body.n)
			continue;
		sbuf_printf(d->out, "%*selse\n", indent, "");
		dump_body(d, v[i]->else_body.v, v[i]->else_body.n, indent + 2);
	}
}

static void dump_clause(struct dump *d, const struct sclause *sc)
{
	sbuf_puts(d->out, "clause");
	for (uint32_t i = 0; i < sc->probes.n; i++)
		sbuf_printf(d->out, " %u", sc->probes.v[i]->id);
	if (sc->stable)
		sbuf_printf(d->out, " as %s:::%s", sc->stable->prov, sc->stable->name);
	if (sc->current) {
		sbuf_puts(d->out, " of ");
		dump_expr(d, sc->current);
	}
	if (sc->support)
		sbuf_puts(d->out, " for a provider");
	if (sc->cond) {
		sbuf_puts(d->out, " if ");
		dump_expr(d, sc->cond);
	}
	sbuf_putc(d->out, '\n');
	if (sc->clause->pred) {
		sbuf_puts(d->out, "  /");
		dump_expr(d, sc->clause->pred);
		sbuf_puts(d->out, "/\n");
	}
	dump_body(d, sc->clause->body.v, sc->clause->body.n, 2);
}

static void dump_vars(struct dump *d, struct ident *const *v, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		sbuf_printf(d->out, "var %s%s <%s>\n", scopes[v[i]->scope], v[i]->name,
			    type_name(d->types, v[i]->type));
}

static void dump_agg(struct dump *d, const struct ident *agg)
{
	static const char *const funcs[] = {
		[AGG_COUNT] = "count", [AGG_SUM] = "sum", [AGG_AVG] = "avg", [AGG_MIN] = "min",
		[AGG_MAX] = "max", [AGG_STDDEV] = "stddev", [AGG_QUANTIZE] = "quantize",
		[AGG_LQUANTIZE] = "lquantize", [AGG_LLQUANTIZE] = "llquantize",
	};

	sbuf_printf(d->out, "agg @%s %s", agg->name, funcs[agg->func]);
	if (agg->nlevels)
		sbuf_printf(d->out, "/%u", agg->nlevels);
	for (uint32_t i = 0; i < agg->keys.n; i++)
		sbuf_printf(d->out, " <%s>", type_name(d->types, agg->keys.v[i]));
	sbuf_putc(d->out, '\n');
}

// "probe p:name <native>... : <args[]>..."
static void dump_provider(struct dump *d, const struct provider_info *pv)
{
	for (uint32_t i = 0; i < pv->probes.n; i++) {
		const struct provider_probe_info *p = &pv->probes.v[i];

		sbuf_printf(d->out, "probe %s:%s", pv->name, p->dname);
		for (uint32_t k = 0; k < p->native.n; k++)
			sbuf_printf(d->out, " <%s>", type_name(d->types, p->native.v[k]));
		sbuf_puts(d->out, " :");
		for (uint32_t k = 0; k < p->args.n; k++)
			sbuf_printf(d->out, " %u%s<%s>", p->args.v[k].from,
				    p->args.v[k].translated ? " xlate " : "", type_name(d->types, p->args.v[k].type));
		sbuf_putc(d->out, '\n');
	}
}

void sema_dump(struct sbuf *out, struct types *types, const struct sprogram *p)
{
	struct dump d = { out, types };

	dump_vars(&d, p->globals.v, p->globals.n);
	dump_vars(&d, p->selfs.v, p->selfs.n);
	dump_vars(&d, p->locals.v, p->locals.n);
	for (uint32_t i = 0; i < p->aggs.n; i++)
		dump_agg(&d, p->aggs.v[i]);
	for (uint32_t i = 0; i < p->providers.n; i++)
		if (!p->providers.v[i]->in_library)
			dump_provider(&d, p->providers.v[i]);
	for (uint32_t i = 0; i < p->clauses.n; i++)
		dump_clause(&d, &p->clauses.v[i]);
}
