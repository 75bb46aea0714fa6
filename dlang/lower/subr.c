// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Subroutines. Short ones are emitted inline; those that loop over strings are
// functions of the run-time library (dlang/runtime). Two tables say which.

#include "dlang/lower/expr.h"

#include <string.h>

enum { HELPER_PRANDOM = 7, HELPER_PROBE_READ_USER = 112, COPYIN_MAX = 8192, COPYIN_DEFAULT = 1024 };

uint32_t runtime_fn(struct lower *l, const char *name)
{
	for (uint32_t i = 0; i < l->obj->runtime.n; i++)
		if (!strcmp(l->obj->runtime.v[i], name))
			return i;
	vec_push(l->a, &l->obj->runtime, name);
	return l->obj->runtime.n - 1;
}

// ---- string results: run-time functions whose first argument is the destination -----

// What a function's arguments are, after the destination: s string, n number,
// c character, ? 1 when the optional argument before it was given.
static const struct string_fn {
	enum builtin b;
	const char *name, *args;
} string_fns[] = {
	{ BS_BASENAME, "dt_basename", "s" },
	{ BS_DIRNAME, "dt_dirname", "s" },
	{ BS_LLTOSTR, "dt_lltostr", "nb" },
	{ BS_STRCHR, "dt_strchr", "sn" },
	{ BS_STRJOIN, "dt_strjoin", "ss" },
	{ BS_STRRCHR, "dt_strrchr", "sn" },
	{ BS_STRSTR, "dt_strstr", "ss" },
	{ BS_SUBSTR, "dt_substr", "sno?" },
	{ BS_TOLOWER, "dt_tolower", "s" },
	{ BS_TOUPPER, "dt_toupper", "s" },
};

static const struct string_fn *string_fn(enum builtin b)
{
	for (size_t i = 0; i < sizeof string_fns / sizeof *string_fns; i++)
		if (string_fns[i].b == b)
			return &string_fns[i];
	return NULL;
}

// Evaluates the arguments in order: all into registers before the call.
static uint32_t fn_args(struct lower *l, const struct expr *e, const char *kinds, struct ir_val *out)
{
	uint32_t n = 0;

	for (uint32_t i = 0; kinds[i]; i++) {
		const struct expr *a = i < e->args.n ? e->args.v[i] : NULL;

		switch (kinds[i]) {
		case 's':
			out[n++] = str_addr(l, a).v;
			break;
		case 'n':
			out[n++] = lower_int(l, a);
			break;
		case 'o':
			out[n++] = a ? lower_int(l, a) : ir_i(0);
			break;
		case 'b':
			out[n++] = a ? lower_int(l, a) : ir_i(10);
			break;
		case '?':
			out[n] = ir_i(e->args.n >= i);
			n++;
			break;
		}
	}
	return n;
}

void subr_string(struct lower *l, const struct expr *e, struct rv base, int32_t off, uint32_t cap)
{
	const struct string_fn *fn = string_fn(e->ident->builtin);
	struct ir_val args[6], r;
	uint32_t n;
	struct rv dst = base;

	if (!fn) {
		diag_error(l->diags, e->span, D_UNKNOWN, "%s() cannot be used here", e->ident->name);
		return;
	}
	n = fn_args(l, e, fn->args, args + 1) + 1;
	if (cap < l->strsize)	// the function fills strsize bytes
		dst = scratch_at(l, scratch_alloc(l, l->strsize), l->strsize);
	else if (off)
		dst.v = ir_r(ir_ptr_add(l->f, base.v, ir_i(off)));
	args[0] = dst.v;
	r = ir_r(ir_callrt(l->f, IK_SCALAR, runtime_fn(l, fn->name), args, n));
	if (e->ident->builtin == BS_LLTOSTR)
		fault_if(l, IC_SLT, ir_ext(l->f, IR_SX, 4, r), ir_i(0), FLT_ILLOP, ir_i(0), e->span);
	if (cap < l->strsize)
		copy_string(l, base, off, cap, dst.v, e->span);
}

// ---- scalar results --------------------------------------------------------------

static struct rv int_fn(struct lower *l, const struct expr *e, const char *name, const char *kinds)
{
	struct ir_val args[5], r;
	uint32_t n = fn_args(l, e, kinds, args);

