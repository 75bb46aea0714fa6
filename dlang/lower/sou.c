// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Structs, unions and arrays that are D variables. A path (g.a.b[i], self->s.x,
// x[k].y) leads from a variable to bytes inside it: constant parts are summed
// up, run-time indices are compared (a fault) and masked (the bound that the
// verifier and the checker see; layout leaves room for what a mask admits).
// Thread-locals and associative elements may not exist: zeros then.

#include "dlang/lower/expr.h"

enum { COPY_WORDS_MAX = 256, DEPTH_MAX = 32, OFF_MAX = 16384, HELPER_PROBE_READ_USER = 112, HELPER_PROBE_READ_KERNEL = 113 };

bool sou_type(struct lower *l, struct type *t)
{
	enum type_kind k = t ? type_resolve(l->types, t)->kind : TY_ERROR;

	return k == TY_STRUCT || k == TY_UNION || k == TY_ARRAY;
}

static uint32_t pow2_up(uint64_t n)
{
	uint32_t p = 1;

	while (p < n)
		p <<= 1;
	return p;
}

static uint32_t slack(struct lower *l, struct type *t, int depth)
{
	uint32_t max = 0;

	t = type_resolve(l->types, t);
	if (depth > DEPTH_MAX)
		return 0;
	if (t->kind == TY_ARRAY)
		return (uint32_t)(pow2_up(t->nelems) - t->nelems) * size_of(l, t->base) +
		       slack(l, t->base, depth + 1);
	if (t->kind != TY_STRUCT && t->kind != TY_UNION)
		return 0;
	for (uint32_t i = 0; i < t->members.n; i++) {
		uint32_t one = slack(l, t->members.v[i].type, depth + 1);

		max = one > max ? one : max;
	}
	return max;
}

uint32_t sou_storage(struct lower *l, struct type *t)
{
	return round8(size_of(l, t) + slack(l, t, 0));
}

static bool is_variable(struct lower *l, const struct expr *e)
{
	return (e->kind == EX_NAME || e->kind == EX_INDEX) && e->ident && e->ident->kind == ID_VAR &&
	       sou_type(l, e->type);
}

// The variable in which the path e ends, or NULL: it leads elsewhere.
const struct expr *sou_root(struct lower *l, const struct expr *e)
{
	for (;;) {
		if (is_variable(l, e))
			return e;
		if (e->kind == EX_MEMBER && !e->arrow)
			e = e->a;
		else if (e->kind == EX_INDEX && !e->ident &&
			 type_resolve(l->types, e->a->type)->kind == TY_ARRAY)
			e = e->a;
		else
			return NULL;
	}
}

static bool may_be_missing(const struct expr *root)
{
	return root->kind == EX_INDEX || root->ident->scope == SC_SELF;
}

// ---- paths -----------------------------------------------------------------

static void path_index(struct lower *l, const struct expr *e, struct place *p)
{
	struct type *t = type_resolve(l->types, e->a->type);
	const struct expr *i = e->args.v[0];
	uint32_t size = size_of(l, e->type);
	struct ir_val v;

	if (i->kind == EX_INT) {
		p->off += (int64_t)i->value * size;
		return;
	}
	v = ir_r(ir_copy(l->f, IK_SCALAR, lower_int(l, i)));
	fault_if(l, IC_UGE, v, ir_i((int64_t)t->nelems), FLT_BADINDEX, v, i->span);
	v = ir_op2(l->f, IR_AND, v, ir_i(pow2_up(t->nelems) - 1));
	v = ir_op2(l->f, IR_MUL, v, ir_i(size));
	p->dyn = p->dyn.kind == IV_NONE ? v : ir_op2(l->f, IR_ADD, p->dyn, v);
}

// Offsets from the variable; its address comes later.
static void path_walk(struct lower *l, const struct expr *e, struct place *p)
{
	if (is_variable(l, e))
		return;
	path_walk(l, e->a, p);
	if (e->kind == EX_MEMBER)
		p->off += e->member_off;
	else
		path_index(l, e, p);
}

static struct rv own(uint32_t reg, uint32_t size)
{
	return (struct rv){ .v = ir_r(reg), .kind = IK_POINTER, .prov = PROV_OWN, .own_size = size };
}

