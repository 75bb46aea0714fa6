// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Scratch memory that D has addresses of: what alloca() and copyin() return. D
// computes with a number, OWN_BASE plus the offset in the clause's scratch slot;
// it is an address of nothing, so that the kernel's are never seen, and any use
// but the ones here is an invalid address. Where it is used, the offset is
// compared with what the clause has allocated so far (a fault) and masked (the
// bound that the verifier and the checker see; layout leaves room behind the
// slots for what the mask admits).

#include "dlang/lower/expr.h"

#include <errno.h>

static const int64_t OWN_BASE = 0x5ca7c40000000000;
enum { HELPER_PROBE_READ_KERNEL = 113, HELPER_PROBE_READ_KERNEL_STR = 115 };

// m at this offset of the slot is given to D.
struct rv own_give(struct lower *l, struct rv m, uint32_t off)
{
	l->own_given = true;
	l->scr_kept = l->scr_used;
	m.handle = OWN_BASE + off;
	return m;
}

struct ir_val read_slot(struct lower *l)
{
	if (l->read_slot == UINT32_MAX)
		l->read_slot = ir_slot(l->f, 24);
	return ir_r(ir_slotaddr(l->f, l->read_slot, 0));
}

// May this pointer be an address in scratch memory?
bool own_pointer(struct lower *l, const struct expr *e)
{
	enum type_kind k = type_resolve(l->types, e->type)->kind;

	if (!l->own_given || !l->scr)
		return false;
	switch (e->kind) {
	case EX_NAME:
	case EX_INDEX: return e->ident && e->ident->kind == ID_VAR;
	case EX_CALL: return true;
	case EX_CAST:
	case EX_STRINGOF:
	case EX_ASSIGN:
	case EX_POSTFIX: return own_pointer(l, e->a);
	case EX_UNARY: return e->op == OP_DEREF || e->op == OP_ADDR || own_pointer(l, e->a);
	case EX_MEMBER: return k == TY_ARRAY && own_pointer(l, e->a);
	case EX_BINARY: return own_pointer(l, e->a) || own_pointer(l, e->b);
	case EX_COMMA: return own_pointer(l, e->b);
	case EX_COND: return own_pointer(l, e->b) || own_pointer(l, e->c);
	default: return false;
	}
}

// May this lvalue lie in scratch memory?
bool own_lvalue(struct lower *l, const struct expr *e)
{
	switch (e->kind) {
	case EX_UNARY: return e->op == OP_DEREF && own_pointer(l, e->a);
	case EX_INDEX: return type_resolve(l->types, e->a->type)->kind == TY_PTR ? own_pointer(l, e->a) : own_lvalue(l, e->a);
	case EX_MEMBER: return e->arrow ? own_pointer(l, e->a) : own_lvalue(l, e->a);
	default: return false;
	}
}

// Is the access inside what was allocated, by numbers known now?
bool own_static(const struct place *p, uint32_t size)
{
	return p->base.handle && p->base.kind == IK_POINTER && p->off >= 0 &&
	       (uint64_t)p->off + size <= p->base.own_size;
}

static struct ir_val address(struct lower *l, struct place p)
{
	return ir_op2(l->f, IR_ADD, to_scalar(l, p.base), ir_i(p.off));
}

static struct ir_val offset_of(struct lower *l, struct ir_val addr)
{
	return ir_r(ir_copy(l->f, IK_SCALAR, ir_op2(l->f, IR_SUB, addr, ir_i(OWN_BASE))));
}

static struct ir_val reach(struct lower *l, struct ir_val off)
{
	l->own_reached = true;
	return ir_r(ir_ptr_add(l->f, ir_r(l->scr), ir_op2(l->f, IR_AND, off, ir_i(SCRATCH_MAX - 1))));
}

// The last offset at which so many bytes may be used; negative: nowhere.
static int64_t last_offset(struct lower *l, uint32_t size)
{
	return l->scr && l->own_given ? (int64_t)l->scr_used - size : -1;
}

static struct ir_val read_at(struct lower *l, uint32_t helper, struct ir_val dst, struct ir_val size,
			     struct ir_val src)
{
	struct ir_val args[3] = { dst, size, src };

	return ir_r(ir_call(l->f, IK_SCALAR, helper, args, 3));
}

struct ir_val own_read(struct lower *l, uint32_t helper, struct ir_val dst, struct ir_val size,
		       struct rv p, bool own)
{
	uint32_t r, mine, other, end;
	struct ir_val off;

