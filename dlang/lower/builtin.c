// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Built-in variables. The task is asked for once per clause and its fields are
// typed loads; the clock is read once per firing; probe names are the probe's
// number wherever text is not needed.

#include "dlang/lower/expr.h"

#include <string.h>

#include "dlang/types/uregs.h"

enum { HELPER_KTIME_GET_NS = 5, HELPER_CPU = 8, HELPER_CURRENT_TASK_BTF = 158, HELPER_TASK_PT_REGS = 175,
       TASK_KTHREAD = 0x200000 };

bool on_packet(const struct lower *l)
{
	return l->hook->kind == HOOK_PACKET_IN || l->hook->kind == HOOK_PACKET_OUT;
}

uint32_t arg_slot(struct lower *l, struct slot_source s)
{
	for (uint32_t i = 0; i < l->out->slots.n; i++) {
		const struct slot_source *o = &l->out->slots.v[i];

		if (o->kind == s.kind && o->a == s.a && o->b == s.b)
			return i;
	}
	vec_push(l->a, &l->out->slots, s);
	return l->out->slots.n - 1;
}

static uint32_t task_btf_id(struct lower *l)
{
	struct type *t = type_find_tag(l->types, TY_STRUCT, "task_struct");

	return t ? type_resolve(l->types, t)->btf_id : 0;
}

struct rv task_ptr(struct lower *l)
{
	struct rv v = { .kind = IK_POINTER, .prov = PROV_BTF, .not_null = true };

	if (l->task.v.kind != IV_NONE)
		return l->task;
	if (l->confined) {
		confined_refuse(l, l->f->span, "pid, tid, ppid, uid, gid and execname are to be had",
				"this reads the kernel's task_struct");
		v.v = ir_r(ir_copy(l->f, IK_POINTER, ir_i(0)));
		return v;
	}
	v.btf_id = task_btf_id(l);
	if (l->hook->kind == HOOK_BEGIN || l->hook->kind == HOOK_END)
		v.v = ir_r(ir_arg(l->f, IK_POINTER, arg_slot(l, (struct slot_source){ ARG_TASK, 0, 0 })));
	else
		v.v = ir_r(ir_call(l->f, IK_POINTER, HELPER_CURRENT_TASK_BTF, NULL, 0));
	l->task = v;
	return v;
}

// A field of the current task by a path of members: "cred.uid.val". Every step
// but the last that is a pointer is followed.
struct rv task_field(struct lower *l, const char *path)
{
	struct type *t = type_resolve(l->types, type_find_tag(l->types, TY_STRUCT, "task_struct"));
	struct rv p;
	uint32_t off = 0;

	if (l->confined)
		return confined_field(l, path);
	p = task_ptr(l);
	for (;;) {
		size_t n = strcspn(path, ".");
		uint32_t o = 0;
		const struct type_member *m = type_member(l->types, t, intern(l->env->interns, path, n), &o);
		struct type *mt;

		if (!m) {
			diag_error(l->diags, l->f->span, D_TYPE_MEMBER,
				   "struct task_struct of this kernel has no member '%s'", path);
			return rv_int(ir_i(0));
		}
		mt = type_resolve(l->types, m->type);
		off += o;
		path += n + (path[n] == '.');
		if (!*path) {
			uint32_t size = size_of(l, mt);
			struct ir_val v = ir_r(ir_ld(l->f, IK_SCALAR, (uint8_t)size, p.v, (int32_t)off));

			if (size < 8 && is_signed(l, mt))
				v = ir_ext(l->f, IR_SX, (uint8_t)size, v);
			return rv_int(v);
		}
		t = mt;
		if (mt->kind == TY_PTR) {
			p.v = ir_r(ir_ld(l->f, IK_POINTER, 8, p.v, (int32_t)off));
			t = type_resolve(l->types, mt->base);
			off = 0;
		}
	}
}

struct ir_val execname_word(struct lower *l, uint32_t at)
{
	uint32_t off = 0;
	struct rv task;

