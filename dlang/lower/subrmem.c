// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Subroutines about memory: alloca(), bcopy(), copyin() and what belongs to them.

#include "dlang/lower/expr.h"

enum { PROBE_READ_USER = 112, PROBE_READ_KERNEL = 113, ROOM_MAX = 8192, ROOM_DEFAULT = 1024 };

// A size known only at run time is bounded by the room set aside for it.
static struct ir_val size_arg(struct lower *l, const struct expr *e, uint32_t *room)
{
	struct ir_val n = lower_int(l, e);

	*room = n.kind == IV_IMM ? round8((uint32_t)n.imm) : ROOM_DEFAULT;
	if (n.kind == IV_IMM && (n.imm < 1 || n.imm > ROOM_MAX)) {
		fault_always(l, FLT_NOSCRATCH, ir_i(0), e->span);
		*room = 8;
		return ir_i(8);
	}
	if (n.kind == IV_REG) {
		n = ir_r(ir_copy(l->f, IK_SCALAR, n));
		fault_if(l, IC_UGE, n, ir_i(ROOM_DEFAULT), FLT_NOSCRATCH, ir_i(0), e->span);
		n = ir_op2(l->f, IR_AND, n, ir_i(ROOM_DEFAULT - 1));
	}
	return n;
}

static struct rv make_room(struct lower *l, uint32_t room)
{
	uint32_t off = scratch_alloc(l, room);

	return own_give(l, scratch_at(l, off, room), off);
}

struct rv subr_alloca(struct lower *l, const struct expr *e)
{
	uint32_t room;

	size_arg(l, e->args.v[0], &room);
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

struct rv subr_copyin(struct lower *l, const struct expr *e)
{
	uint32_t room;
	struct ir_val n = size_arg(l, e->args.v[1], &room);
	struct rv m = make_room(l, room);

	read_into(l, PROBE_READ_USER, m.v, n, e->args.v[0]);
	return m;
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