// The variable's bytes: found, or made when out is a block to leave to.
static void find_root(struct lower *l, const struct expr *root, struct place *p, uint32_t out)
{
	uint32_t size = sou_storage(l, root->type), n = root->ident->number, key, have;

	p->optional = !out && may_be_missing(root);
	if (root->kind == EX_INDEX) {
		p->base = own(out ? assoc_make(l, root) : assoc_find(l, root, &key), size);
		if (!out)
			return;
		have = ir_block(l->f, "element");
		ir_br(l->f, IC_EQ, p->base.v, ir_i(0), out, have);
		ir_at(l->f, have);
	} else if (root->ident->scope == SC_SELF) {
		p->base = own(out ? tls_cell(l, out) : tls_find(l, false), size + l->selfs[n].off);
		p->off += l->selfs[n].off;
	} else if (root->ident->scope == SC_THIS) {
		p->base = scratch_at(l, l->locals[n].off, size);
	} else {
		p->base = own(ir_mapval(l->f, MAP_CTL, (int32_t)l->globals[n].off), size);
	}
	p->base.not_null = !p->optional;
}

static struct place path_place(struct lower *l, const struct expr *e, uint32_t out)
{
	struct place p = { .variable = true };

	path_walk(l, e, &p);
	find_root(l, sou_root(l, e), &p, out);
	return p;
}

struct place sou_place(struct lower *l, const struct expr *e)
{
	return path_place(l, e, 0);
}

// The pointer to use with *off, once it is known not to be null.
static struct ir_val settle(struct lower *l, const struct place *p, int32_t *off)
{
	struct ir_val v = p->base.v;

	*off = (int32_t)p->off;
	if (p->dyn.kind != IV_NONE)
		v = ir_r(ir_ptr_add(l->f, v, p->dyn));
	if (p->off <= OFF_MAX)
		return v;
	*off = 0;
	return ir_r(ir_ptr_add(l->f, v, ir_i(p->off)));
}

// ---- loads -----------------------------------------------------------------

static struct ir_val load_here(struct lower *l, const struct place *p, const struct expr *e)
{
	uint32_t size = size_of(l, e->type), up;
	int32_t off;
	struct ir_val base = settle(l, p, &off);
	struct ir_val v = ir_r(ir_ld(l->f, IK_SCALAR, (uint8_t)size, base, off));

	if (e->kind == EX_MEMBER && e->bit_size) {
		up = 64 - e->bit_off - e->bit_size;
		v = ir_op2(l->f, IR_SHL, v, ir_i(up));
		return ir_op2(l->f, is_signed(l, e->type) ? IR_ASHR : IR_LSHR, v, ir_i(64 - e->bit_size));
	}
	return size < 8 && is_signed(l, e->type) ? ir_ext(l->f, IR_SX, (uint8_t)size, v) : v;
}

// A scalar at a place of sou_place().
struct rv sou_load(struct lower *l, struct place p, const struct expr *e)
{
	uint32_t r, have, end;

	if (!p.optional)
		return rv_int(load_here(l, &p, e));
	r = ir_copy(l->f, IK_SCALAR, ir_i(0));
	have = ir_block(l->f, "exists");
	end = ir_block(l->f, "loaded");
	ir_br(l->f, IC_EQ, p.base.v, ir_i(0), end, have);
	ir_at(l->f, have);
	ir_mov(l->f, r, load_here(l, &p, e));
	ir_jmp(l->f, end);
	ir_at(l->f, end);
	return rv_int(ir_r(r));
}

// ---- whole values ----------------------------------------------------------

static struct ir_val at(struct lower *l, struct ir_val base, int32_t off)
{
	return off ? ir_r(ir_ptr_add(l->f, base, ir_i(off))) : base;
}

static struct ir_val read_bytes(struct lower *l, struct ir_val dst, int32_t off, uint32_t size,
				struct ir_val src)
{
	struct ir_val args[3];

	args[0] = at(l, dst, off);
	args[1] = ir_i(size);
	args[2] = src;
	return ir_r(ir_call(l->f, IK_SCALAR, HELPER_PROBE_READ_KERNEL, args, 3));
}

