// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Stacks and addresses with a process: what stack(), usym() and their like put
// into a record or key. The stack itself is taken by functions of the run-time
// library, which the core links in and which alone may use the context: in the
// body it is opaque.

#include "dlang/lower/expr.h"

#include <string.h>

#include "dlang/runtime/unwind.h"

enum { TRAMPOLINE_FRAMES = 3 };		// of fentry: the run-time function, the program and what calls it

enum { MAX_FRAMES = 126, GENERATION_SHIFT = 20, SPARE = 2 };	// SPARE: see runtime/stack.bpf.c

// Indexed by action; size 0: by the number of frames.
static const struct location_kind {
	enum value_kind kind;
	uint32_t size;
} locations[BI_COUNT] = {
	[BA_STACK] = { VK_STACK, 0 }, [BA_USTACK] = { VK_USTACK, 0 }, [BA_JSTACK] = { VK_USTACK, 0 },
	[BA_SYM] = { VK_SYM, 8 }, [BA_FUNC] = { VK_SYM, 8 }, [BA_MOD] = { VK_MOD, 8 },
	[BA_USYM] = { VK_USYM, 16 }, [BA_UFUNC] = { VK_USYM, 16 }, [BA_UMOD] = { VK_UMOD, 16 },
	[BA_UADDR] = { VK_UADDR, 16 },
};

bool tells_location(const struct expr *e)
{
	return e->kind == EX_CALL && e->ident && e->ident->kind == ID_ACTION &&
	       locations[e->ident->builtin].kind != VK_INT;
}

static uint32_t frames_of(struct lower *l, const struct expr *e)
{
	enum builtin b = e->ident->builtin;
	int64_t n = b == BA_STACK ? l->opt->stackframes : b == BA_USTACK ? l->opt->ustackframes :
		    l->opt->jstackframes;

	if (e->args.n)
		n = (int64_t)e->args.v[0]->value;
	if (l->opt->maxframes && n > l->opt->maxframes)
		n = l->opt->maxframes;
	return n > MAX_FRAMES ? MAX_FRAMES : (uint32_t)n;
}

void location_describe(struct lower *l, const struct expr *e, struct value_desc *out)
{
	const struct location_kind *p = &locations[e->ident->builtin];

	out->kind = p->kind;
	out->size = p->size ? p->size : 8 * (frames_of(l, e) + (p->kind == VK_STACK ? SPARE : 1));
}

// The tgid, and bits of when the process began.
static struct ir_val process_word(struct lower *l)
{
	struct ir_val tgid = task_field(l, "tgid").v;
	struct ir_val start = task_field(l, "group_leader.start_boottime").v;

	tgid = ir_ext(l->f, IR_ZX, 4, tgid);
	start = ir_op2(l->f, IR_LSHR, start, ir_i(GENERATION_SHIFT));
	return ir_op2(l->f, IR_OR, ir_op2(l->f, IR_SHL, start, ir_i(32)), tgid);
}

// ---- stacks ----------------------------------------------------------------

// Where a function of this tracepoint is: 48 bits of its address and 16 of its size.
static int64_t range_of(struct lower *l, const char *prefix)
{
	const struct symbol_source *s = l->env->symbols;
	const char *name = arena_printf(l->a, "%s%s", prefix, l->hook->name);
	uint64_t at, size;

	if (!s || !s->find(s->ctx, NULL, name, &at))
		return 0;
	size = s->after(s->ctx, at) - at;
	return (int64_t)(size >> 16 ? 0 : (at & 0xffffffffffff) | size << 48);
}

// Where nothing is as it should be: counts what is not.
static void count_flaws(struct lower *l, struct ir_val r, uint32_t done)
{
	struct ir_val end = ir_op2(l->f, IR_AND, ir_op2(l->f, IR_LSHR, r, ir_i(8)), ir_i(0xff));
	uint32_t cut = ir_cold_block(l->f, "stack cut short"), whole = ir_cold_block(l->f, "stack not cut");
	uint32_t guess = ir_cold_block(l->f, "stack with guesses");

	ir_br(l->f, IC_ULT, end, ir_i(UNWIND_COMPLETE + 1), whole, cut);
	ir_at(l->f, cut);
	count_drop(l, DROP_CUT);
	ir_jmp(l->f, whole);
	ir_at(l->f, whole);
	ir_br(l->f, IC_ULT, r, ir_i(UNWIND_RESULT_GUESSED), done, guess);
	ir_at(l->f, guess);
	count_drop(l, DROP_GUESSED);
	ir_jmp(l->f, done);
}

// The number of frames that dt_ustack() says. Stacks are counted, and those with flaws.
static struct ir_val end_walk(struct lower *l, struct ir_val r)
{
	uint32_t flawed = ir_cold_block(l->f, "stack with flaws"), done = ir_block(l->f, "stack");

