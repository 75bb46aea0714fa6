// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Generating the guard, see guard.h; guard_impl.h says which register is what.

#include "daemon/policy/guard_impl.h"

#include <errno.h>
#include <string.h>

#include "daemon/kernel/arch.h"
#include "daemon/kernel/attach.h"
#include "daemon/sym/places.h"
#include "daemon/util.h"

static void load_ctx(struct writer *w, uint32_t word)
{
	put(w, insn_load(BPF_DW, A, CTX, (int16_t)(8 * word)));
}

// ---- one function per source: leaves the value in A ------------------------

typedef void fill_fn(struct writer *w, const struct slot_source *s);

static void fill_zero(struct writer *w, const struct slot_source *s)
{
	(void)s;
	put(w, insn_mov_imm(A, 0));
}

static void fill_ctx(struct writer *w, const struct slot_source *s)
{
	load_ctx(w, s->a);
}

static void fill_regs(struct writer *w, const struct slot_source *s)
{
	load_ctx(w, s->a);
	put(w, insn_load(BPF_DW, A, A, (int16_t)s->b));
}

// A = pt_regs. Leaves when the call came by another gate than SYSCALL; on the way
// out of the call the registers of a new program or of a signal's end are no sign
// of that.
static void put_gate_check(struct writer *w, bool leaving)
{
	if (!arch_marks_syscalls())
		return;
	put(w, insn_load(BPF_DW, B, A, ARCH_REGS_RETURN));
	put(w, insn_load(BPF_DW, C, A, ARCH_REGS_PC));
	if (!leaving) {
		put_exit(w, insn_jump_reg(BPF_JNE, B, C, 0), EXIT_COMPAT);
		return;
	}
	put(w, insn_jump_reg(BPF_JEQ, B, C, 4));
	put(w, insn_load(BPF_DW, B, A, ARCH_REGS_NR));
	put(w, insn_jump_imm(BPF_JEQ, B, -1, 2));	// rt_sigreturn has no number any more
	put(w, insn_jump_imm(BPF_JEQ, B, ARCH_NR_EXECVE, 1));
	put_exit(w, insn_jump_imm(BPF_JNE, B, ARCH_NR_EXECVEAT, 0), EXIT_COMPAT);
}

// The first word of sys_enter and of sys_exit is the caller's pt_regs.
static void fill_syscall_nr(struct writer *w, const struct slot_source *s)
{
	load_ctx(w, 0);
	put(w, insn_load(ARCH_MODE_LOAD, B, A, ARCH_REGS_MODE));
	put(w, insn_alu_imm(BPF_AND, B, ARCH_ABI_MASK));
	put_exit(w, insn_jump_imm(BPF_JNE, B, ARCH_ABI_NATIVE, 0), EXIT_COMPAT);
	put_gate_check(w, s->b);
	if (s->b)
		put(w, insn_load(BPF_DW, A, A, ARCH_REGS_NR));
	else
		load_ctx(w, s->a);
	put_exit(w, insn_jump_imm(BPF_JSGE, A, ARCH_NR_LIMIT, 0), EXIT_COMPAT);
}

static void fill_syscall_ret(struct writer *w, const struct slot_source *s)
{
	load_ctx(w, s->a);
	put(w, insn_jump_imm(BPF_JLE, A, -4096, 1));	// unsigned: not an error
	put(w, insn_mov_imm(A, -1));
}

static void fill_syscall_errno(struct writer *w, const struct slot_source *s)
{
	load_ctx(w, s->a);
	put(w, insn_raw(BPF_ALU64 | BPF_NEG, A, 0, 0, 0));
	put(w, insn_mov(B, A));
	put(w, insn_alu_imm(BPF_SUB, B, 1));
	put(w, insn_jump_imm(BPF_JLT, B, 4095, 1));
	put(w, insn_mov_imm(A, 0));
}