// Between places of the session's memory.
static void copy_own(struct lower *l, struct ir_val dst, int32_t off, uint32_t size,
		     struct ir_val src, int32_t src_off)
{
	if (size > COPY_WORDS_MAX) {
		read_bytes(l, dst, off, size, at(l, src, src_off));
		return;
	}
	for (uint32_t i = 0, n = 8; i < size; i += n) {
		while (n > size - i)
			n /= 2;
		ir_st(l->f, (uint8_t)n, dst, off + (int32_t)i,
		      ir_r(ir_ld(l->f, IK_SCALAR, (uint8_t)n, src, src_off + (int32_t)i)));
	}
}

void sou_zero(struct lower *l, struct rv dst, int32_t off, uint32_t size)
{
	if (size > COPY_WORDS_MAX) {
		read_bytes(l, dst.v, off, size, ir_r(ir_mapval(l->f, MAP_CTL, (int32_t)l->zero_off)));
		return;
	}
	for (uint32_t i = 0, n = 8; i < size; i += n) {
		while (n > size - i)
			n /= 2;
		ir_st(l->f, (uint8_t)n, dst.v, off + (int32_t)i, ir_i(0));
	}
}

static void variable_into(struct lower *l, const struct expr *e, struct rv dst, int32_t off,
			  uint32_t size)
{
	struct place p = sou_place(l, e);
	uint32_t have, none, end;
	struct ir_val src;
	int32_t src_off;

	if (!p.optional) {
		src = settle(l, &p, &src_off);
		copy_own(l, dst.v, off, size, src, src_off);
		return;
	}
	have = ir_block(l->f, "exists");
	none = ir_block(l->f, "none");
	end = ir_block(l->f, "copied");
	ir_br(l->f, IC_EQ, p.base.v, ir_i(0), none, have);
	ir_at(l->f, have);
	src = settle(l, &p, &src_off);
	copy_own(l, dst.v, off, size, src, src_off);
	ir_jmp(l->f, end);
	ir_at(l->f, none);
	sou_zero(l, dst, off, size);
	ir_jmp(l->f, end);
	ir_at(l->f, end);
}

static void cond_into(struct lower *l, const struct expr *e, struct rv dst, int32_t off, uint32_t size)
{
	uint32_t yes = ir_block(l->f, "true"), no = ir_block(l->f, "false");
	uint32_t end = ir_block(l->f, "joined");
	struct cache c;

	lower_cond(l, e->a, yes, no);
	c = cache_save(l);
	ir_at(l->f, yes);
	sou_into(l, e->b, dst, off, size);
	ir_jmp(l->f, end);
	cache_restore(l, c);
	ir_at(l->f, no);
	sou_into(l, e->c, dst, off, size);
	ir_jmp(l->f, end);
	cache_restore(l, c);
	ir_at(l->f, end);
}

void sou_into(struct lower *l, const struct expr *e, struct rv dst, int32_t off, uint32_t size)
{
	struct place p;

	if (sou_root(l, e)) {
		variable_into(l, e, dst, off, size);
	} else if (e->kind == EX_COND) {
		cond_into(l, e, dst, off, size);
	} else if (e->kind == EX_COMMA) {
		lower_effect(l, e->a);
		sou_into(l, e->b, dst, off, size);
	} else if (e->kind == EX_ASSIGN) {
		sou_assign(l, e, false);
		sou_into(l, e->a, dst, off, size);
	} else {
		p = lower_place(l, e);
		p.base.v = place_addr(l, p);
		fault_if(l, IC_NE, own_read(l, p.user ? HELPER_PROBE_READ_USER : HELPER_PROBE_READ_KERNEL,
					    at(l, dst.v, off), ir_i(size), p.base, p.own), ir_i(0), FLT_BADADDR,
			 p.base.kind == IK_POINTER ? ir_i(p.off) : p.base.v, e->span);
	}
}

// Is the value of e not simply where a pointer leads?
bool sou_computed(struct lower *l, const struct expr *e)
{
	return sou_type(l, e->type) && (sou_root(l, e) || e->kind == EX_COND || e->kind == EX_COMMA ||
					e->kind == EX_ASSIGN);
}

