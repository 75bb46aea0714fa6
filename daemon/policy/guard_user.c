// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Guards of confined programs: whether the thread at hand is one that its user
// could as well trace with ptrace(2), and what the program is told of it. A probe
// fires for a user only while the thread's real credentials are all theirs, without
// capabilities, in the daemon's user namespace, and its memory may be dumped: what
// a set-user-ID program or file capabilities begin is silent from its exec on.

#include "daemon/policy/guard_impl.h"

#include <linux/bpf.h>

#include "daemon/kernel/arch.h"
#include "daemon/kernel/fields.h"
#include "daemon/util.h"

enum { PF_KTHREAD = 0x200000, DUMPABLE_MASK = 3, DUMPABLE_BY_USER = 1 };

static bool is_edge(enum hook_kind hook)
{
	return hook == HOOK_BEGIN || hook == HOOK_END;
}

static enum guard_exit way_out(const struct writer *w)
{
	return is_edge(w->hook) ? EXIT_MASK : EXIT_LEAVE;
}

static int16_t at(const struct writer *w, enum kernel_field field)
{
	return w->q->identity->fields->at[field];
}

// Out unless the word of 4 bytes behind a pointer is n.
static void put_word_check(struct writer *w, uint8_t base, int16_t off, uint32_t n)
{
	put(w, insn_load(BPF_W, B, base, off));
	put_exit(w, insn_raw(BPF_JMP32 | BPF_JNE | BPF_K, B, 0, 0, (int32_t)n), way_out(w));
}

static void put_memory_check(struct writer *w)
{
	put(w, insn_load(BPF_W, B, TASK, at(w, TASK_FLAGS)));
	put(w, insn_alu_imm(BPF_AND, B, PF_KTHREAD));
	put_exit(w, insn_jump_imm(BPF_JNE, B, 0, 0), way_out(w));
	put(w, insn_load(BPF_DW, C, TASK, at(w, TASK_MM)));
	put_exit(w, insn_jump_imm(BPF_JEQ, C, 0, 0), way_out(w));
	put(w, insn_load(BPF_DW, B, C, at(w, MM_FLAGS)));
	put(w, insn_alu_imm(BPF_AND, B, DUMPABLE_MASK));
	put_exit(w, insn_jump_imm(BPF_JNE, B, DUMPABLE_BY_USER, 0), way_out(w));
}

static void put_caps_check(struct writer *w)
{
	int16_t caps = at(w, CRED_CAP_PERMITTED);

	if (w->q->identity->fields->split_caps) {
		put_word_check(w, A, caps, 0);
		put_word_check(w, A, (int16_t)(caps + 4), 0);
		return;
	}
	put(w, insn_load(BPF_DW, B, A, caps));
	put_exit(w, insn_jump_imm(BPF_JNE, B, 0, 0), way_out(w));
}

// The user's id first: of a busy machine's threads it tells most apart.
static void put_walk(struct writer *w)
{
	static const enum kernel_field users[] = { CRED_UID, CRED_EUID, CRED_SUID, CRED_FSUID };
	static const enum kernel_field groups[] = { CRED_GID, CRED_EGID, CRED_SGID, CRED_FSGID };
	const struct guard_identity *who = w->q->identity;

	put(w, insn_load(BPF_DW, A, TASK, at(w, TASK_REAL_CRED)));
	for (size_t i = 0; i < NELEMS(users); i++)
		put_word_check(w, A, at(w, users[i]), who->uid);
	for (size_t i = 0; i < NELEMS(groups); i++)
		put_word_check(w, A, at(w, groups[i]), who->gid);
	put_memory_check(w);
	put_caps_check(w);
	put(w, insn_load(BPF_DW, B, A, at(w, CRED_USER_NS)));
	put_word_check(w, B, at(w, USER_NS_INUM), who->fields->user_ns);
}

void guard_put_visibility(struct writer *w)
{
	if (w->hook == HOOK_TICK)	// it is about nobody, and such a program learns of nobody
		return;
	if (w->hook == HOOK_PERF_CLOCK) {
		put(w, insn_load(BPF_DW, B, CTX, ARCH_REGS_MODE));
		put(w, insn_alu_imm(BPF_AND, B, ARCH_USER_MASK));
		put_exit(w, insn_jump_imm(BPF_JNE, B, ARCH_USER_VALUE, 0), EXIT_LEAVE);
	}
	if (is_edge(w->hook)) {
		put(w, insn_mov(TASK, A));
	} else {
		put(w, insn_call(BPF_FUNC_get_current_task_btf));
		put(w, insn_mov(TASK, BPF_REG_0));
	}
	put_walk(w);
}

// ---- slots -------------------------------------------------------------------

