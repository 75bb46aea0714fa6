// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Subroutines. Short ones are emitted inline; those that loop over strings are
// functions of the run-time library (dlang/runtime). Two tables say which.

#include "dlang/lower/expr.h"

#include <string.h>

enum { HELPER_PRANDOM = 7 };

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
// c character, ? 1 when the optional argument before it was given; or who makes
// the string. FAILS: a result that is not 0 is NULL, or that fault.
enum { GIVES_NULL = 100 };

static const struct string_fn {
	enum builtin b;
	const char *name, *args;
	uint32_t fails;
	struct ir_val (*make)(struct lower *l, const struct expr *e, struct ir_val dst);
} string_fns[] = {
	{ BS_BASENAME, "dt_basename", "s", 0, NULL },
	{ BS_DIRNAME, "dt_dirname", "s", 0, NULL },
	{ BS_LLTOSTR, "dt_lltostr", "nb", FLT_ILLOP, NULL },
	{ BS_STRCHR, "dt_strchr", "sn", GIVES_NULL, NULL },
	{ BS_STRJOIN, "dt_strjoin", "ss", FLT_NOSCRATCH, NULL },
	{ BS_STRRCHR, "dt_strrchr", "sn", GIVES_NULL, NULL },
	{ BS_STRSTR, "dt_strstr", "ss", GIVES_NULL, NULL },
	{ BS_SUBSTR, "dt_substr", "sno?", 0, NULL },
	{ BS_CLEANPATH, "dt_cleanpath", "s", 0, NULL },
	{ BS_JSON, "dt_json", "ss", GIVES_NULL, NULL },
	{ BS_D_PATH, NULL, NULL, 0, subr_d_path },
	{ BS_DENTRY_PATH, NULL, NULL, 0, subr_d_path },
	{ BS_MOUNT_PATH, NULL, NULL, 0, subr_d_path },
	{ BS_INET_NTOA, NULL, NULL, 0, subr_inet },
	{ BS_INET_NTOA6, NULL, NULL, 0, subr_inet },
	{ BS_INET_NTOP, NULL, NULL, 0, subr_inet },
	{ BS_LINK_NTOP, NULL, NULL, 0, subr_link },
	{ BS_STRTOK, NULL, NULL, GIVES_NULL, subr_strtok },
	{ BS_TASK_ARGS, NULL, NULL, 0, subr_task_args },
	{ BS_TOLOWER, "dt_tolower", "s", 0, NULL },
	{ BS_TOUPPER, "dt_toupper", "s", 0, NULL },
};

static const struct string_fn *string_fn(enum builtin b)
{
	for (size_t i = 0; i < sizeof string_fns / sizeof *string_fns; i++)
		if (string_fns[i].b == b)
			return &string_fns[i];
	return NULL;
}

bool subr_gives_null(enum builtin b)
{
	const struct string_fn *fn = string_fn(b);

	return fn && fn->fails == GIVES_NULL;
}

// A string that must not be NULL.
struct ir_val string_arg(struct lower *l, const struct expr *e)
{
	struct rv s = str_addr(l, e);

	if (str_may_be_null(l, e))
		fault_if(l, IC_EQ, str_word(l, s), ir_i(STR_NULL), FLT_BADADDR, ir_i(0), e->span);
	return s.v;
}