static void fill_clock(struct writer *w, uint8_t unless)
{
	put(w, insn_load(BPF_DW, B, CTX, ARCH_REGS_MODE));
	put(w, insn_alu_imm(BPF_AND, B, ARCH_USER_MASK));
	put(w, insn_mov_imm(A, 0));
	put(w, insn_jump_imm(unless, B, ARCH_USER_VALUE, 1));
	put(w, insn_load(BPF_DW, A, CTX, ARCH_REGS_PC));
}

static void fill_clock_kpc(struct writer *w, const struct slot_source *s)
{
	if (w->q->identity)
		fill_zero(w, s);
	else
		fill_clock(w, BPF_JEQ);
}

static void fill_clock_upc(struct writer *w, const struct slot_source *s)
{
	if (w->q->identity && w->hook == HOOK_TICK)
		fill_zero(w, s);
	else
		fill_clock(w, BPF_JNE);
}

static void fill_counter_addr(struct writer *w, const struct slot_source *s)
{
	(void)s;
	put(w, insn_load(BPF_DW, A, CTX, ARCH_PERF_ADDR));
}

// The verifier keeps the context a pointer; copied by a helper it is a number. The
// slot serves as source and destination, so it goes there now.
static void fill_packet(struct writer *w, const struct slot_source *s)
{
	(void)s;
	store_slot(w, w->slot, CTX);
	put(w, insn_mov(BPF_REG_1, BPF_REG_10));
	put(w, insn_alu_imm(BPF_ADD, BPF_REG_1, slot_offset(w->slot)));
	put(w, insn_mov(BPF_REG_3, BPF_REG_1));
	put(w, insn_mov_imm(BPF_REG_2, 8));
	put(w, insn_call(BPF_FUNC_probe_read_kernel));
	put(w, insn_load(BPF_DW, A, BPF_REG_10, slot_offset(w->slot)));
}

// 0 without a socket that is a whole one.
static void fill_packet_sock(struct writer *w, const struct slot_source *s)
{
	put(w, insn_load(BPF_DW, BPF_REG_1, CTX, offsetof(struct __sk_buff, sk)));
	put(w, insn_mov_imm(A, 0));
	put(w, insn_jump_imm(BPF_JEQ, BPF_REG_1, 0, 4));
	put(w, insn_call(BPF_FUNC_sk_fullsock));
	put(w, insn_mov_imm(A, 0));
	put(w, insn_jump_imm(BPF_JEQ, BPF_REG_0, 0, 1));
	put(w, insn_load(BPF_W, A, BPF_REG_0, s->a ? offsetof(struct bpf_sock, type) :
		offsetof(struct bpf_sock, protocol)));
}

// ---- functions, of the kernel and of processes -------------------------------

// A half of the cookie, or all of it.
static void fill_cookie(struct writer *w, const struct slot_source *s)
{
	put(w, insn_mov(BPF_REG_1, CTX));
	put(w, insn_call(BPF_FUNC_get_attach_cookie));
	put(w, insn_mov(A, BPF_REG_0));
	if (s->a < 2)
		put(w, insn_alu_imm(s->a ? BPF_RSH : BPF_LSH, A, 32));
	if (!s->a)
		put(w, insn_alu_imm(BPF_RSH, A, 32));
}

// Its context is words, not a pt_regs.
static bool is_typed(enum hook_kind hook)
{
	return hook == HOOK_FENTRY || hook == HOOK_FEXIT;
}