	count_drop(l, DROP_STACKS);
	ir_br(l->f, IC_ULT, ir_op2(l->f, IR_LSHR, r, ir_i(8)), ir_i(UNWIND_COMPLETE + 1), done, flawed);
	ir_at(l->f, flawed);
	count_flaws(l, r, done);
	ir_at(l->f, done);
	return ir_op2(l->f, IR_AND, r, ir_i(0xff));
}

// Up to n frames to p, which has room for as many, and for SPARE more in the kernel;
// zeros behind them. Their number. Nobody's stack is BEGIN's or END's.
static struct ir_val take_stack(struct lower *l, bool user, struct rv p, uint32_t n)
{
	bool tracepoint = l->hook->kind == HOOK_TP_BTF;
	bool trampoline = l->hook->kind == HOOK_FENTRY || l->hook->kind == HOOK_FEXIT;
	const char *fn = user ? "dt_ustack" : tracepoint ? "dt_tpstack" : hook_is_on_function(l->hook->kind) ? "dt_fnstack" : "dt_kstack";
	uint32_t nargs = 3;
	struct ir_val args[5];
	bool nobody = l->hook->kind == HOOK_BEGIN || l->hook->kind == HOOK_END;

	if (on_packet(l)) {
		diag_error(l->diags, l->f->span, D_CG_EXPR, "there are no stacks in %s:::%s, which fires on packets",
			   named_probe(l)->prov, named_probe(l)->name);
		diag_hint(l->diags, "ip:::send, ip:::receive and the probes of rawtp have them");
		return ir_i(0);
	}
	if (nobody || !user)
		zero_words(l, p, 0, 8 * (user ? n : n + SPARE));
	if (nobody)
		return ir_i(0);
	args[0] = ir_r(ir_ctx(l->f));
	args[1] = p.v;
	args[2] = ir_i(n);
	if (!user && tracepoint) {
		args[nargs++] = ir_i(range_of(l, "__bpf_trace_"));
		args[nargs++] = ir_i(range_of(l, "__traceiter_"));
	} else if (!user && hook_is_on_function(l->hook->kind)) {
		args[nargs++] = ir_i(trampoline ? TRAMPOLINE_FRAMES : 0);
	}
	n = ir_callrt(l->f, IK_SCALAR, runtime_fn(l, fn), args, nargs);
	return user ? end_walk(l, ir_r(n)) : ir_r(n);
}

static struct rv moved(struct lower *l, struct rv base, int32_t off)
{
	base.v = ir_r(ir_ptr_add(l->f, base.v, ir_i(off)));
	return base;
}

static void stack_into(struct lower *l, const struct expr *e, const struct value_desc *d, struct rv base,
		       int32_t off)
{
	bool user = d->kind == VK_USTACK;
	uint32_t n = frames_of(l, e), used = 8 * (user ? n + 1 : n + SPARE);

	if (user)
		ir_st(l->f, 8, base.v, off, process_word(l));
	take_stack(l, user, moved(l, base, off + 8 * user), n);
	if (d->size > used)
		zero_words(l, base, off + (int32_t)used, d->size - used);
}

void location_words(struct lower *l, const struct expr *e, struct ir_val words[2], uint32_t *n)
{
	bool user = locations[e->ident->builtin].size == 16;

	if (!user && l->confined)
		confined_refuse(l, e->span, "usym() and umod() are about processes",
				"this tells what is where in the kernel");
	if (user)
		words[0] = process_word(l);
	words[user] = to_scalar(l, lower_expr(l, e->args.v[0]));
	*n = 1 + user;
}

void location_into(struct lower *l, const struct expr *e, const struct value_desc *d, struct rv base,
		int32_t off)
{
	struct ir_val words[2];
	uint32_t n;

	if (d->kind == VK_STACK || d->kind == VK_USTACK) {
		stack_into(l, e, d, base, off);
		return;
	}
	location_words(l, e, words, &n);
	for (uint32_t i = 0; i < n; i++)
		ir_st(l->f, 8, base.v, off + 8 * (int32_t)i, words[i]);
}

// ---- variables -------------------------------------------------------------

// The second frame; of the kernel's where the probe is a function, which is not in its own stack, the first.
struct rv stack_caller(struct lower *l, bool user)
{
	struct rv p = { .v = key_slot(l), .kind = IK_POINTER };
	struct ir_val r;

	take_stack(l, user, p, 2);
	r = ir_r(ir_ld(l->f, IK_SCALAR, 8, p.v, hook_is_on_function(l->hook->kind) && !user ? 0 : 8));
	return rv_int(user ? ir_op2(l->f, IR_AND, r, ir_i(UNWIND_ADDRESS)) : r);
}

struct rv stack_depth(struct lower *l, bool user)
{
	uint32_t size = 8 * (MAX_FRAMES + SPARE);
	struct rv p = scratch_at(l, scratch_alloc(l, size), size);

	return rv_int(take_stack(l, user, p, MAX_FRAMES));
}
