// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Failures of sema. A clause may be checked several times (once per group of
// its descriptions), but what is wrong with it is said once.

#include <stdarg.h>

#include "dlang/sema/check.h"

static bool said_before(const struct sema *s, struct span at, enum errtag tag)
{
	for (uint32_t i = 0; i < s->diags->list.n; i++) {
		const struct diag *d = &s->diags->list.v[i];

		if (d->tag == tag && d->span.source == at.source && d->span.begin == at.begin &&
		    d->span.end == at.end)
			return true;
	}
	return false;
}

static void report(struct sema *s, struct span at, enum errtag tag, const char *fmt, va_list ap)
{
	s->repeated = said_before(s, at, tag);
	if (!s->repeated)
		diag_error(s->diags, at, tag, "%s", arena_vprintf(s->arena, fmt, ap));
}

void sema_fail(struct sema *s, struct expr *e, enum errtag tag, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	report(s, e->span, tag, fmt, ap);
	va_end(ap);
	poison(s, e);
}

void sema_fail_at(struct sema *s, struct span at, enum errtag tag, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	report(s, at, tag, fmt, ap);
	va_end(ap);
}

// Adds to the failure just reported what to do about it.
void sema_hint(struct sema *s, const char *fmt, ...)
{
	va_list ap;

	if (s->repeated)
		return;
	va_start(ap, fmt);
	diag_hint(s->diags, "%s", arena_vprintf(s->arena, fmt, ap));
	va_end(ap);
}

// "did you mean ...?", if anything is near enough.
void sema_hint_name(struct sema *s, const struct nearest *n)
{
	if (n->best)
		sema_hint(s, "did you mean '%s'?", n->best);
}

void poison(struct sema *s, struct expr *e)
{
	e->kind = EX_ERROR;
	e->type = type_error(s->types);
	e->ident = NULL;
	e->is_const = e->is_lvalue = false;
}

static const char *const op_texts[] = {
	[OP_NONE] = "=",
	[OP_ADD] = "+", [OP_SUB] = "-", [OP_MUL] = "*", [OP_DIV] = "/", [OP_MOD] = "%",
	[OP_AND] = "&", [OP_OR] = "|", [OP_XOR] = "^", [OP_SHL] = "<<", [OP_SHR] = ">>",
	[OP_LT] = "<", [OP_LE] = "<=", [OP_GT] = ">", [OP_GE] = ">=",
	[OP_EQ] = "==", [OP_NE] = "!=",
	[OP_LAND] = "&&", [OP_LOR] = "||", [OP_LXOR] = "^^",
	[OP_NOT] = "!", [OP_BNOT] = "~", [OP_NEG] = "-", [OP_PLUS] = "+",
	[OP_DEREF] = "*", [OP_ADDR] = "&", [OP_INC] = "++", [OP_DEC] = "--",
};

// The operator as it is written.
const char *op_words(enum op op)
{
	return (unsigned)op < sizeof op_texts / sizeof *op_texts ? op_texts[op] : "?";
}

const char *tname(struct sema *s, const struct expr *e)
{
	if (e->type->kind == TY_DYN)
		return "aggregation";
	return type_name(s->types, e->type);
}