// Of what is on the stack the slot is where it is read to; what cannot be read is 0.
static void fill_param(struct writer *w, const struct slot_source *s)
{
	if (is_typed(w->hook)) {
		load_ctx(w, s->a);
		return;
	}
	if (s->a < ARCH_PARAM_REGS) {
		put(w, insn_load(BPF_DW, A, CTX, arch_param_reg(s->a)));
		return;
	}
	put(w, insn_mov(BPF_REG_1, BPF_REG_10));
	put(w, insn_alu_imm(BPF_ADD, BPF_REG_1, slot_offset(w->slot)));
	put(w, insn_load(BPF_DW, BPF_REG_3, CTX, ARCH_REGS_SP));
	put(w, insn_alu_imm(BPF_ADD, BPF_REG_3, ARCH_PARAM_STACK + 8 * (s->a - ARCH_PARAM_REGS)));
	put(w, insn_mov_imm(BPF_REG_2, 8));
	put(w, insn_call(hook_is_placed(w->hook) ? BPF_FUNC_probe_read_user : BPF_FUNC_probe_read_kernel));
	put(w, insn_load(BPF_DW, A, BPF_REG_10, slot_offset(w->slot)));
}

static void fill_result(struct writer *w, const struct slot_source *s)
{
	if (is_typed(w->hook))
		load_ctx(w, s->a);
	else
		put(w, insn_load(BPF_DW, A, CTX, ARCH_REGS_RESULT));
}

// Straight code for one description of an argument. Registers are read whole.
static void put_register(struct writer *w, uint8_t to, uint16_t at)
{
	put(w, insn_load(BPF_DW, to, CTX, (int16_t)(at & ~7)));
	if (at & 7)
		put(w, insn_alu_imm(BPF_RSH, to, 8 * (at & 7)));
}

static void put_add(struct writer *w, uint8_t reg, int64_t n)
{
	if (n >= INT32_MIN && n <= INT32_MAX) {
		put(w, insn_alu_imm(BPF_ADD, reg, (int32_t)n));
		return;
	}
	put_constant(w, C, (uint64_t)n);
	put(w, insn_alu(BPF_ADD, reg, C));
}

static void put_widening(struct writer *w, const struct place_arg *a)
{
	int32_t bits = 64 - 8 * a->size;

	if (!bits)
		return;
	put(w, insn_alu_imm(BPF_LSH, A, bits));
	put(w, insn_alu_imm(a->is_signed ? BPF_ARSH : BPF_RSH, A, bits));
}

// The slot is where the process's memory goes; what cannot be read is 0.
static void fill_memory(struct writer *w, const struct place_arg *a)
{
	static const uint8_t widths[] = { [1] = BPF_B, [2] = BPF_H, [4] = BPF_W, [8] = BPF_DW };

	put(w, insn_mov_imm(BPF_REG_3, 0));
	if (a->reg != PLACE_NO_REG)
		put_register(w, BPF_REG_3, a->reg);
	if (a->index != PLACE_NO_REG) {
		put_register(w, BPF_REG_2, a->index);
		put(w, insn_alu_imm(BPF_LSH, BPF_REG_2, __builtin_ctz(a->scale)));
		put(w, insn_alu(BPF_ADD, BPF_REG_3, BPF_REG_2));
	}
	put_add(w, BPF_REG_3, a->disp);
	put(w, insn_mov(BPF_REG_1, BPF_REG_10));
	put(w, insn_alu_imm(BPF_ADD, BPF_REG_1, slot_offset(w->slot)));
	put(w, insn_mov_imm(BPF_REG_2, a->size));
	put(w, insn_call(BPF_FUNC_probe_read_user));
	put(w, insn_load(widths[a->size], A, BPF_REG_10, slot_offset(w->slot)));
}

static void fill_placed(struct writer *w, const struct slot_source *s)
{
	const struct place_arg *a = s->a < w->nargs ? &w->args[s->a] : NULL;

	put(w, insn_mov_imm(A, 0));
	if (!a || a->kind == PLACE_ARG_NONE)
		return;
	if (a->kind == PLACE_ARG_CONST)
		put_constant(w, A, (uint64_t)a->disp);
	else if (a->kind == PLACE_ARG_REG)
		put_register(w, A, a->reg);
	else
		fill_memory(w, a);
	put_widening(w, a);
}