	if (p.kind == IK_POINTER || !own || last_offset(l, 1) < 0)
		return read_at(l, helper, dst, size, p.v);
	r = ir_copy(l->f, IK_SCALAR, ir_i(0));
	mine = ir_block(l->f, "own memory");
	other = ir_block(l->f, "kernel memory");
	end = ir_block(l->f, "read");
	off = offset_of(l, p.v);
	ir_br(l->f, IC_ULE, off, ir_i(last_offset(l, 1)), mine, other);
	ir_at(l->f, mine);
	ir_mov(l->f, r, read_at(l, helper, dst, size, reach(l, off)));
	ir_jmp(l->f, end);
	ir_at(l->f, other);
	if (l->confined && (helper == HELPER_PROBE_READ_KERNEL || helper == HELPER_PROBE_READ_KERNEL_STR))
		ir_mov(l->f, r, ir_i(-EFAULT));
	else
		ir_mov(l->f, r, read_at(l, helper, dst, size, p.v));
	ir_jmp(l->f, end);
	ir_at(l->f, end);
	return ir_r(r);
}

// A scalar at a place that may be in scratch memory.
struct ir_val own_load(struct lower *l, struct place p, uint32_t size, struct span where)
{
	struct ir_val addr = address(l, p), tmp = read_slot(l), r;

	ir_st(l->f, 8, tmp, 0, ir_i(0));
	r = own_read(l, HELPER_PROBE_READ_KERNEL, tmp, ir_i(size), rv_int(addr), true);
	fault_if(l, IC_NE, r, ir_i(0), FLT_BADADDR, addr, where);
	return ir_r(ir_ld(l->f, IK_SCALAR, (uint8_t)size, read_slot(l), 0));
}

// The address, for the verifier, of size bytes of scratch memory; a fault if D's is another.
struct ir_val own_address(struct lower *l, struct rv p, uint32_t size, struct span where)
{
	struct place q = { .base = p };
	int64_t last = last_offset(l, size);
	struct ir_val addr, off;

	if (own_static(&q, size))
		return p.v;
	addr = to_scalar(l, p);
	if (last < 0) {
		fault_always(l, FLT_BADADDR, addr, where);
		last = 0;
	}
	if (!l->scr)
		return ir_r(ir_mapval(l->f, MAP_CTL, (int32_t)l->zero_off));	// not reached
	off = offset_of(l, addr);
	fault_if(l, IC_UGT, off, ir_i(last), FLT_BADADDR, addr, where);
	return reach(l, off);
}

void own_store(struct lower *l, struct place p, uint32_t size, struct ir_val v, struct span where)
{
	if (own_static(&p, size))
		ir_st(l->f, (uint8_t)size, p.base.v, (int32_t)p.off, v);
	else
		ir_st(l->f, (uint8_t)size,
		      own_address(l, rv_int(address(l, p)), size, where), 0, v);
}

// ---- assignment ------------------------------------------------------------

static bool writable(struct lower *l, struct place *p, const struct expr *e)
{
	if (p->base.kind != IK_POINTER || p->base.handle)
		return true;
	diag_error(l->diags, e->span, D_OP_WRITE, "kernel memory cannot be written");
	diag_hint(l->diags, "only D variables and memory of alloca() and copyin() can be assigned to");
	return false;
}

static struct ir_val into_bits(struct lower *l, struct place p, const struct expr *t, struct ir_val v)
{
	uint64_t ones = t->bit_size == 64 ? UINT64_MAX : (1ull << t->bit_size) - 1;
	uint64_t mask = ones << t->bit_off;
	struct ir_val old = own_load(l, p, size_of(l, t->type), t->span);

	v = ir_op2(l->f, IR_AND, ir_op2(l->f, IR_SHL, v, ir_i(t->bit_off)), ir_i((int64_t)mask));
	return ir_op2(l->f, IR_OR, v, ir_op2(l->f, IR_AND, old, ir_i((int64_t)~mask)));
}

static void store_scalar(struct lower *l, struct place p, const struct expr *t, struct ir_val v)
{
	if (t->kind == EX_MEMBER && t->bit_size)
		v = into_bits(l, p, t, v);
	own_store(l, p, size_of(l, t->type), v, t->span);
}

static struct ir_val step_of(struct lower *l, const struct expr *target)
{
	struct type *t = type_resolve(l->types, target->type);
	uint32_t n = t->kind == TY_PTR && t->base ? size_of(l, t->base) : 1;

	return ir_i(n ? n : 1);
}

static void assign_whole(struct lower *l, struct place p, const struct expr *e)
{
	uint32_t size = size_of(l, e->a->type);
	struct rv tmp = scratch_at(l, scratch_alloc(l, size), round8(size));
	struct rv at = p.base;

	sou_into(l, e->b, tmp, 0, size);
	if (p.off)
		at = rv_int(address(l, p));
	own_read(l, HELPER_PROBE_READ_KERNEL, own_address(l, at, size, e->span), ir_i(size), tmp, false);
}

