// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Programs of those who may not see the kernel (policy classes below `kernel`).
// They are made of the same code, but for what stands here: the current thread is
// a few numbers that the guard copies, thread-local storage is handed over by the
// guard, and whatever reads the kernel's memory is refused, with the place and
// what to use instead. That is for the user's sake: what such a program can do is
// decided by the core's guard and checker, which believe nothing of this.

#include "dlang/lower/expr.h"

#include <stdarg.h>
#include <string.h>

// Helpers of the kernel.
enum {
	MAP_LOOKUP = 1, MAP_UPDATE = 2, MAP_DELETE = 3, KTIME_GET_NS = 5, PRANDOM = 7, CPU = 8, READ_USER = 112,
	READ_KERNEL = 113, READ_USER_STR = 114, READ_KERNEL_STR = 115, RINGBUF_OUTPUT = 130,
};

static const char *const class_names[] = {
	[PROBE_CLASS_PROC] = "proc", [PROBE_CLASS_USER] = "user",
};

static bool same_place(struct span a, struct span b)
{
	return a.source == b.source && a.begin == b.begin;
}

// One reason a place is enough.
static bool reported(const struct lower *l, struct span where)
{
	const struct diag *last = l->diags->list.n ? &vec_last(&l->diags->list) : NULL;

	return last && last->tag == D_CONFINED && same_place(last->span, where);
}

static void refuse(struct lower *l, struct span where, const char *needs, const char *hint, const char *text)
{
	if (reported(l, where))
		return;
	diag_error(l->diags, where, D_CONFINED, "%s, which needs class %s; yours is %s", text, needs,
		   class_names[l->confined]);
	if (hint)
		diag_hint(l->diags, "%s", hint);
}

void confined_refuse(struct lower *l, struct span where, const char *hint, const char *what, ...)
{
	va_list ap;
	const char *text;

	va_start(ap, what);
	text = arena_vprintf(l->a, what, ap);
	va_end(ap);
	refuse(l, where, "kernel", hint, text);
}

void confined_destroy(struct lower *l, struct span where)
{
	refuse(l, where, "destructive", NULL, "this is destructive");
}

// Does a firing on this hook have a process that is the user's?
static bool fires_in_process(enum hook_kind k)
{
	return k != HOOK_BEGIN && k != HOOK_END && k != HOOK_TICK;
}

struct ir_val current_word(struct lower *l, enum current_word which)
{
	struct slot_source s = { ARG_CURRENT, (uint16_t)which, 0 };

	if (l->hook->kind == HOOK_TICK) {
		confined_refuse(l, l->f->span, "profile:::profile-N fires in each process that is yours",
				"in %s:::%s this is about whatever process the clock interrupts",
				named_probe(l)->prov, named_probe(l)->name);
		return ir_i(0);
	}
	return ir_r(ir_arg(l->f, IK_SCALAR, arg_slot(l, s)));
}

static const struct {
	const char *path;
	enum current_word word;
} fields[] = {
	{ "tgid", CURRENT_PID }, { "pid", CURRENT_TID }, { "real_parent.tgid", CURRENT_PPID },
	{ "cred.uid.val", CURRENT_UID }, { "cred.gid.val", CURRENT_GID }, { "start_time", CURRENT_THREAD_BEGAN },
	{ "group_leader.start_boottime", CURRENT_BEGAN },
};

struct rv confined_field(struct lower *l, const char *path)
{
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		if (!strcmp(fields[i].path, path))
			return rv_int(current_word(l, fields[i].word));
	confined_refuse(l, l->f->span, NULL, "this reads %s of the kernel's task_struct", path);
	return rv_int(ir_i(0));
}

// ---- members of curthread -------------------------------------------------------

static const struct {
	enum thread_part of;
	const char *path;
	enum thread_part part;		// what it leads to; PART_NONE: it is the word
	enum current_word word;
} members[] = {
	{ PART_TASK, "tgid", PART_NONE, CURRENT_PID },
	{ PART_TASK, "pid", PART_NONE, CURRENT_TID },
	{ PART_TASK, "start_time", PART_NONE, CURRENT_THREAD_BEGAN },
	{ PART_TASK, "comm", PART_NAME, CURRENT_N },
	{ PART_TASK, "real_parent", PART_PARENT, CURRENT_N },
	{ PART_TASK, "group_leader", PART_LEADER, CURRENT_N },
	{ PART_TASK, "cred", PART_CRED, CURRENT_N },
	{ PART_TASK, "real_cred", PART_CRED, CURRENT_N },
	{ PART_PARENT, "tgid", PART_NONE, CURRENT_PPID },
	{ PART_LEADER, "tgid", PART_NONE, CURRENT_PID },
	{ PART_LEADER, "pid", PART_NONE, CURRENT_PID },
	{ PART_LEADER, "start_boottime", PART_NONE, CURRENT_BEGAN },
	// All ids of a process that such a program sees are the same.
	{ PART_CRED, "uid.val", PART_NONE, CURRENT_UID },
	{ PART_CRED, "euid.val", PART_NONE, CURRENT_UID },
	{ PART_CRED, "suid.val", PART_NONE, CURRENT_UID },
	{ PART_CRED, "gid.val", PART_NONE, CURRENT_GID },
	{ PART_CRED, "egid.val", PART_NONE, CURRENT_GID },
	{ PART_CRED, "sgid.val", PART_NONE, CURRENT_GID },
};

struct rv confined_part(struct lower *l, enum thread_part part)
{
	uint32_t r = ir_copy(l->f, IK_POINTER, ir_i(0));