static void fill_task(struct writer *w, const struct slot_source *s)
{
	(void)s;
	load_ctx(w, 1);
	put_exit(w, insn_jump_imm(BPF_JEQ, A, 0, 0), EXIT_LEAVE);
}

enum { ON_TP = 1 << HOOK_TP_BTF, ON_COUNTER = 1 << HOOK_COUNTER,
	ON_PERF = 1 << HOOK_PERF_CLOCK | 1 << HOOK_TICK | ON_COUNTER,
	ON_EDGE = 1 << HOOK_BEGIN | 1 << HOOK_END, ON_PACKET = 1 << HOOK_PACKET_IN | 1 << HOOK_PACKET_OUT,
	ON_USER = 1 << HOOK_UPROBE | 1 << HOOK_URETPROBE,
	ON_TARGETS = 1 << HOOK_KPROBE_MULTI | 1 << HOOK_KRETPROBE_MULTI | 1 << HOOK_KPROBE | 1 << HOOK_KRETPROBE,
	ON_ENTRY = 1 << HOOK_UPROBE | 1 << HOOK_FENTRY | 1 << HOOK_KPROBE_MULTI | 1 << HOOK_KPROBE,
	ON_RETURN = 1 << HOOK_URETPROBE | 1 << HOOK_FEXIT | 1 << HOOK_KRETPROBE_MULTI | 1 << HOOK_KRETPROBE,
	ON_ANY = ON_TP | ON_PERF | ON_EDGE | ON_PACKET | ON_ENTRY | ON_RETURN, PARAMS_MAX = 32 };

static const struct {
	fill_fn *fill;
	uint32_t hooks;
	bool one;	// at most one of it in a program
} sources[] = {
	[ARG_ZERO] = { fill_zero, ON_ANY, false },
	[ARG_CTX] = { fill_ctx, ON_TP, false },
	[ARG_REGS] = { fill_regs, ON_TP, false },
	[ARG_SYSCALL_NR] = { fill_syscall_nr, ON_TP, true },
	[ARG_SYSCALL_RET] = { fill_syscall_ret, ON_TP, false },
	[ARG_SYSCALL_ERRNO] = { fill_syscall_errno, ON_TP, false },
	[ARG_CLOCK_KPC] = { fill_clock_kpc, ON_PERF, false },
	[ARG_CLOCK_UPC] = { fill_clock_upc, ON_PERF, false },
	[ARG_COUNTER_ADDR] = { fill_counter_addr, ON_COUNTER, false },
	[ARG_PACKET] = { fill_packet, ON_PACKET, false },
	[ARG_PACKET_SOCK] = { fill_packet_sock, ON_PACKET, false },
	[ARG_COOKIE] = { fill_cookie, ON_USER | ON_TARGETS, false },
	[ARG_PARAM] = { fill_param, ON_ENTRY, false },
	[ARG_RESULT] = { fill_result, ON_RETURN, false },
	[ARG_PLACED] = { fill_placed, ON_ENTRY, false },
	[ARG_TASK] = { fill_task, ON_EDGE, true },
	[ARG_CURRENT] = { guard_fill_current, ON_ANY, false },
	[ARG_SELF] = { guard_fill_self, ON_ANY, true },
};

static bool is_of_thread(enum arg_source kind)
{
	return kind == ARG_CURRENT || kind == ARG_SELF;
}

bool guard_slot_fits(enum hook_kind hook, uint32_t nctx, const struct slot_source *slot)
{
	if ((unsigned)slot->kind >= NELEMS(sources) || (unsigned)hook >= HOOK_ERROR ||
	    !(sources[slot->kind].hooks & 1u << hook))
		return false;
	if (is_of_thread(slot->kind))
		return slot->kind == ARG_SELF || slot->a < CURRENT_N;
	if ((hook == HOOK_TP_BTF || is_typed(hook)) && slot->kind != ARG_ZERO && slot->a >= nctx)
		return false;
	if (slot->kind == ARG_PARAM && slot->a >= PARAMS_MAX)
		return false;
	if (slot->kind == ARG_REGS && (slot->b % 8 || slot->b > ARCH_REGS_SIZE - 8))
		return false;
	return slot->kind != ARG_SYSCALL_NR || (slot->b <= 1 && (slot->b == 0 || slot->a == 0));
}