	if (l->confined)
		return current_word(l, at ? CURRENT_NAME_END : CURRENT_NAME);
	task = task_ptr(l);
	type_member(l->types, type_find_tag(l->types, TY_STRUCT, "task_struct"),
		    intern_str(l->env->interns, "comm"), &off);
	return ir_r(ir_ld(l->f, IK_SCALAR, 8, task.v, (int32_t)(off + at)));
}

struct ir_val timestamp(struct lower *l)
{
	uint32_t read, have;

	if (l->ts_known)
		return ir_r(l->ts);
	read = ir_block(l->f, "read clock");
	have = ir_block(l->f, "have time");
	ir_br(l->f, IC_EQ, ir_r(l->ts), ir_i(0), read, have);
	ir_at(l->f, read);
	ir_mov(l->f, l->ts, ir_r(ir_call(l->f, IK_SCALAR, HELPER_KTIME_GET_NS, NULL, 0)));
	ir_jmp(l->f, have);
	ir_at(l->f, have);
	l->ts_known = true;
	return ir_r(l->ts);
}

// ---- CPU time ------------------------------------------------------------------
//
// The scheduler adds up a thread's time (sum_exec_runtime) at ticks and switches,
// and notes when it last did so in its own clock (exec_start). What came since is
// this clock minus exec_start; programs cannot read it, but at a switch the new
// task's exec_start is its very value, so that its distance from the monotonic
// clock is known per CPU.

void note_switch(struct lower *l)
{
	const struct probe *p = l->env->on_switch;
	struct type *t = type_find_tag(l->types, TY_STRUCT, "task_struct");
	const struct type_member *se;
	uint32_t at = 0, start = 0, next;
	struct ir_val d;

	se = type_member(l->types, t, intern_str(l->env->interns, "se"), &at);
	if (!se || p->nargs < 3 ||
	    !type_member(l->types, se->type, intern_str(l->env->interns, "exec_start"), &start))
		return;
	next = ir_arg(l->f, IK_POINTER, arg_slot(l, p->args[2].source));
	d = ir_r(ir_ld(l->f, IK_SCALAR, 8, ir_r(next), (int32_t)(at + start)));
	d = ir_op2(l->f, IR_SUB, timestamp(l), d);
	ir_st(l->f, 8, ir_r(l->area), SEG_SWITCHED, d);
}

static struct rv bi_vtimestamp(struct lower *l, const struct expr *e)
{
	uint32_t r = ir_reg(l->f, IK_SCALAR), end = ir_block(l->f, "cpu time");
	uint32_t since = ir_block(l->f, "since start"), add = ir_block(l->f, "add");
	struct ir_val now = timestamp(l), start, d;
	uint32_t off;

	if (l->confined) {
		confined_refuse(l, e->span, "timestamp can be had", "vtimestamp is kept by watching the scheduler");
		return rv_int(ir_i(0));
	}
	l->uses_vtime = true;
	start = task_field(l, "se.exec_start").v;
	ir_mov(l->f, r, task_field(l, "se.sum_exec_runtime").v);
	off = ir_ld(l->f, IK_SCALAR, 8, ir_r(l->area), SEG_SWITCHED);
	ir_br(l->f, IC_EQ, ir_r(off), ir_i(0), end, since);
	ir_at(l->f, since);
	d = ir_op2(l->f, IR_SUB, ir_op2(l->f, IR_SUB, now, ir_r(off)), start);
	d = ir_r(ir_copy(l->f, IK_SCALAR, d));
	ir_br(l->f, IC_SGT, d, ir_i(0), add, end);
	ir_at(l->f, add);
	ir_mov(l->f, r, ir_op2(l->f, IR_ADD, ir_r(r), d));
	ir_jmp(l->f, end);
	ir_at(l->f, end);
	return rv_int(ir_r(r));
}

const struct probe *named_probe(struct lower *l)
{
	return l->clause->stable ? l->clause->stable : l->probes.v[0];
}

bool one_probe(struct lower *l)
{
	return l->clause->stable || l->probes.n == 1;
}

struct ir_val probe_id(struct lower *l)
{
	const struct probe *p = named_probe(l);