	vec_push(l->a, &l->parts, r);
	return (struct rv){ .v = ir_r(r), .kind = IK_POINTER, .part = part };
}

struct rv confined_member(struct lower *l, struct place p, const struct expr *e)
{
	for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
		uint32_t at;

		if (members[i].of != p.base.part || p.indirect ||
		    !member_at(l, p.base.part == PART_CRED ? "cred" : "task_struct", members[i].path, e->span, &at, NULL) ||
		    p.off != at)
			continue;
		if (members[i].part)
			return confined_part(l, members[i].part);
		return rv_int(current_word(l, members[i].word));
	}
	confined_refuse(l, e->span, "pid, tid, ppid, uid, gid and execname are to be had",
			"this reads the kernel's task_struct");
	return rv_int(ir_i(0));
}

uint32_t confined_storage(struct lower *l)
{
	struct slot_source s = { ARG_SELF, (uint16_t)l->self_map, 0 };

	if (!fires_in_process(l->hook->kind))
		confined_refuse(l, l->f->span, "use a global variable",
				"%s:::%s is in no thread of yours, whose self-> there could be",
				named_probe(l)->prov, named_probe(l)->name);
	return ir_arg(l->f, IK_POINTER, arg_slot(l, s));
}

// ---- before lowering: the probes ---------------------------------------------

static bool may_enable(const struct lower *l, const struct probe *p)
{
	return p->least != PROBE_CLASS_KERNEL && p->least <= l->confined;
}

static void refuse_probe(struct lower *l, const struct sclause *c, const struct probe *p)
{
	enum probe_class least = p->least;

	diag_error(l->diags, c->clause->span, D_CONFINED, "%s:%s:%s:%s needs class %s; yours is %s", p->prov,
		   p->mod ? p->mod : "", p->func ? p->func : "", p->name,
		   least == PROBE_CLASS_KERNEL ? "kernel" : class_names[least], class_names[l->confined]);
	if (l->confined == PROBE_CLASS_USER)
		diag_hint(l->diags, "syscall:::, profile:::, pid<N>:::, the probes of your own programs, BEGIN, END and tick-N can be had");
	else
		diag_hint(l->diags, "pid<N>:::, the probes of your own programs, BEGIN, END and tick-N can be had");
}

bool confined_probes(struct lower *l)
{
	bool good = true;

	for (uint32_t i = 0; i < l->prog->clauses.n; i++) {
		const struct sclause *c = &l->prog->clauses.v[i];
		const struct probe *wrong = NULL;

		for (uint32_t k = 0; k < c->probes.n && !wrong; k++)
			if (!may_enable(l, c->stable ? c->stable : c->probes.v[k]))
				wrong = c->stable ? c->stable : c->probes.v[k];
		if (wrong)
			refuse_probe(l, c, wrong);
		good &= !wrong;
	}
	return good;
}

// ---- after lowering: what is called --------------------------------------------

// Those of the run-time library that look into the kernel.
static const struct {
	const char *name, *what, *hint;
} functions[] = {
	{ "dt_kstack", "the kernel's stack is not yours to see", "ustack() is the process's own" },
	{ "dt_tpstack", "the kernel's stack is not yours to see", "ustack() is the process's own" },
	{ "dt_fnstack", "the kernel's stack is not yours to see", "ustack() is the process's own" },
	{ "dt_d_path", "d_path() reads the kernel's directory entries", NULL },
};

static void check_function(struct lower *l, const struct ir_insn *i)
{
	const char *name = l->obj->runtime.v[i->id];

	for (size_t k = 0; k < sizeof functions / sizeof *functions; k++)
		if (!strcmp(functions[k].name, name)) {
			confined_refuse(l, i->span, functions[k].hint, "%s", functions[k].what);
			return;
		}
	if (!strcmp(name, "dt_ustack") && !fires_in_process(l->hook->kind))
		confined_refuse(l, i->span, NULL, "no process of yours is running there");
}

// A pointer, to own memory, as there are no others but those that stand for the thread.
static bool is_own(const struct lower *l, const struct ir_val *v)
{
	if (v->kind != IV_REG || l->f->regs.v[v->reg].kind != IK_POINTER)
		return false;
	for (uint32_t i = 0; i < l->parts.n; i++)
		if (l->parts.v[i] == v->reg)
			return false;
	return true;
}

static void check_helper(struct lower *l, const struct ir_insn *i)
{
	switch (i->id) {
	case READ_KERNEL:
	case READ_KERNEL_STR:		// between places of the session's own memory
		if (!is_own(l, &i->args[2]))
			confined_refuse(l, i->span, "copyin() and copyinstr() read memory of the process",
					"this reads memory of the kernel");
		break;
	case READ_USER:
	case READ_USER_STR:
		if (!fires_in_process(l->hook->kind))
			confined_refuse(l, i->span, NULL, "no process of yours is running there");
		break;
	case MAP_LOOKUP:
	case MAP_UPDATE:
	case MAP_DELETE:
	case KTIME_GET_NS:
	case PRANDOM:
	case CPU:
	case RINGBUF_OUTPUT:
		break;
	default:
		confined_refuse(l, i->span, NULL, "this acts on more than what is yours");
	}
}

void confined_calls(struct lower *l)
{
	for (uint32_t b = 0; b < l->f->blocks.n; b++)
		for (uint32_t k = 0; k < l->f->blocks.v[b].insns.n; k++) {
			const struct ir_insn *i = &l->f->blocks.v[b].insns.v[k];

			if (i->op == IR_CALL)
				check_helper(l, i);
			else if (i->op == IR_CALLRT)
				check_function(l, i);
		}
}