// Evaluates the arguments in order: all into registers before the call.
static uint32_t fn_args(struct lower *l, const struct expr *e, const char *kinds, struct ir_val *out)
{
	uint32_t n = 0;

	for (uint32_t i = 0; kinds[i]; i++) {
		const struct expr *a = i < e->args.n ? e->args.v[i] : NULL;

		switch (kinds[i]) {
		case 's':
			out[n++] = string_arg(l, a);
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

static struct ir_val make_string(struct lower *l, const struct expr *e, const struct string_fn *fn,
				 struct ir_val dst)
{
	struct ir_val args[6];
	uint32_t n;

	if (fn->make) {
		ir_st(l->f, 8, dst, 0, ir_i(0));
		return fn->make(l, e, dst);
	}
	n = fn_args(l, e, fn->args, args + 1) + 1;
	args[0] = dst;
	ir_st(l->f, 8, dst, 0, ir_i(0));
	return ir_r(ir_callrt(l->f, IK_SCALAR, runtime_fn(l, fn->name), args, n));
}

static void failed(struct lower *l, const struct expr *e, uint32_t fails, struct ir_val r, struct ir_val dst)
{
	uint32_t null, end;

	if (fails != GIVES_NULL) {
		fault_if(l, IC_NE, r, ir_i(0), fails, ir_i(0), e->span);
		return;
	}
	null = ir_block(l->f, "NULL");
	end = ir_block(l->f, "string");
	ir_br(l->f, IC_NE, r, ir_i(0), null, end);
	ir_at(l->f, null);
	ir_st(l->f, 8, dst, 0, ir_r(ir_copy(l->f, IK_SCALAR, ir_i(STR_NULL))));
	ir_jmp(l->f, end);
	ir_at(l->f, end);
}

void subr_string(struct lower *l, const struct expr *e, struct rv base, int32_t off, uint32_t cap)
{
	const struct string_fn *fn = string_fn(e->ident->builtin);
	struct rv dst = base;
	struct ir_val r;

	if (!fn) {
		diag_error(l->diags, e->span, D_UNKNOWN, "%s() cannot be used here", e->ident->name);
		return;
	}
	if (cap < l->strsize)	// the function fills strsize bytes
		dst = scratch_at(l, scratch_alloc(l, l->strsize), l->strsize);
	else if (off)
		dst.v = ir_r(ir_ptr_add(l->f, base.v, ir_i(off)));
	r = make_string(l, e, fn, dst.v);
	if (fn->fails)
		failed(l, e, fn->fails, r, dst.v);
	if (cap < l->strsize)
		copy_cell(l, base, off, cap, dst.v);
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

// The base must be one: "0" to "36" is checked here, as each number is a result.
static struct rv subr_strtoll(struct lower *l, const struct expr *e)
{
	struct ir_val args[2], over;

	args[0] = string_arg(l, e->args.v[0]);
	args[1] = e->args.n > 1 ? lower_int(l, e->args.v[1]) : ir_i(10);
	over = ir_r(ir_copy(l->f, IK_SCALAR, ir_op2(l->f, IR_SUB, args[1], ir_i(2))));
	if (e->args.n > 1)
		fault_if(l, IC_UGT, over, ir_i(34), FLT_ILLOP, ir_i(0), e->args.v[1]->span);
	return rv_int(ir_r(ir_callrt(l->f, IK_SCALAR, runtime_fn(l, "dt_strtoll"), args, 2)));
}

typedef struct rv (*subr_fn)(struct lower *l, const struct expr *e);

static const subr_fn subrs[BI_COUNT] = {
	[BS_ALLOCA] = subr_alloca, [BS_BCOPY] = subr_bcopy, [BS_COPYIN] = subr_copyin,
	[BS_COPYINTO] = subr_copyinto, [BS_COPYOUT] = subr_copyout, [BS_COPYOUTSTR] = subr_copyout,
	[BS_CPU_TOPOLOGY] = subr_cpu_topology,
	[BS_GETF] = subr_getf, [BS_GETMAJOR] = subr_dev, [BS_GETMINOR] = subr_dev, [BS_HTONL] = subr_swap,
	[BS_HTONLL] = subr_swap, [BS_HTONS] = subr_swap, [BS_INDEX] = subr_index,
	[BS_MUTEX_ADAPTIVE] = subr_mutex, [BS_MUTEX_OWNED] = subr_mutex,
	[BS_MUTEX_OWNER] = subr_mutex, [BS_MUTEX_SPIN] = subr_mutex, [BS_NTOHL] = subr_swap,
	[BS_NTOHLL] = subr_swap, [BS_NTOHS] = subr_swap, [BS_PROGENYOF] = subr_progenyof,
	[BS_RAND] = subr_rand, [BS_RINDEX] = subr_index, [BS_RW_ISWRITER] = subr_rwlock,
	[BS_RW_READ_HELD] = subr_rwlock, [BS_RW_WRITE_HELD] = subr_rwlock,
	[BS_SPECULATION] = spec_new, [BS_STRLEN] = subr_strlen, [BS_STRTOLL] = subr_strtoll,
	[BS_TASK_ARGC] = subr_task_argc, [BS_TASK_WCHAN] = subr_task_wchan,
};

bool subr_needs_scratch(enum builtin b)
{
	return b == BS_ALLOCA || b == BS_COPYIN || b == BS_STRTOLL || b == BS_STRLEN || b == BS_INDEX || b == BS_RINDEX ||
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
