// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Subroutines about memory: alloca(), bcopy(), copyin() and what belongs to them.

#include "dlang/lower/expr.h"

enum { PROBE_READ_USER = 112, PROBE_READ_KERNEL = 113, ROOM_MAX = 8192, ROOM_RUNTIME = 4096, ROOM_CROWDED = 1024 };

// The room for a size that is known at run time only, a power of two: small if only the first cut
// bytes are looked at (0: all may be).
static uint32_t runtime_room(const struct lower *l, uint32_t cut)
{
	uint32_t room = 8;

	if (!cut)
		return l->scr_used + ROOM_RUNTIME > SCRATCH_MAX / 2 ? ROOM_CROWDED : ROOM_RUNTIME;
	while (room <= cut)
		room *= 2;
	return room;
}

// A size known at run time only is a fault if there is no room for so much, or cut to what there is.
static struct ir_val runtime_size(struct lower *l, struct ir_val n, uint32_t limit, bool cut, struct span where)
{
	n = ir_r(ir_copy(l->f, IK_SCALAR, n));
	fault_if(l, IC_UGE, n, ir_i(cut ? INT32_MAX : limit), FLT_NOSCRATCH, ir_i(0), where);
	if (cut) {
		struct ir_val over = ir_set(l->f, IC_UGE, n, ir_i(limit));

		n = ir_op2(l->f, IR_OR, n, ir_op2(l->f, IR_SUB, ir_i(0), over));
	}
	return ir_op2(l->f, IR_AND, n, ir_i(limit - 1));
}

// The number of bytes, and the room to set aside for them.
static struct ir_val size_arg(struct lower *l, const struct expr *e, uint32_t cut, uint32_t *room)
{
	struct ir_val n = lower_int(l, e);
	uint32_t limit = runtime_room(l, cut);

	if (n.kind == IV_REG) {
		*room = limit - 1;
		return runtime_size(l, n, limit, cut != 0, e->span);
	}
	*room = (uint32_t)n.imm;
	if (n.imm >= 1 && n.imm <= ROOM_MAX)
		return n;
	fault_always(l, FLT_NOSCRATCH, ir_i(0), e->span);
	*room = 8;
	return ir_i(8);
}

static struct rv make_room(struct lower *l, uint32_t room)
{
	uint32_t off = scratch_alloc(l, room);

	return own_give(l, scratch_at(l, off, room), off);
}

struct rv subr_alloca(struct lower *l, const struct expr *e)
{
	uint32_t room;

	size_arg(l, e->args.v[0], 0, &room);
	return make_room(l, room);
}

static void read_into(struct lower *l, uint32_t helper, struct ir_val dst, struct ir_val n,
		      const struct expr *from)
{
	struct rv src = lower_expr(l, from);
	struct ir_val r;

	if (helper == PROBE_READ_USER)
		src = rv_int(to_scalar(l, src));
	r = own_read(l, helper, dst, n, src, helper == PROBE_READ_KERNEL && own_pointer(l, from));
	fault_if(l, IC_NE, r, ir_i(0), FLT_BADADDR, src.kind == IK_SCALAR ? src.v : ir_i(0), from->span);
}

// A NUL stands behind the bytes, so that they can be used as a string.
struct rv subr_copyin(struct lower *l, const struct expr *e)
{
	uint32_t room, kept = l->scr_kept, cut = l->cut == e ? l->cut_size : 0;
	struct ir_val n = size_arg(l, e->args.v[1], cut, &room);
	struct rv m = make_room(l, room + 1);

	if (cut)
		l->scr_kept = kept;
	read_into(l, PROBE_READ_USER, m.v, n, e->args.v[0]);
	ir_st(l->f, 1, ir_r(ir_ptr_add(l->f, m.v, n)), 0, ir_i(0));
	m.own_size = room;
	return m;
}

void subr_copyin_cut(struct lower *l, const struct expr *e, uint32_t size)
{
	while (e->kind == EX_CAST)
		e = e->a;
	l->cut = size < ROOM_MAX ? e : NULL;
	l->cut_size = size;
}

// n bytes to the scratch memory that dst means. With a number of bytes known at
// run time only, the first and the last byte are looked at.
static void copy_to(struct lower *l, const struct expr *dst, const struct expr *size,
		    const struct expr *src, uint32_t helper)
{
	struct rv to = lower_expr(l, dst);
	struct ir_val n = lower_int(l, size), at;

	if (n.kind == IV_IMM && (n.imm < 0 || n.imm > ROOM_MAX)) {
		fault_always(l, FLT_BADADDR, to_scalar(l, to), dst->span);
		return;
	}
	if (n.kind == IV_IMM) {
		at = own_address(l, to, (uint32_t)n.imm, dst->span);
	} else {
		struct ir_val addr = to_scalar(l, to), end;

		n = ir_r(ir_copy(l->f, IK_SCALAR, n));
		fault_if(l, IC_UGE, n, ir_i(ROOM_MAX), FLT_BADADDR, addr, dst->span);
		end = ir_op2(l->f, IR_ADD, addr, n);
		own_address(l, rv_int(end), 0, dst->span);
		at = own_address(l, rv_int(addr), 0, dst->span);
		n = ir_op2(l->f, IR_AND, n, ir_i(ROOM_MAX - 1));
	}
	read_into(l, helper, at, n, src);
}

struct rv subr_bcopy(struct lower *l, const struct expr *e)
{
	copy_to(l, e->args.v[1], e->args.v[2], e->args.v[0], PROBE_READ_KERNEL);
	return rv_int(ir_i(0));
}

struct rv subr_copyinto(struct lower *l, const struct expr *e)
{
	copy_to(l, e->args.v[2], e->args.v[1], e->args.v[0], PROBE_READ_USER);
	return rv_int(ir_i(0));
}

struct rv subr_copyout(struct lower *l, const struct expr *e)
{
	diag_error(l->diags, e->span, D_FUNC_UNDEF,
		   "%s() is not possible on Linux: tracing programs cannot write to a process", e->ident->name);
	diag_hint(l->diags, "the kernel's bpf_probe_write_user() is refused under lockdown and taints the "
			    "system's log; use a debugger to change a process");
	return rv_int(ir_i(0));
}

// The token goes on in the string of the last call when s is NULL.
struct ir_val subr_strtok(struct lower *l, const struct expr *e, struct ir_val dst)
{
	const struct expr *s = e->args.v[0];
	struct rv state = scratch_at(l, l->token_off, 8);
	struct rv rest = scratch_at(l, l->token_off + 8, round8(l->strsize));
	struct ir_val args[4], r;

	if (s->kind != EX_INT) {
		struct rv from = str_addr(l, s);
		uint32_t new = ir_block(l->f, "new string"), go = ir_block(l->f, "next token");

		ir_br(l->f, IC_EQ, str_word(l, from), ir_i(STR_NULL), go, new);
		ir_at(l->f, new);
		copy_string(l, rest, 0, round8(l->strsize), from.v, s->span);
		ir_st(l->f, 8, state.v, 0, ir_i(0));
		ir_jmp(l->f, go);
		ir_at(l->f, go);
	}
	args[2] = string_arg(l, e->args.v[1]);
	args[0] = dst;
	args[1] = rest.v;
	args[3] = ir_r(ir_ld(l->f, IK_SCALAR, 8, state.v, 0));
	r = ir_r(ir_callrt(l->f, IK_SCALAR, runtime_fn(l, "dt_strtok"), args, 4));
	ir_st(l->f, 8, state.v, 0, r);
	return ir_op2(l->f, IR_LSHR, r, ir_i(63));
}
