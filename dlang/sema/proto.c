// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Prototypes of builtins, read from builtins.def when first used:
// "string (uintptr_t, [size_t])". "@" takes any type, [ ] is optional, a
// parameter that ends in "..." opens the rest.

#include "dlang/sema/check.h"

#include <string.h>

static const char *const texts[BI_COUNT] = {
#define VAR(id, name, type)
#define SUBR(id, name, proto) [BS_##id] = proto,
#define ACTION(id, name, proto) [BA_##id] = proto,
#define AGGFN(id, name, func)
#define ABSENT(kind, name, why)
#include "dlang/builtins.def"
#undef VAR
#undef SUBR
#undef ACTION
#undef AGGFN
#undef ABSENT
};

static struct type *parse_type(struct sema *s, const char *text, size_t n)
{
	struct type *ty;

	while (n && text[n - 1] == ' ')
		n--;
	ty = type_parse(s->types, arena_strndup(s->arena, text, n));
	return ty ? ty : type_error(s->types);
}

// parameter: [ '[' ] ( '@' | type ) [ ']' ] [ '...' ]
static void parse_param(struct sema *s, struct proto *p, const char *text, size_t n)
{
	bool optional = *text == '[';

	if (n >= 3 && !strncmp(text + n - 3, "...", 3)) {
		p->varargs = true;
		return;
	}
	if (optional) {
		text++;
		n -= 2;
	}
	vec_push(s->arena, &p->params, *text == '@' ? NULL : parse_type(s, text, n));
	if (!optional)
		p->required = p->params.n;
}

static struct proto *parse_proto(struct sema *s, const char *text)
{
	struct proto *p = ARENA_NEW(s->arena, struct proto);
	const char *open = strchr(text, '('), *close = strrchr(text, ')');

	p->text = text;
	p->result = parse_type(s, text, (size_t)(open - text));
	for (const char *at = open + 1; at < close;) {
		size_t n = strcspn(at, ",)");

		parse_param(s, p, at, n);
		at += n + 1;
		at += strspn(at, " ");
	}
	return p;
}

// NULL: has no prototype (an aggregating function).
const struct proto *proto_of(struct sema *s, enum builtin b)
{
	if (!s->protos)
		s->protos = arena_alloc(s->arena, BI_COUNT * sizeof *s->protos);
	if (!s->protos[b] && texts[b])
		s->protos[b] = parse_proto(s, texts[b]);
	return s->protos[b];
}

static bool check_count(struct sema *s, struct expr *call, const struct proto *p)
{
	const char *name = call->a->name;
	uint32_t n = call->args.n, max = p->params.n;

	if (n >= p->required && (n <= max || p->varargs))
		return true;
	if (max == p->required)
		sema_fail(s, call, D_PROTO_LEN, "%s() takes %u argument%s, not %u", name, max,
			  max == 1 ? "" : "s", n);
	else
		sema_fail(s, call, D_PROTO_LEN, "%s() takes %u to %u arguments, not %u", name,
			  p->required, max, n);
	sema_hint(s, "the prototype is %.*s%s%s", (int)strcspn(p->text, "("), p->text, name,
		  p->text + strcspn(p->text, "("));
	return false;
}

static bool check_arg(struct sema *s, struct expr *call, uint32_t i, struct type *want)
{
	struct expr *arg = call->args.v[i];

	if (is_error(arg)) {
		poison(s, call);
		return false;
	}
	if (!want)
		return true;
	if (!passable(s, want, arg)) {
		sema_fail_at(s, arg->span, D_PROTO_ARG, "argument %u of %s() must be %s, not %s",
			     i + 1, call->a->name, type_name(s->types, want), tname(s, arg));
		if (type_resolve(s->types, want)->kind == TY_STRING && is_int(s, arg))
			sema_hint(s, "copyinstr() reads a string at a user address, stringof() at a "
				     "kernel address");
		poison(s, call);
		return false;
	}
	call->args.v[i] = passed(s, want, arg);
	return true;
}

bool proto_check(struct sema *s, struct expr *call, const struct proto *p)
{
	if (!check_count(s, call, p))
		return false;
	for (uint32_t i = 0; i < call->args.n && i < p->params.n; i++)
		if (!check_arg(s, call, i, p->params.v[i]))
			return false;
	return true;
}
