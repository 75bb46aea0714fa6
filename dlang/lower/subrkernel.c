// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Subroutines that look into objects of the kernel: locks, processes, paths.
// Where a member is comes from the kernel's own types; a kernel that has it not
// is told of in one sentence.

#include "dlang/lower/expr.h"

bool member_at(struct lower *l, const char *sou, const char *path, struct span where, uint32_t *at,
	       struct type **type)
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
	if (t && type)
		*type = t;
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

	if (!member_at(l, sou, path, e->span, &at, NULL))
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
	if (!member_at(l, "task_struct", "real_parent", e->span, &parent, NULL) ||
	    !member_at(l, "task_struct", "tgid", e->span, &id, NULL))
		return rv_int(ir_i(0));
	args[2] = ir_i(parent);
	args[3] = ir_i(id);
	return rv_int(ir_r(ir_callrt(l->f, IK_SCALAR, runtime_fn(l, "dt_progenyof"), args, 4)));
}

// ---- files and paths ---------------------------------------------------------

// The table of members that functions of the run-time library read.
struct ir_val members_table(struct lower *l, struct span where)
{
	static const struct { const char *sou, *path; } members[] = {
#define MEMBER(id, sou, path) { sou, path },
#include "dlang/runtime/members.def"
#undef MEMBER
	};
	uint16_t places[32] = { 0 };
	uint32_t at;

	for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
		if (!member_at(l, members[i].sou, members[i].path, where, &at, NULL))
			break;
		places[i] = (uint16_t)at;
	}
	if (!l->members_off)
		l->members_off = layout_image(l, places, sizeof places, 8);
	return ir_r(ir_mapval(l->f, MAP_CTL, (int32_t)l->members_off));
}

struct rv subr_getf(struct lower *l, const struct expr *e)
{
	struct ir_val args[3];

	args[2] = narrow(l, lower_int(l, e->args.v[0]), type_base(l->types, "int"));
	args[1] = to_scalar(l, task_ptr(l));
	args[0] = members_table(l, e->span);
	return rv_int(ir_r(ir_callrt(l->f, IK_SCALAR, runtime_fn(l, "dt_getf"), args, 3)));
}

// A word of the kernel's at an address that may be bad.
static struct ir_val word_at(struct lower *l, struct ir_val address, const struct expr *e)
{
	struct expr word = { .kind = EX_NAME, .span = e->span, .type = type_base(l->types, "uint64_t") };

	return load_place(l, (struct place){ .base = rv_int(address), .indirect = true }, &word).v;
}

static bool has_member(struct lower *l, const char *sou, const char *member)
{
	struct type *t = type_find_tag(l->types, TY_STRUCT, sou);
	uint32_t off;

	return t && type_member(l->types, t, intern_str(l->env->interns, member), &off);
}

// A mount of the file system that a dentry is on, the one that was made first; 0:
// it is not mounted.
static struct ir_val some_mount(struct lower *l, const struct expr *e, struct ir_val dentry)
{
	bool list = has_member(l, "mount", "mnt_instance");	// until 6.17
	uint32_t sb = 0, mounts = 0, member = 0, mnt = 0, r = ir_copy(l->f, IK_SCALAR, ir_i(0)), have, end;
	struct ir_val head, first;

	if (!member_at(l, "dentry", "d_sb", e->span, &sb, NULL) ||
	    !member_at(l, "super_block", "s_mounts", e->span, &mounts, NULL) ||
	    !member_at(l, "mount", "mnt", e->span, &mnt, NULL) ||
	    (list && !member_at(l, "mount", "mnt_instance", e->span, &member, NULL)))
		return ir_i(0);
	have = ir_block(l->f, "mounted");
	end = ir_block(l->f, "mount known");
	head = ir_op2(l->f, IR_ADD, word_at(l, ir_op2(l->f, IR_ADD, dentry, ir_i(sb)), e), ir_i(mounts));
	head = ir_r(ir_copy(l->f, IK_SCALAR, head));
	first = ir_r(ir_copy(l->f, IK_SCALAR, word_at(l, head, e)));
	ir_br(l->f, IC_EQ, first, list ? head : ir_i(0), end, have);
	ir_at(l->f, have);
	ir_mov(l->f, r, ir_op2(l->f, IR_ADD, first, ir_i((int64_t)mnt - member)));
	ir_jmp(l->f, end);
	ir_at(l->f, end);
	return ir_r(r);
}

// d_path(struct path *), mount_path(struct path *), dentry_path(struct dentry *).
struct ir_val subr_d_path(struct lower *l, const struct expr *e, struct ir_val dst)
{
	enum builtin b = e->ident->builtin;
	struct ir_val of = ir_r(ir_copy(l->f, IK_SCALAR, lower_int(l, e->args.v[0]))), mnt, dentry, args[4];
	uint32_t at_mnt = 0, at_dentry = 0, root = 0;
	struct rv fs;

	if (!member_at(l, "path", "mnt", e->span, &at_mnt, NULL) ||
	    !member_at(l, "path", "dentry", e->span, &at_dentry, NULL) ||
	    !member_at(l, "vfsmount", "mnt_root", e->span, &root, NULL))
		return ir_i(0);
	if (b == BS_DENTRY_PATH) {
		dentry = of;
		mnt = some_mount(l, e, of);
	} else {
		mnt = ir_r(ir_copy(l->f, IK_SCALAR, word_at(l, ir_op2(l->f, IR_ADD, of, ir_i(at_mnt)), e)));
		dentry = ir_op2(l->f, IR_ADD, b == BS_MOUNT_PATH ? mnt : of,
				ir_i(b == BS_MOUNT_PATH ? root : at_dentry));
		dentry = word_at(l, dentry, e);
	}
	ir_st(l->f, 8, dst, 0, mnt);
	ir_st(l->f, 8, dst, 8, dentry);
	fs = task_field(l, "fs");
	fs.kind = IK_POINTER;
	args[3] = to_scalar(l, fs);
	args[2] = members_table(l, e->span);
	args[1] = scratch_at(l, scratch_alloc(l, l->strsize), l->strsize).v;
	args[0] = dst;
	return ir_r(ir_callrt(l->f, IK_SCALAR, runtime_fn(l, "dt_d_path"), args, 4));
}