	r = ir_r(ir_callrt(l->f, IK_SCALAR, runtime_fn(l, name), args, n));
	return rv_int(ir_ext(l->f, IR_SX, 4, r));
}

static struct rv subr_strlen(struct lower *l, const struct expr *e)
{
	return int_fn(l, e, "dt_strlen", "s");
}

static struct rv subr_index(struct lower *l, const struct expr *e)
{
	return int_fn(l, e, e->ident->builtin == BS_INDEX ? "dt_index" : "dt_rindex", "sso?");
}

static struct rv subr_swap(struct lower *l, const struct expr *e)
{
	static const struct { enum builtin b; uint8_t size; } sizes[] = {
		{ BS_HTONS, 2 }, { BS_NTOHS, 2 }, { BS_HTONL, 4 }, { BS_NTOHL, 4 },
		{ BS_HTONLL, 8 }, { BS_NTOHLL, 8 },
	};
	struct ir_val v = lower_int(l, e->args.v[0]);

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		if (sizes[i].b == e->ident->builtin) {
			if (v.kind == IV_IMM)
				v = ir_r(ir_copy(l->f, IK_SCALAR, v));
			return rv_int(ir_ext(l->f, IR_BSWAP, sizes[i].size, v));
		}
	return rv_int(v);
}

static struct rv subr_rand(struct lower *l, const struct expr *e)
{
	struct ir_val v = ir_r(ir_call(l->f, IK_SCALAR, HELPER_PRANDOM, NULL, 0));

	(void)e;
	return rv_int(ir_op2(l->f, IR_AND, v, ir_i(0x7fffffff)));
}

// A size known only at run time is bounded by the room set aside for it.
static struct ir_val copyin_size(struct lower *l, const struct expr *e, uint32_t *room)
{
	struct ir_val n = lower_int(l, e);

	*room = n.kind == IV_IMM ? round8((uint32_t)n.imm) : COPYIN_DEFAULT;
	if (n.kind == IV_IMM && (n.imm < 1 || n.imm > COPYIN_MAX)) {
		fault_always(l, FLT_NOSCRATCH, n, e->span);
		*room = 8;
		return ir_i(8);
	}
	if (n.kind == IV_REG) {
		fault_if(l, IC_UGE, n, ir_i(COPYIN_DEFAULT), FLT_NOSCRATCH, n, e->span);
		n = ir_op2(l->f, IR_AND, n, ir_i(COPYIN_DEFAULT - 1));
	}
	return n;
}

static struct rv subr_copyin(struct lower *l, const struct expr *e)
{
	struct ir_val addr = lower_int(l, e->args.v[0]), n, r, args[3];
	uint32_t room;
	struct rv m;

	n = copyin_size(l, e->args.v[1], &room);
	m = scratch_at(l, scratch_alloc(l, room), room);
	args[0] = m.v;
	args[1] = n;
	args[2] = addr;
	r = ir_r(ir_call(l->f, IK_SCALAR, HELPER_PROBE_READ_USER, args, 3));
	fault_if(l, IC_NE, r, ir_i(0), FLT_BADADDR, addr, e->args.v[0]->span);
	return m;
}

typedef struct rv (*subr_fn)(struct lower *l, const struct expr *e);

static const subr_fn subrs[BI_COUNT] = {
	[BS_COPYIN] = subr_copyin, [BS_HTONL] = subr_swap, [BS_HTONLL] = subr_swap,
	[BS_HTONS] = subr_swap, [BS_INDEX] = subr_index, [BS_NTOHL] = subr_swap,
	[BS_NTOHLL] = subr_swap, [BS_NTOHS] = subr_swap, [BS_RAND] = subr_rand,
	[BS_RINDEX] = subr_index, [BS_SPECULATION] = spec_new, [BS_STRLEN] = subr_strlen,
};

bool subr_needs_scratch(enum builtin b)
{
	return b == BS_COPYIN || b == BS_STRLEN || b == BS_INDEX || b == BS_RINDEX ||
	       b == BG_LLQUANTIZE || string_fn(b);
}

struct rv subr_scalar(struct lower *l, const struct expr *e)
{
	subr_fn fn = e->ident ? subrs[e->ident->builtin] : NULL;

	if (!fn) {
		diag_error(l->diags, e->span, D_UNKNOWN, "%s() cannot be used here",
			   e->ident ? e->ident->name : "this");
		return rv_int(ir_i(0));
	}
	return fn(l, e);
}
