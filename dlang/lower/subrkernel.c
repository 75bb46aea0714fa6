// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Subroutines that look into objects of the kernel: locks, processes, paths.
// Where a member is comes from the kernel's own types; a kernel that has it not
// is told of in one sentence.

#include "dlang/lower/expr.h"

// Bytes from the start of a struct to a member, by a path of members.
static bool member_at(struct lower *l, const char *sou, const char *path, struct span where, uint32_t *at)
{
	struct type *t = type_find_tag(l->types, TY_STRUCT, sou);
	const char *p = path;

	*at = 0;
	while (t && *p) {
		size_t n = 0;
		uint32_t off = 0;
		const struct type_member *m;

		while (p[n] && p[n] != '.')
			n++;
		m = type_member(l->types, type_resolve(l->types, t), intern(l->env->interns, p, n), &off);
		*at += off;
		t = m ? m->type : NULL;
		p += n + (p[n] == '.');
	}
	if (t)
		return true;
	diag_error(l->diags, where, D_TYPE_MEMBER, "struct %s of this kernel has no member %s", sou, path);
	return false;
}

// A word of the object that the first argument leads to.
static struct ir_val object_word(struct lower *l, const struct expr *e, const char *sou, const char *path)
{
	struct place p = { .base = lower_expr(l, e->args.v[0]), .indirect = true };
	struct expr word = { .kind = EX_NAME, .span = e->span, .type = type_base(l->types, "uint64_t") };
	uint32_t at;

	if (!member_at(l, sou, path, e->span, &at))
		return ir_i(0);
	p.off = at;
	p.own = own_pointer(l, e->args.v[0]);
	return load_place(l, p, &word).v;
}

struct rv subr_mutex(struct lower *l, const struct expr *e)
{
	enum builtin b = e->ident->builtin;
	struct ir_val owner;

	if (b == BS_MUTEX_SPIN || b == BS_MUTEX_ADAPTIVE) {	// all of Linux's mutexes are
		lower_effect(l, e->args.v[0]);
		return rv_int(ir_i(b == BS_MUTEX_ADAPTIVE));
	}
	owner = ir_op2(l->f, IR_AND, object_word(l, e, "mutex", "owner.counter"), ir_i(-8));
	if (b == BS_MUTEX_OWNER)
		return rv_int(owner);
	owner = ir_r(ir_copy(l->f, IK_SCALAR, owner));
	return rv_int(ir_set(l->f, IC_EQ, owner, to_scalar(l, task_ptr(l))));
}

// count: 1 a writer has it, 2 somebody waits, 256 for each reader.
struct rv subr_rwlock(struct lower *l, const struct expr *e)
{
	static const struct { enum builtin b; int64_t mask; } masks[] = {
		{ BS_RW_WRITE_HELD, 1 }, { BS_RW_ISWRITER, 3 }, { BS_RW_READ_HELD, 0x7fffffffffffff00 },
	};
	struct ir_val count = object_word(l, e, "rw_semaphore", "count.counter");

	for (size_t i = 0; i < sizeof masks / sizeof *masks; i++)
		if (masks[i].b == e->ident->builtin)
			count = ir_op2(l->f, IR_AND, count, ir_i(masks[i].mask));
	return rv_int(ir_set(l->f, IC_NE, ir_r(ir_copy(l->f, IK_SCALAR, count)), ir_i(0)));
}

// dev_t inside the kernel: 12 bits of major number, 20 of minor.
struct rv subr_dev(struct lower *l, const struct expr *e)
{
	struct ir_val dev = narrow(l, lower_int(l, e->args.v[0]), type_base(l->types, "uint32_t"));

	if (e->ident->builtin == BS_GETMAJOR)
		return rv_int(ir_op2(l->f, IR_LSHR, dev, ir_i(20)));
	return rv_int(ir_op2(l->f, IR_AND, dev, ir_i(0xfffff)));
}

struct rv subr_progenyof(struct lower *l, const struct expr *e)
{
	struct ir_val args[4];
	uint32_t parent, id;

	args[1] = lower_int(l, e->args.v[0]);
	args[0] = to_scalar(l, task_ptr(l));
	if (!member_at(l, "task_struct", "real_parent", e->span, &parent) ||
	    !member_at(l, "task_struct", "tgid", e->span, &id))
		return rv_int(ir_i(0));
	args[2] = ir_i(parent);
	args[3] = ir_i(id);
	return rv_int(ir_r(ir_callrt(l->f, IK_SCALAR, runtime_fn(l, "dt_progenyof"), args, 4)));
}

struct ir_val subr_d_path(struct lower *l, const struct expr *e, struct ir_val dst)
{
	static const struct { const char *sou, *path; } members[] = {
		{ "dentry", "d_parent" }, { "dentry", "d_name.name" }, { "dentry", "d_name.len" },
		{ "vfsmount", "mnt_root" }, { "mount", "mnt" }, { "mount", "mnt_parent" },
		{ "mount", "mnt_mountpoint" }, { "path", "dentry" }, { "path", "mnt" },
	};
	uint32_t at[9];
	struct ir_val args[5], r;
	uint64_t offs[2] = { 0, 0 };

	for (uint32_t i = 0; i < 9; i++)
		if (!member_at(l, members[i].sou, members[i].path, e->span, &at[i]))
			return ir_i(0);
	at[7] -= at[8];
	for (uint32_t i = 0; i < 8; i++)
		offs[i / 4] |= (uint64_t)(at[i] & 0xffff) << (16 * (i % 4));
	args[0] = dst;
	args[1] = scratch_at(l, scratch_alloc(l, l->strsize), l->strsize).v;
	args[2] = ir_op2(l->f, IR_ADD, lower_int(l, e->args.v[0]), ir_i(at[8]));
	args[3] = ir_i((int64_t)offs[0]);
	args[4] = ir_i((int64_t)offs[1]);
	r = ir_r(ir_callrt(l->f, IK_SCALAR, runtime_fn(l, "dt_d_path"), args, 5));
	fault_if(l, IC_NE, r, ir_i(0), FLT_BADADDR, args[2], e->span);
	return ir_i(0);
}
