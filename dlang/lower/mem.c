// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Memory: places named by ->, ., * and [], and loads from them. Through a
// pointer whose type the verifier knows by BTF a load is one instruction, after
// a test for NULL; anything else is read by a helper, and a refused read is a
// fault. Loads the verifier cannot type (unions, bit-fields, run-time indices)
// go through the helper too.

#include "dlang/lower/expr.h"

static const uint32_t HELPER_PROBE_READ_USER = 112, HELPER_PROBE_READ_KERNEL = 113;

// ---- places ----------------------------------------------------------------------

// Is the named member, looked up through anonymous members, inside a union?
static bool member_in_union(struct lower *l, struct type *sou, const char *name)
{
	sou = type_resolve(l->types, sou);
	if (sou->kind == TY_UNION)
		return true;
	for (uint32_t i = 0; i < sou->members.n; i++) {
		const struct type_member *m = &sou->members.v[i];
		uint32_t off;

		if (m->name) {
			if (m->name == name)
				return false;
		} else if (type_member(l->types, m->type, name, &off)) {
			return member_in_union(l, m->type, name);
		}
	}
	return false;
}

// A pointer that the verifier knows is good only for the type that it points to.
static struct place place_deref(struct lower *l, const struct expr *pointer)
{
	struct place p = { .base = lower_expr(l, pointer), .own = own_pointer(l, pointer) };
	const struct type *to = type_resolve(l->types, pointer->type);

	if (to->kind == TY_PTR && to->userland) {
		p.user = p.indirect = true;
		p.own = false;
		p.base = rv_int(to_scalar(l, p.base));
		return p;
	}
	to = to->base ? type_resolve(l->types, to->base) : to;
	p.indirect = p.base.prov == PROV_BTF && to->btf_id != p.base.btf_id;
	return p;
}

static struct place place_member(struct lower *l, const struct expr *e)
{
	struct place p = e->arrow ? place_deref(l, e->a) : lower_place(l, e->a);
	struct type *sou = type_resolve(l->types, e->a->type);

	if (e->arrow)
		sou = type_resolve(l->types, sou->base);
	p.indirect |= member_in_union(l, sou, e->name) || e->bit_size;
	p.off += e->member_off;
	return p;
}

// A character of a string in the session's memory; a fault beyond it. The index has its bounds from a mask: that of
// the first so many bytes, a power of two, or of the last.
static struct rv char_at(struct lower *l, struct rv s, struct ir_val index, struct span where)
{
	uint32_t i = ir_copy(l->f, IK_SCALAR, index), at = ir_reg(l->f, IK_POINTER), part = 1u << 31;
	uint32_t last, found;

	fault_if(l, IC_UGE, ir_r(i), ir_i(s.own_size), FLT_BADADDR, ir_r(i), where);
	while (part > s.own_size)
		part >>= 1;
	ir_mov(l->f, at, s.v);
	if (part < s.own_size) {
		last = ir_block(l->f, "near its end");
		found = ir_block(l->f, "character");
		ir_br(l->f, IC_UGE, ir_r(i), ir_i(part), last, found);
		ir_at(l->f, last);
		ir_mov(l->f, at, ir_r(ir_ptr_add(l->f, s.v, ir_i(s.own_size - part))));
		ir_mov(l->f, i, ir_op2(l->f, IR_SUB, ir_r(i), ir_i(s.own_size - part)));
		ir_jmp(l->f, found);
		ir_at(l->f, found);
	}
	s.v = ir_r(ir_ptr_add(l->f, ir_r(at), ir_op2(l->f, IR_AND, ir_r(i), ir_i(part - 1))));
	s.own_size = 1;
	return s;
}

static struct place place_index(struct lower *l, const struct expr *e)
{
	struct type *t = type_resolve(l->types, e->a->type);
	struct place p = t->kind == TY_ARRAY ? lower_place(l, e->a) : place_deref(l, e->a);
	uint32_t size = size_of(l, e->type);
	const struct expr *i = e->args.v[0];