int32_t guard_result(enum hook_kind hook)
{
	return (unsigned)hook < HOOK_ERROR && ON_PACKET & 1u << hook ? 1 : 0;
}

// Leaves for good unless the words allow a firing.
static void put_checks(struct writer *w, const struct guard_request *q)
{
	bool edge = ON_EDGE & 1u << q->hook;

	put(w, insn_mov(CTX, BPF_REG_1));
	w->n = (uint32_t)(insn_map_value(w->insns + w->n, WORDS, q->map, 0) - w->insns);
	put(w, insn_load(BPF_DW, A, WORDS, edge ? GUARD_EDGE : GUARD_ENABLED));
	put_exit(w, insn_jump_imm(BPF_JEQ, A, 0, 0), EXIT_LEAVE);
	put(w, insn_call(BPF_FUNC_jiffies64));
	put(w, insn_load(BPF_DW, A, WORDS, GUARD_LEASE));
	put_exit(w, insn_jump_reg(BPF_JGT, BPF_REG_0, A, 0), EXIT_LEAVE);
	if (edge)
		fill_task(w, NULL);	// the iterator's last call has no task
}

static int put_slots(struct writer *w, const struct guard_request *q)
{
	uint32_t seen = 0;

	for (uint32_t i = 0; i < q->nslots; i++) {
		const struct slot_source *s = &q->slots[i];

		if (!guard_slot_fits(q->hook, q->nctx, s) ||
			(q->identity ? !guard_slot_is_own(q, s) : is_of_thread(s->kind)))
			return -EINVAL;
		if (sources[s->kind].one && seen & 1u << s->kind)
			return -EINVAL;
		seen |= 1u << s->kind;
		w->slot = i;
		sources[s->kind].fill(w, s);
		store_slot(w, i, A);
	}
	return 0;
}

// Behind the last slot: over the exits, into the body. Those that nothing goes to are not there.
static void put_exits(struct writer *w)
{
	uint32_t label[EXIT_N], used = 0, on = w->n;

	for (uint32_t i = 0; i < w->npending; i++)
		used |= 1u << w->pending[i].to;
	put(w, insn_jump(0));
	label[EXIT_COMPAT] = w->n;
	if (used & 1u << EXIT_COMPAT) {
		put(w, insn_mov_imm(A, 1));
		put(w, insn_atomic_add(WORDS, GUARD_COMPAT, A));
	}
	label[EXIT_LEAVE] = w->n;
	put(w, insn_mov_imm(BPF_REG_0, guard_result(w->hook)));
	put(w, insn_exit());
	label[EXIT_MASK] = w->n;
	if (used & 1u << EXIT_MASK)
		guard_put_mask(w);
	w->insns[on].off = (int16_t)(w->n - on - 1);
	for (uint32_t i = 0; i < w->npending; i++)
		w->insns[w->pending[i].at].off = (int16_t)(label[w->pending[i].to] - w->pending[i].at - 1);
}

int guard_generate(const struct guard_request *q, struct bpf_insn *out)
{
	struct writer w = { .insns = out, .q = q, .hook = q->hook, .args = q->args, .nargs = q->nargs };
	int r;

	if (q->nslots > GUARD_MAX_SLOTS || (q->identity && !guard_is_confinable(q)))
		return -EINVAL;
	put_checks(&w, q);
	if (q->identity)
		guard_put_visibility(&w);
	r = put_slots(&w, q);
	if (r < 0)
		return r;
	put_exits(&w);
	put(&w, insn_mov(BPF_REG_1, CTX));
	if (q->identity)
		guard_put_clearing(&w);
	return (int)w.n;
}
