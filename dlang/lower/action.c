// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Actions that do something in the probe instead of recording for the client:
// signals, delays, speculations.

#include "dlang/lower/expr.h"

enum {
	HELPER_KTIME_GET_NS = 5, HELPER_SEND_SIGNAL = 109, STOP_SIGNAL = 19,
	SECOND = 1000000000, CHILL_MAX = 500000000,
};

// ---- signals to the current process ------------------------------------------------

// In BEGIN and END the process at hand is the daemon's, with a packet it is anybody's.
static void send_signal(struct lower *l, const struct expr *e, struct ir_val sig)
{
	struct ir_val r;

	if (l->hook->kind == HOOK_BEGIN || l->hook->kind == HOOK_END || on_packet(l)) {
		fault_always(l, FLT_ILLOP, ir_i(0), e->span);
		return;
	}
	r = ir_r(ir_call(l->f, IK_SCALAR, HELPER_SEND_SIGNAL, &sig, 1));
	fault_if(l, IC_NE, r, ir_i(0), FLT_ILLOP, ir_i(0), e->span);
}

static void act_raise(struct lower *l, const struct expr *e)
{
	send_signal(l, e, lower_int(l, e->args.v[0]));
}

static void act_stop(struct lower *l, const struct expr *e)
{
	send_signal(l, e, ir_i(STOP_SIGNAL));
}

// ---- chill -----------------------------------------------------------------------

// At most half of each second per CPU.
static void act_chill(struct lower *l, const struct expr *e)
{
	uint32_t ns = ir_copy(l->f, IK_SCALAR, lower_int(l, e->args.v[0])), now, since, sum;
	uint32_t anew = ir_cold_block(l->f, "another second"), go = ir_block(l->f, "chill");
	struct ir_val area = ir_r(l->area), arg = ir_r(ns), old;

	now = ir_call(l->f, IK_SCALAR, HELPER_KTIME_GET_NS, NULL, 0);
	since = ir_ld(l->f, IK_SCALAR, 8, area, SEG_CHILL_SINCE);
	ir_br(l->f, IC_UGT, ir_op2(l->f, IR_SUB, ir_r(now), ir_r(since)), ir_i(SECOND), anew, go);
	ir_at(l->f, anew);
	ir_st(l->f, 8, area, SEG_CHILL_SINCE, ir_r(now));
	ir_st(l->f, 8, area, SEG_CHILLED, ir_i(0));
	ir_jmp(l->f, go);
	ir_at(l->f, go);
	fault_if(l, IC_UGT, ir_r(ns), ir_i(CHILL_MAX), FLT_ILLOP, ir_i(0), e->span);
	old = ir_r(ir_ld(l->f, IK_SCALAR, 8, area, SEG_CHILLED));
	sum = ir_copy(l->f, IK_SCALAR, ir_op2(l->f, IR_ADD, old, ir_r(ns)));
	fault_if(l, IC_UGT, ir_r(sum), ir_i(CHILL_MAX), FLT_ILLOP, ir_i(0), e->span);
	ir_st(l->f, 8, area, SEG_CHILLED, ir_r(sum));
	ir_callrt(l->f, IK_SCALAR, runtime_fn(l, "dt_chill"), &arg, 1);
}

// ---- what a kernel does not let us do ------------------------------------------------

static void act_impossible(struct lower *l, const struct expr *e)
{
	l->obj->refusal = e->ident->builtin == BA_PANIC ?
		"panic() is not possible: no BPF program can stop a Linux kernel" :
		"breakpoint() is not possible: no BPF program can enter a kernel debugger";
}

// ---- the table -------------------------------------------------------------------

static const struct silent {
	void (*fn)(struct lower *l, const struct expr *e);
	bool destructive;
} silents[BI_COUNT] = {
	[BA_SPECULATE] = { spec_speculate, false },
	[BA_COMMIT] = { spec_finish, false },
	[BA_DISCARD] = { spec_finish, false },
	[BA_RAISE] = { act_raise, true },
	[BA_STOP] = { act_stop, true },
	[BA_CHILL] = { act_chill, true },
	[BA_BREAKPOINT] = { act_impossible, true },
	[BA_PANIC] = { act_impossible, true },
};

bool is_silent_action(enum builtin b)
{
	return silents[b].fn != NULL;
}

void lower_action(struct lower *l, const struct expr *e)
{
	const struct silent *s = &silents[e->ident->builtin];

	if (s->destructive)
		need_destructive(l);
	if (s->destructive && l->confined)
		confined_destroy(l, e->span);
	s->fn(l, e);
}

void need_destructive(struct lower *l)
{
	if (!l->opt->destructive && !l->obj->refusal)
		l->obj->refusal = "Destructive actions not allowed";
}