	if (t->kind != TY_ARRAY && p.base.prov == PROV_BTF && i->kind == EX_INT && i->value)
		p.indirect = true;
	// The verifier knows the array's size: beyond it only the helper reads.
	if (t->kind == TY_ARRAY && i->kind == EX_INT && i->value >= t->nelems)
		p.indirect = true;
	if (i->kind == EX_INT) {
		p.off += (int64_t)i->value * size;
		return p;
	}
	if (t->kind == TY_STRING && p.base.prov == PROV_OWN && !p.base.handle && p.base.own_size) {
		p.base = char_at(l, p.base, lower_int(l, i), e->span);
		return p;
	}
	p.base.v = ir_op2(l->f, IR_ADD, to_scalar(l, p.base),
			  ir_op2(l->f, IR_MUL, lower_int(l, i), ir_i(size)));
	p.base.kind = IK_SCALAR;
	p.base.prov = PROV_NONE;
	return p;
}

static struct ir_val load_by_helper(struct lower *l, struct place p, uint32_t size, struct span where);

// A kernel symbol; of a variable per CPU, this CPU's.
static struct place place_symbol(struct lower *l, const struct expr *e)
{
	const uint32_t HELPER_CPU = 8;
	const struct ident *id = e->ident;
	struct place p = { .base = rv_int(ir_i((int64_t)id->address)) };
	struct ir_val cpu;

	if (l->confined) {
		confined_refuse(l, e->span, NULL, "`%s is a variable of the kernel", id->name);
		return p;
	}
	if (!id->percpu_offsets)
		return p;
	cpu = ir_op2(l->f, IR_MUL, ir_r(ir_call(l->f, IK_SCALAR, HELPER_CPU, NULL, 0)), ir_i(8));
	cpu = ir_op2(l->f, IR_ADD, cpu, ir_r(ir_copy(l->f, IK_SCALAR, ir_i((int64_t)id->percpu_offsets))));
	cpu = load_by_helper(l, (struct place){ .base = rv_int(cpu) }, 8, e->span);
	p.base.v = ir_op2(l->f, IR_ADD, cpu, ir_r(ir_copy(l->f, IK_SCALAR, p.base.v)));
	return p;
}

struct place lower_place(struct lower *l, const struct expr *e)
{
	if (sou_root(l, e))
		return sou_place(l, e);
	if (e->kind == EX_NAME && e->ident && e->ident->kind == ID_EXTERN)
		return place_symbol(l, e);
	if (e->kind == EX_MEMBER)
		return place_member(l, e);
	if (e->kind == EX_INDEX && !(e->ident && e->ident->kind != ID_EXTERN))
		return place_index(l, e);
	if (e->kind == EX_UNARY && e->op == OP_DEREF)
		return place_deref(l, e->a);
	return (struct place){ .base = lower_expr(l, e) };
}

// The verifier lets nobody calculate with a pointer that it thinks may be NULL.
struct ir_val place_addr(struct lower *l, struct place p)
{
	if (p.base.part)	// of which there is no address
		return to_scalar(l, p.base);
	if (!p.off)
		return p.base.v;
	if (p.base.prov == PROV_BTF && !p.base.not_null)
		fault_if(l, IC_EQ, p.base.v, ir_i(0), FLT_BADADDR, ir_i(p.off), l->f->span);
	if (p.base.kind == IK_POINTER)
		return ir_r(ir_ptr_add(l->f, p.base.v, ir_i(p.off)));
	return ir_op2(l->f, IR_ADD, p.base.v, ir_i(p.off));
}

// ---- loads -----------------------------------------------------------------------

// What a loaded pointer is to the verifier.
static void describe_pointer(struct lower *l, struct rv *v, struct type *t)
{
	struct type *to;

	if (t->kind != TY_PTR || !t->base)
		return;
	to = type_resolve(l->types, t->base);
	if ((to->kind == TY_STRUCT || to->kind == TY_UNION) && to->btf_id && !to->of_module && to->complete) {
		v->kind = IK_POINTER;
		v->prov = PROV_BTF;
		v->btf_id = to->btf_id;
	}
}