static void assign_string(struct lower *l, struct place p, const struct expr *e)
{
	struct rv src = str_addr(l, e->b), dst = p.base;

	if (p.off)
		dst = rv_int(address(l, p));
	dst.v = own_address(l, dst, l->strsize, e->span);
	dst.kind = IK_POINTER;
	copy_cell(l, dst, 0, l->strsize, src.v);
}

// *p = v, p[i] = v, p->member = v, and with an operator.
struct rv own_assign(struct lower *l, const struct expr *e, bool wanted)
{
	struct place p = lower_place(l, e->a);
	struct ir_val v, old;

	if (!writable(l, &p, e))
		return rv_int(ir_i(0));
	p.own = true;
	if (string_type(l, e->a->type)) {
		assign_string(l, p, e);
		return wanted ? str_addr(l, e->a) : rv_int(ir_i(0));
	}
	if (sou_type(l, e->a->type)) {
		assign_whole(l, p, e);
		return p.base;
	}
	v = lower_int(l, e->b);
	if (e->op != OP_NONE) {
		old = load_place(l, p, e->a).v;
		if (e->op == OP_ADD || e->op == OP_SUB)
			v = ir_op2(l->f, IR_MUL, v, step_of(l, e->a));
		v = arith(l, e->op, old, v, e->op == OP_SHR ? is_signed(l, e->a->type) :
			  both_signed(l, e->a->type, e->b->type), e->span);
	}
	v = ir_r(ir_copy(l->f, IK_SCALAR, narrow_to(l, v, e->a)));
	store_scalar(l, p, e->a, v);
	return rv_int(v);
}

struct rv own_incdec(struct lower *l, const struct expr *e)
{
	struct place p = lower_place(l, e->a);
	struct ir_val old, now;

	if (!writable(l, &p, e))
		return rv_int(ir_i(0));
	p.own = true;
	old = ir_r(ir_copy(l->f, IK_SCALAR, load_place(l, p, e->a).v));
	now = ir_op2(l->f, e->op == OP_INC ? IR_ADD : IR_SUB, old, step_of(l, e->a));
	now = ir_r(ir_copy(l->f, IK_SCALAR, narrow_to(l, now, e->a)));
	store_scalar(l, p, e->a, now);
	return rv_int(e->kind == EX_POSTFIX ? old : now);
}

// ---- what lives through the firing -----------------------------------------

static bool calls(const struct expr *e, enum builtin b)
{
	if (!e)
		return false;
	if (e->kind == EX_CALL && e->ident && e->ident->kind == ID_SUBR && e->ident->builtin == b)
		return true;
	for (uint32_t i = 0; i < e->args.n; i++)
		if (calls(e->args.v[i], b))
			return true;
	return calls(e->a, b) || calls(e->b, b) || calls(e->c, b);
}

static bool stmts_call(struct stmt *const *s, uint32_t n, enum builtin b)
{
	for (uint32_t i = 0; i < n; i++)
		if (calls(s[i]->expr, b) || stmts_call(s[i]->then_body.v, s[i]->then_body.n, b) ||
		    stmts_call(s[i]->else_body.v, s[i]->else_body.n, b))
			return true;
	return false;
}

static bool clauses_call(struct lower *l, const uint32_t *clauses, uint32_t n, enum builtin b)
{
	for (uint32_t i = 0; i < n; i++) {
		const struct clause *c = l->prog->clauses.v[clauses[i]].clause;

		if (calls(c->pred, b) || stmts_call(c->body.v, c->body.n, b))
			return true;
	}
	return false;
}

static void hold(struct lower *l)
{
	if (!l->prog_scratch)
		scratch_claim(l);
	l->prog_scratch = true;
}

static bool has_local_pointer(struct lower *l)
{
	for (uint32_t i = 0; i < l->prog->locals.n; i++)
		if (type_resolve(l->types, l->prog->locals.v[i]->type)->kind == TY_PTR)
			return true;
	return false;
}

// Before the clauses of a program: the state of strtok(), and whether memory
// that a clause allocates may be used by the ones after it through this->.
void own_hold(struct lower *l, const uint32_t *clauses, uint32_t n)
{
	l->own_given = l->own_keep = false;
	if (clauses_call(l, clauses, n, BS_STRTOK)) {
		hold(l);
		l->token_off = scratch_alloc(l, 8 + l->strsize);
		ir_st(l->f, 8, scratch_at(l, l->token_off, 8).v, 0, ir_i(-1));
	}
	if (n > 1 && has_local_pointer(l) &&
	    (clauses_call(l, clauses, n, BS_ALLOCA) || clauses_call(l, clauses, n, BS_COPYIN))) {
		hold(l);
		l->own_keep = true;
	}
}