	if (!l->sel || l->in_error || l->clause->stable)
		return ir_i(p->id);
	if (l->id)
		return ir_r(l->id);
	if (p->has_id_source)
		return ir_r(ir_arg(l->f, IK_SCALAR, arg_slot(l, p->id_source)));
	return ir_op2(l->f, IR_ADD, ir_r(l->sel), ir_i(p->id_base));
}

const char *probe_field(const struct probe *p, enum builtin b)
{
	const char *s = b == BV_PROBEPROV ? p->prov : b == BV_PROBEMOD ? p->mod :
			b == BV_PROBEFUNC ? p->func : p->name;

	return s ? s : "";
}

uint32_t row_of(const struct probe *p)
{
	return hook_is_placed(p->hook->kind) ? p->id - p->id_base : p->sel;
}

struct ir_val probe_row(struct lower *l)
{
	return l->id ? ir_op2(l->f, IR_SUB, ir_r(l->id), ir_i(l->probes.v[0]->id_base)) : ir_r(l->sel);
}

const char *fixed_field(struct lower *l, enum builtin b)
{
	const struct probe *p = named_probe(l);
	bool more = l->id && !l->in_error && !l->clause->stable;

	if (more && b == BV_PROBENAME && p->flags & (PROBE_ENTRY | PROBE_RETURN))
		return p->name;
	l->out->names_probes |= more;
	return one_probe(l) ? probe_field(p, b) : NULL;
}

struct ir_val selector_table(struct lower *l, const uint64_t *values, uint32_t n, uint8_t size)
{
	uint32_t rows = 1, table;
	struct ir_val i;

	while (rows < n)
		rows <<= 1;
	table = layout_image(l, NULL, rows * size, 8);
	for (uint32_t k = 0; k < n; k++)
		memcpy(l->image.v + (table - CTL_IMAGE) + k * size, &values[k], size);
	i = ir_op2(l->f, IR_AND, probe_row(l), ir_i(rows - 1));
	i = ir_op2(l->f, IR_MUL, i, ir_i(size));
	return ir_r(ir_ld(l->f, IK_SCALAR, size,
			  ir_r(ir_ptr_add(l->f, ir_r(ir_mapval(l->f, MAP_CTL, (int32_t)table)), i)), 0));
}

// ---- arguments -----------------------------------------------------------------------

// d-reference §12: what an ERROR clause is told.
static struct rv error_arg(struct lower *l, uint32_t n)
{
	struct ir_val v = ir_i(0);

	if (n == 1)
		v = ir_r(l->fepid);
	else if (n == 2)
		v = ir_r(l->faction);
	else if (n == 3)
		v = ir_i(-1);
	else if (n == 4)
		v = ir_r(l->fkind);
	else if (n == 5)
		v = ir_r(l->fval);
	return rv_int(v);
}

static struct rv load_arg(struct lower *l, uint32_t n)
{
	const struct probe *p = l->probes.v[0];
	const struct probe_arg *a;
	struct rv v = { 0 };
	struct type *t = NULL;
	uint32_t slot;

	if (l->in_error)
		return error_arg(l, n);
	if (n >= p->nargs)
		return rv_int(ir_i(0));
	a = &p->args[n];
	if (l->confined && a->kernel_ptr) {
		confined_refuse(l, l->f->span, NULL, "argument %u of %s:::%s is an address in the kernel", n, p->prov,
				p->name);
		return rv_int(ir_i(0));
	}
	slot = arg_slot(l, a->source);
	if (a->btf_type)
		t = type_from_btf(l->types, a->btf_type);
	if (t)
		t = type_resolve(l->types, t);
	if (t && a->kernel_ptr && !l->hook->targets && t->kind == TY_PTR) {
		struct type *to = type_resolve(l->types, t->base);

		if ((to->kind == TY_STRUCT || to->kind == TY_UNION) && to->btf_id && !to->of_module) {
			v.kind = IK_POINTER;
			v.prov = PROV_BTF;
			v.btf_id = to->btf_id;
		}
	}
	v.v = ir_r(ir_arg(l->f, v.kind, slot));
	if (v.kind == IK_SCALAR && t && type_is_int(l->types, t))
		v.v = narrow(l, v.v, t);
	return v;
}