static uint32_t tmp_slot(struct lower *l)
{
	if (l->tmp_slot == UINT32_MAX)
		l->tmp_slot = ir_slot(l->f, 8);
	return l->tmp_slot;
}

static struct ir_val load_by_helper(struct lower *l, struct place p, uint32_t size, struct span where)
{
	struct ir_val addr = place_addr(l, p), args[3], r, base;

	args[0] = ir_r(ir_slotaddr(l->f, tmp_slot(l), 0));
	args[1] = ir_i(size);
	args[2] = addr;
	r = ir_r(ir_call(l->f, IK_SCALAR, p.user ? HELPER_PROBE_READ_USER : HELPER_PROBE_READ_KERNEL, args, 3));
	fault_if(l, IC_NE, r, ir_i(0), FLT_BADADDR, p.base.kind == IK_POINTER ? ir_i(p.off) : addr,
		 where);
	base = ir_r(ir_slotaddr(l->f, tmp_slot(l), 0));
	return ir_r(ir_ld(l->f, IK_SCALAR, (uint8_t)size, base, 0));
}

static struct ir_val extract_bits(struct lower *l, struct ir_val v, const struct expr *e)
{
	uint32_t up = 64 - e->bit_off - e->bit_size;

	v = ir_op2(l->f, IR_SHL, v, ir_i(up));
	return ir_op2(l->f, is_signed(l, e->type) ? IR_ASHR : IR_LSHR, v, ir_i(64 - e->bit_size));
}

static bool in_own_memory(const struct place *p, uint32_t size)
{
	return p->base.prov == PROV_OWN && p->off >= 0 && p->off + size <= p->base.own_size;
}

static struct rv load_typed(struct lower *l, struct place p, struct type *t, uint32_t size,
			    struct span where)
{
	struct rv v = { 0 };

	describe_pointer(l, &v, t);
	if (p.base.prov == PROV_OWN)
		v = (struct rv){ 0 };
	else if (!p.base.not_null)
		fault_if(l, IC_EQ, p.base.v, ir_i(0), FLT_BADADDR, ir_i(p.off), where);
	v.v = ir_r(ir_ld(l->f, v.kind, (uint8_t)size, p.base.v, (int32_t)p.off));
	return v;
}

struct rv load_place(struct lower *l, struct place p, const struct expr *e)
{
	struct type *t = type_resolve(l->types, e->type);
	uint32_t size = size_of(l, t);
	struct rv v;

	if (p.base.part)
		return confined_member(l, p, e);
	if (p.variable && type_is_scalar(l->types, t))
		return sou_load(l, p, e);
	if (p.own && type_is_scalar(l->types, t) && !own_static(&p, size) &&
	    (p.base.handle || p.base.kind == IK_SCALAR)) {
		v = rv_int(own_load(l, p, size, e->span));
		goto loaded;
	}
	if (!type_is_scalar(l->types, t)) {	// arrays and structs are their address
		v = p.base;
		v.v = place_addr(l, p);
		v.own_size = p.base.prov == PROV_OWN && p.base.own_size > (uint64_t)p.off ?
			     p.base.own_size - (uint32_t)p.off : 0;
		if (v.handle)
			v.handle += p.off;
		if (p.base.prov == PROV_BTF && p.off)
			v.prov = PROV_NONE;
		return v;
	}
	if (!p.indirect && (in_own_memory(&p, size) ||
			    (p.base.prov == PROV_BTF && p.off >= 0 && p.off < 32768)))
		v = load_typed(l, p, t, size, e->span);
	else
		v = rv_int(load_by_helper(l, p, size, e->span));
loaded:
	if (e->kind == EX_MEMBER && e->bit_size)
		return rv_int(extract_bits(l, v.v, e));
	if (v.kind == IK_SCALAR && size < 8 && is_signed(l, t))
		v.v = ir_ext(l->f, IR_SX, (uint8_t)size, v.v);
	return v;
}