// The address of a value of sou_computed().
struct rv sou_addr(struct lower *l, const struct expr *e)
{
	const struct expr *root = sou_root(l, e);
	uint32_t size = size_of(l, e->type);
	struct place p;
	struct rv tmp;
	int32_t off;

	if (root && !may_be_missing(root)) {
		p = sou_place(l, e);
		tmp = p.base;
		tmp.v = settle(l, &p, &off);
		tmp.v = at(l, tmp.v, off);
		tmp.own_size = size;
		return tmp;
	}
	tmp = scratch_at(l, scratch_alloc(l, size), round8(size));
	sou_into(l, e, tmp, 0, size);
	return tmp;
}

// A string at a place of sou_place(): empty where there is no variable.
void sou_string_into(struct lower *l, struct place p, struct rv dst, int32_t off, uint32_t cap)
{
	uint32_t have = ir_block(l->f, "exists"), end = ir_block(l->f, "copied");
	struct ir_val src;
	int32_t src_off;

	if (p.optional) {
		ir_st(l->f, 8, dst.v, off, ir_i(0));
		ir_br(l->f, IC_EQ, p.base.v, ir_i(0), end, have);
	} else {
		ir_jmp(l->f, have);
	}
	ir_at(l->f, have);
	src = settle(l, &p, &src_off);
	copy_string(l, dst, off, cap, at(l, src, src_off), l->f->span);
	ir_jmp(l->f, end);
	ir_at(l->f, end);
}

// ---- stores ----------------------------------------------------------------

static void store_here(struct lower *l, const struct place *p, const struct expr *target, struct ir_val v)
{
	uint8_t size = (uint8_t)size_of(l, target->type);
	int32_t off;
	struct ir_val base = settle(l, p, &off), old;
	uint64_t mask;

	if (target->kind == EX_MEMBER && target->bit_size) {
		mask = (target->bit_size == 64 ? UINT64_MAX : (1ull << target->bit_size) - 1) << target->bit_off;
		old = ir_r(ir_ld(l->f, IK_SCALAR, size, base, off));
		v = ir_op2(l->f, IR_AND, ir_op2(l->f, IR_SHL, v, ir_i(target->bit_off)), ir_i((int64_t)mask));
		v = ir_op2(l->f, IR_OR, v, ir_op2(l->f, IR_AND, old, ir_i((int64_t)~mask)));
	}
	ir_st(l->f, size, base, off, v);
}

// Into scratch first where it can fail half-way.
static void assign_whole(struct lower *l, const struct expr *e, uint32_t out)
{
	uint32_t size = size_of(l, e->a->type);
	const struct expr *root = sou_root(l, e->b);
	struct rv src = { .v = ir_i(0) };
	struct place p;
	int32_t off;

	if (!root || may_be_missing(root)) {
		src = scratch_at(l, scratch_alloc(l, size), round8(size));
		sou_into(l, e->b, src, 0, size);
	}
	p = path_place(l, e->a, out);
	p.base.v = settle(l, &p, &off);
	if (src.kind == IK_POINTER)
		copy_own(l, p.base.v, off, size, src.v, 0);
	else
		variable_into(l, e->b, p.base, off, size);
}

static void assign_string(struct lower *l, const struct expr *e, uint32_t out)
{
	struct rv src = str_addr(l, e->b);
	struct place p = path_place(l, e->a, out);
	int32_t off;

	p.base.v = settle(l, &p, &off);
	copy_string(l, p.base, off, l->strsize, src.v, e->b->span);
}

static bool is_atomic(const struct expr *target, const struct expr *root, uint32_t size, int64_t off)
{
	return (size == 4 || size == 8) && off % size == 0 &&
	       !(target->kind == EX_MEMBER && target->bit_size) &&
	       (root->kind == EX_INDEX || root->ident->scope == SC_GLOBAL);
}