static struct rv bi_arg(struct lower *l, const struct expr *e)
{
	return load_arg(l, e->ident->number);
}

static struct rv bi_args(struct lower *l, const struct expr *e)
{
	struct rv v = load_arg(l, (uint32_t)e->args.v[0]->value);

	if (v.kind == IK_SCALAR && type_is_int(l->types, e->type))
		v.v = narrow(l, v.v, e->type);
	return v;
}

// ---- the others -------------------------------------------------------------------------

static struct rv bi_cpu(struct lower *l, const struct expr *e)
{
	(void)e;
	return rv_int(ir_r(ir_call(l->f, IK_SCALAR, HELPER_CPU, NULL, 0)));
}

static struct rv bi_curthread(struct lower *l, const struct expr *e)
{
	(void)e;
	return l->confined ? confined_part(l, PART_TASK) : task_ptr(l);
}

// By the probe's row.
static struct ir_val id_in_clause(struct lower *l, uint32_t base)
{
	const struct sclause *c = l->clause;
	uint32_t first = row_of(l->probes.v[0]);
	bool in_row = true;
	uint64_t *ids;

	ids = arena_alloc(l->a, l->probes.v[0]->nsel * sizeof *ids);
	for (uint32_t i = 0; i < c->probes.n; i++) {
		uint32_t row = row_of(c->probes.v[i]), id = base;

		base += !(c->probes.v[i]->flags & PROBE_LATER);
		if (c->probes.v[i]->hook != l->hook)
			continue;
		ids[row] = id;
		in_row &= id == ids[first] + row - first;
	}
	if (in_row)
		return ir_op2(l->f, IR_ADD, probe_row(l), ir_i((int64_t)ids[first] - first));
	return selector_table(l, ids, l->probes.v[0]->nsel, 4);
}

struct ir_val enabled_id(struct lower *l)
{
	uint32_t base = l->obj->schema.clauses.v[l->clause_no].epid_base;
	const struct sclause *c = l->clause;
	uint32_t id, known, end;

	if (c->stable)
		return ir_i(base);
	if (l->probes.n == 1) {
		for (uint32_t i = 0; c->probes.v[i] != l->probes.v[0]; i++)
			base += !(c->probes.v[i]->flags & PROBE_LATER);
		return ir_i(base);
	}
	if (!l->id)
		return id_in_clause(l, base);
	id = ir_copy(l->f, IK_SCALAR, ir_i(base));	// of those that come later, too
	known = ir_block(l->f, "known");
	end = ir_block(l->f, "enabled id");
	ir_br(l->f, IC_ULT, probe_row(l), ir_i(l->probes.v[0]->nsel), known, end);
	ir_at(l->f, known);
	ir_mov(l->f, id, id_in_clause(l, base));
	ir_jmp(l->f, end);
	ir_at(l->f, end);
	return ir_r(id);
}

static struct rv bi_epid(struct lower *l, const struct expr *e)
{
	(void)e;
	return rv_int(enabled_id(l));
}

static struct rv bi_errno(struct lower *l, const struct expr *e)
{
	const struct probe *p = l->probes.v[0];

	(void)e;
	if (!(p->flags & PROBE_ERRNO) || l->in_error)
		return rv_int(ir_i(0));
	return rv_int(ir_r(ir_arg(l->f, IK_SCALAR, arg_slot(l, p->errno_source))));
}

static struct rv bi_field(struct lower *l, const struct expr *e)
{
	static const struct { enum builtin b; const char *path; } paths[] = {
		{ BV_PID, "tgid" }, { BV_TID, "pid" }, { BV_PPID, "real_parent.tgid" },
		{ BV_UID, "cred.uid.val" }, { BV_GID, "cred.gid.val" },
	};

	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		if (paths[i].b == e->ident->builtin)
			return task_field(l, paths[i].path);
	return rv_int(ir_i(0));
}