static const struct {
	enum kernel_field pointer, field;	// pointer: KERNEL_FIELD_N: of the thread itself
	uint8_t width, more;
} words[CURRENT_N] = {
	[CURRENT_PID] = { KERNEL_FIELD_N, TASK_TGID, BPF_W, 0 },
	[CURRENT_TID] = { KERNEL_FIELD_N, TASK_PID, BPF_W, 0 },
	[CURRENT_PPID] = { TASK_REAL_PARENT, TASK_TGID, BPF_W, 0 },
	[CURRENT_BEGAN] = { TASK_GROUP_LEADER, TASK_START_BOOTTIME, BPF_DW, 0 },
	[CURRENT_THREAD_BEGAN] = { KERNEL_FIELD_N, TASK_START_TIME, BPF_DW, 0 },
	[CURRENT_NAME] = { KERNEL_FIELD_N, TASK_COMM, BPF_DW, 0 },
	[CURRENT_NAME_END] = { KERNEL_FIELD_N, TASK_COMM, BPF_DW, 8 },
};

// What is known without looking; false: it is not.
static bool put_known(struct writer *w, const struct slot_source *s)
{
	const struct guard_identity *who = w->q->identity;
	bool edge = is_edge(w->hook);

	if (s->a == CURRENT_UID)
		put_constant(w, A, who->uid);
	else if (s->a == CURRENT_GID)
		put_constant(w, A, who->gid);
	else if (edge && (s->a == CURRENT_PID || s->a == CURRENT_TID))
		put_constant(w, A, (uint64_t)who->pid);
	else
		return false;
	return true;
}

void guard_fill_current(struct writer *w, const struct slot_source *s)
{
	uint8_t base = TASK;

	if (put_known(w, s))
		return;
	if (words[s->a].pointer != KERNEL_FIELD_N) {
		put(w, insn_load(BPF_DW, A, TASK, at(w, words[s->a].pointer)));
		base = A;
	}
	put(w, insn_load(words[s->a].width, A, base, (int16_t)(at(w, words[s->a].field) + words[s->a].more)));
}

void guard_fill_self(struct writer *w, const struct slot_source *s)
{
	(void)s;
	put(w, insn_raw(BPF_LD | BPF_DW | BPF_IMM, BPF_REG_1, BPF_PSEUDO_MAP_FD, 0, w->q->self));
	put(w, insn_raw(0, 0, 0, 0, 0));
	put(w, insn_mov(BPF_REG_2, TASK));
	put(w, insn_mov_imm(BPF_REG_3, 0));
	put(w, insn_mov_imm(BPF_REG_4, BPF_LOCAL_STORAGE_GET_F_CREATE));
	put(w, insn_call(BPF_FUNC_task_storage_get));
	put(w, insn_mov(A, BPF_REG_0));
}

void guard_put_mask(struct writer *w)
{
	for (uint32_t i = 0; i < w->q->nslots; i++) {
		const struct slot_source *s = &w->q->slots[i];

		if (s->kind != ARG_CURRENT || !put_known(w, s))
			put(w, insn_mov_imm(A, 0));
		store_slot(w, i, A);
	}
}

void guard_put_clearing(struct writer *w)
{
	for (uint8_t r = BPF_REG_0; r < BPF_REG_10; r++)
		if (r != BPF_REG_1)
			put(w, insn_mov_imm(r, 0));
}

// ---- what a confined program may be on and have --------------------------------

static bool is_tracepoint(const struct guard_request *q, enum own_tracepoint which)
{
	uint32_t id = q->identity->fields->tracepoints[which];

	return q->hook == HOOK_TP_BTF && id && q->btf_id == id;
}

static bool is_syscall(const struct guard_request *q)
{
	return is_tracepoint(q, TRACE_SYS_ENTER) || is_tracepoint(q, TRACE_SYS_EXIT);
}

bool guard_is_confinable(const struct guard_request *q)
{
	bool user = q->identity->class >= PROBE_CLASS_USER;

	switch (q->hook) {
	case HOOK_BEGIN:
	case HOOK_END:		// the task of another iterator would be none
		return q->btf_id && q->btf_id == q->identity->fields->task_iterator;
	case HOOK_TICK:
	case HOOK_UPROBE:
	case HOOK_URETPROBE:
		return true;
	case HOOK_PERF_CLOCK:
		return user;
	default:
		return user && (is_syscall(q) || is_tracepoint(q, TRACE_EXEC));
	}
}

bool guard_slot_is_own(const struct guard_request *q, const struct slot_source *s)
{
	switch (s->kind) {
	case ARG_ZERO:
	case ARG_COOKIE:
		return true;
	case ARG_CTX:		// the first word of a system call's is its registers
		return is_syscall(q) && s->a == 1;
	case ARG_REGS:
		return is_syscall(q) && s->a == 0;
	case ARG_SYSCALL_NR:
	case ARG_SYSCALL_RET:
	case ARG_SYSCALL_ERRNO:
		return is_syscall(q) && (s->kind == ARG_SYSCALL_NR || s->a == 1);
	case ARG_CLOCK_KPC:	// filled with 0
	case ARG_CLOCK_UPC:
		return true;
	case ARG_PARAM:
	case ARG_RESULT:
	case ARG_PLACED:
		return q->hook == HOOK_UPROBE || q->hook == HOOK_URETPROBE;
	case ARG_CURRENT:
		return s->a < CURRENT_N && q->hook != HOOK_TICK;
	case ARG_SELF:
		return q->self >= 0 && q->hook != HOOK_TICK && !is_edge(q->hook);
	default:
		return false;
	}
}