// target = target op n; r gets the value after it, or the one before.
static void update(struct lower *l, const struct expr *e, enum op op, struct ir_val n, uint32_t r,
		   bool old, uint32_t out)
{
	const struct expr *t = e->a;
	struct place p = path_place(l, t, out);
	uint32_t size = size_of(l, t->type);
	bool sgn = e->b && op != OP_SHR ? both_signed(l, t->type, e->b->type) : is_signed(l, t->type);
	struct ir_val was, now;
	int32_t off;

	if (op == OP_ADD && is_atomic(t, sou_root(l, t), size, p.off)) {
		struct ir_val base = settle(l, &p, &off);

		was = ir_r(ir_atomic(l->f, IR_FADD, (uint8_t)size, base, off, n));
		was = narrow(l, was, t->type);
		now = narrow(l, ir_op2(l->f, IR_ADD, was, n), t->type);
	} else {
		was = ir_r(ir_copy(l->f, IK_SCALAR, load_here(l, &p, t)));
		now = narrow_to(l, arith(l, op, was, n, sgn, e->span), t);
		store_here(l, &p, t, now);
	}
	ir_mov(l->f, r, old ? was : now);
}

static struct ir_val step_of(struct lower *l, const struct expr *target)
{
	struct type *t = type_resolve(l->types, target->type);
	uint32_t n = t->kind == TY_PTR && t->base ? size_of(l, t->base) : 1;

	return ir_i(n ? n : 1);
}

// ++ and -- on a path.
struct rv sou_incdec(struct lower *l, const struct expr *e)
{
	uint32_t r = ir_copy(l->f, IK_SCALAR, ir_i(0)), out = ir_block(l->f, "stored");
	struct ir_val d = step_of(l, e->a);

	if (e->op == OP_DEC)
		d.imm = -d.imm;
	update(l, e, OP_ADD, ir_r(ir_copy(l->f, IK_SCALAR, d)), r, e->kind == EX_POSTFIX, out);
	ir_jmp(l->f, out);
	ir_at(l->f, out);
	return rv_int(ir_r(r));
}

static void assign_scalar(struct lower *l, const struct expr *e, uint32_t r, uint32_t out)
{
	struct ir_val n = lower_int(l, e->b);
	enum op op = e->op;
	struct place p;

	if (op == OP_NONE) {
		ir_mov(l->f, r, narrow_to(l, n, e->a));
		p = path_place(l, e->a, out);
		store_here(l, &p, e->a, ir_r(r));
		return;
	}
	if (op == OP_ADD || op == OP_SUB) {
		n = ir_op2(l->f, IR_MUL, n, step_of(l, e->a));
		if (op == OP_SUB)
			n = ir_op2(l->f, IR_SUB, ir_i(0), n);
		op = OP_ADD;
	}
	update(l, e, op, ir_r(ir_copy(l->f, IK_SCALAR, n)), r, false, out);
}

// Assignment to a path: a whole struct, a string, or a scalar.
struct rv sou_assign(struct lower *l, const struct expr *e, bool wanted)
{
	uint32_t r = ir_copy(l->f, IK_SCALAR, ir_i(0)), out = ir_block(l->f, "stored");
	bool whole = sou_type(l, e->a->type), string = string_type(l, e->a->type);

	if (whole)
		assign_whole(l, e, out);
	else if (string)
		assign_string(l, e, out);
	else
		assign_scalar(l, e, r, out);
	ir_jmp(l->f, out);
	ir_at(l->f, out);
	if (wanted && (whole || string))
		return whole ? sou_addr(l, e->a) : str_addr(l, e->a);
	return rv_int(ir_r(r));
}

// ---- scratch memory --------------------------------------------------------

static bool path_needs_scratch(struct lower *l, const struct expr *e)
{
	for (; !is_variable(l, e); e = e->a)
		if (e->kind == EX_INDEX && expr_needs_scratch(l, e->args.v[0]))
			return true;
	for (uint32_t i = 0; i < e->args.n; i++)
		if (expr_needs_scratch(l, e->args.v[i]))
			return true;
	return e->kind == EX_INDEX && key_needs_scratch(l, e);
}

bool sou_needs_scratch(struct lower *l, const struct expr *e)
{
	if (!sou_root(l, e))
		return sou_computed(l, e);
	return (sou_type(l, e->type) && may_be_missing(sou_root(l, e))) || path_needs_scratch(l, e);
}