static struct rv bi_id(struct lower *l, const struct expr *e)
{
	(void)e;
	return rv_int(probe_id(l));
}

static struct rv bi_ipl(struct lower *l, const struct expr *e)
{
	(void)l;
	(void)e;
	return rv_int(ir_i(0));
}

static struct rv bi_timestamp(struct lower *l, const struct expr *e)
{
	(void)e;
	return rv_int(timestamp(l));
}

static struct rv bi_walltimestamp(struct lower *l, const struct expr *e)
{
	struct ir_val t = timestamp(l);
	uint32_t off = ir_ld(l->f, IK_SCALAR, 8, ir_r(ir_mapval(l->f, MAP_CTL, CTL_WALL)), 0);

	(void)e;
	return rv_int(ir_op2(l->f, IR_ADD, t, ir_r(off)));
}

static struct rv bi_caller(struct lower *l, const struct expr *e)
{
	return stack_caller(l, e->ident->builtin == BV_UCALLER);
}

static struct rv bi_depth(struct lower *l, const struct expr *e)
{
	return stack_depth(l, e->ident->builtin == BV_USTACKDEPTH);
}

// A register of the process as it was when it entered the kernel; 0 in a thread of
// the kernel, which has none.
static struct rv bi_uregs(struct lower *l, const struct expr *e)
{
	const struct ureg *u = ureg_find((int64_t)e->args.v[0]->value);
	struct expr part = { .kind = EX_NAME, .span = e->span };
	uint32_t r = ir_copy(l->f, IK_SCALAR, ir_i(0)), has = ir_block(l->f, "registers");
	uint32_t end = ir_block(l->f, "register"), at = 0, size = 0;
	struct place p = { .base = task_ptr(l), .indirect = true };
	struct ir_val kernel = ir_op2(l->f, IR_AND, task_field(l, "flags").v, ir_i(TASK_KTHREAD));

	if (!member_at(l, u->sou, u->path, e->span, &at, &part.type))
		return rv_int(ir_i(0));
	size = size_of(l, part.type);
	if (size > 8)			// one of an array
		part.type = type_base(l->types, "uint64_t");
	ir_br(l->f, IC_EQ, kernel, ir_i(0), has, end);
	ir_at(l->f, has);
	if (!strcmp(u->sou, "pt_regs"))
		p.base.v = ir_r(ir_call(l->f, IK_POINTER, HELPER_TASK_PT_REGS, &p.base.v, 1));
	p.off = at + u->skip;
	ir_mov(l->f, r, load_place(l, p, &part).v);
	ir_jmp(l->f, end);
	ir_at(l->f, end);
	return rv_int(ir_r(r));
}

typedef struct rv (*builtin_fn)(struct lower *l, const struct expr *e);

static const builtin_fn builtins[BI_COUNT] = {
	[BV_ARG] = bi_arg, [BV_ARGS] = bi_args, [BV_CPU] = bi_cpu, [BV_CURTHREAD] = bi_curthread,
	[BV_EPID] = bi_epid, [BV_ERRNO] = bi_errno, [BV_GID] = bi_field, [BV_ID] = bi_id,
	[BV_IPL] = bi_ipl, [BV_PID] = bi_field, [BV_PPID] = bi_field, [BV_TID] = bi_field,
	[BV_TIMESTAMP] = bi_timestamp, [BV_UID] = bi_field, [BV_UREGS] = bi_uregs,
	[BV_VTIMESTAMP] = bi_vtimestamp,
	[BV_WALLTIMESTAMP] = bi_walltimestamp, [BV_CALLER] = bi_caller, [BV_UCALLER] = bi_caller,
	[BV_STACKDEPTH] = bi_depth, [BV_USTACKDEPTH] = bi_depth,
};

struct rv builtin_load(struct lower *l, const struct expr *e)
{
	builtin_fn fn = builtins[e->ident->builtin];

	if (!fn) {
		diag_error(l->diags, e->span, D_UNKNOWN, "'%s' cannot be used here", e->ident->name);
		return rv_int(ir_i(0));
	}
	return fn(l, e);
}
