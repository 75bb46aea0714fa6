// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Strings. A string expression is evaluated straight into the memory that wants
// it (a record, a key, a variable): str_into(). Where only its address is
// needed, what already stands in memory is used as it is: str_addr().

#include "dlang/lower/expr.h"

#include <string.h>

enum {
	HELPER_PROBE_READ_USER_STR = 114, HELPER_PROBE_READ_KERNEL_STR = 115, COMM_SIZE = 16,
};

bool string_type(struct lower *l, struct type *t)
{
	return t && type_resolve(l->types, t)->kind == TY_STRING;
}

enum builtin builtin_of(const struct expr *e)
{
	if (e->kind == EX_NAME && e->ident && e->ident->kind == ID_BUILTIN)
		return e->ident->builtin;
	return BI_NONE;
}

bool is_probe_field(enum builtin b)
{
	return b == BV_PROBEPROV || b == BV_PROBEMOD || b == BV_PROBEFUNC || b == BV_PROBENAME;
}

void zero_words(struct lower *l, struct rv base, int32_t off, uint32_t n)
{
	for (uint32_t i = 0; i + 8 <= n; i += 8)
		ir_st(l->f, 8, base.v, off + (int32_t)i, ir_i(0));
}

// Bytes of a literal as stores of words; the last word's tail is zero.
static void store_literal(struct lower *l, const char *s, struct rv base, int32_t off, uint32_t cap,
			  bool pad)
{
	uint32_t n = (uint32_t)strlen(s);

	if (n >= cap)
		n = cap - 1;
	for (uint32_t i = 0; i < cap; i += 8) {
		uint64_t w = 0;

		if (i > n && !pad)
			break;
		if (i < n)
			memcpy(&w, s + i, n - i < 8 ? n - i : 8);
		ir_st(l->f, 8, base.v, off + (int32_t)i, ir_i((int64_t)w));
	}
}

static void store_execname(struct lower *l, struct rv base, int32_t off, uint32_t cap, bool pad)
{
	for (uint32_t i = 0; i < COMM_SIZE && i < cap; i += 8)
		ir_st(l->f, 8, base.v, off + (int32_t)i, execname_word(l, i));
	if (pad && cap > COMM_SIZE)
		zero_words(l, base, off + COMM_SIZE, cap - COMM_SIZE);
}

static struct ir_val at(struct lower *l, struct rv base, int32_t off)
{
	return off ? ir_r(ir_ptr_add(l->f, base.v, ir_i(off))) : base.v;
}

static uint32_t limit(struct lower *l, uint32_t cap)
{
	return cap < l->strsize ? cap : l->strsize;
}

static struct ir_val read_string(struct lower *l, uint32_t helper, struct rv dst, int32_t off,
				 uint32_t cap, struct ir_val src)
{
	struct ir_val args[3];

	args[0] = at(l, dst, off);
	args[1] = ir_i(limit(l, cap));
	args[2] = src;
	return ir_r(ir_call(l->f, IK_SCALAR, helper, args, 3));
}

void copy_string(struct lower *l, struct rv dst, int32_t off, uint32_t cap, struct ir_val src,
		 struct span where)
{
	(void)where;
	ir_st(l->f, 8, dst.v, off, ir_i(0));	// else it could be taken for NULL
	read_string(l, HELPER_PROBE_READ_KERNEL_STR, dst, off, cap, src);
}

// ---- NULL ------------------------------------------------------------------------
//
// A string that is NULL is empty, and its first word is STR_NULL. A word of old
// bytes behind a NUL is never that: whoever makes a string writes its first word.

bool str_may_be_null(struct lower *l, const struct expr *e)
{
	switch (e->kind) {
	case EX_STRING:
	case EX_STRINGOF: return false;
	case EX_INT: return true;
	case EX_NAME:
	case EX_INDEX: return builtin_of(e) == BI_NONE;
	case EX_COND: return str_may_be_null(l, e->b) || str_may_be_null(l, e->c);
	case EX_ASSIGN:
	case EX_COMMA: return str_may_be_null(l, e->b);
	case EX_CAST: return string_type(l, e->a->type) && str_may_be_null(l, e->a);
	case EX_CALL: return subr_gives_null(e->ident->builtin);
	default: return true;
	}
}

struct ir_val str_word(struct lower *l, struct rv s)
{
	return ir_r(ir_ld(l->f, IK_SCALAR, 8, s.v, 0));
}

void copy_cell(struct lower *l, struct rv dst, int32_t off, uint32_t cap, struct ir_val src)
{
	ir_st(l->f, 8, dst.v, off, ir_r(ir_ld(l->f, IK_SCALAR, 8, src, 0)));
	read_string(l, HELPER_PROBE_READ_KERNEL_STR, dst, off, cap, src);
}

// A thread's cell of zeros is NULL: the empty string has a bit set behind its NUL.
void copy_to_thread(struct lower *l, struct rv dst, int32_t off, uint32_t cap, struct ir_val src)
{
	struct ir_val w = ir_r(ir_ld(l->f, IK_SCALAR, 8, src, 0));

	ir_st(l->f, 8, dst.v, off, ir_op2(l->f, IR_OR, w, ir_i(0x100)));
	read_string(l, HELPER_PROBE_READ_KERNEL_STR, dst, off, cap, src);
}

static void store_null(struct lower *l, struct rv base, int32_t off)
{
	ir_st(l->f, 8, base.v, off, ir_r(ir_copy(l->f, IK_SCALAR, ir_i(STR_NULL))));
}

static struct ir_val read_at(struct lower *l, struct rv dst, int32_t off, uint32_t cap, struct rv src, bool own,
			     bool user)
{
	ir_st(l->f, 8, dst.v, off, ir_i(0));
	return own_read(l, user ? HELPER_PROBE_READ_USER_STR : HELPER_PROBE_READ_KERNEL_STR, at(l, dst, off),
			ir_i(limit(l, cap)), src, own);
}

// Whether a pointer, or an array behind one, is where a userland pointer leads.
static bool leads_to_user(struct lower *l, const struct expr *e)
{
	const struct type *t = type_resolve(l->types, e->type);

	if (t->kind == TY_PTR)
		return t->userland;
	if (e->kind == EX_MEMBER || e->kind == EX_INDEX || (e->kind == EX_UNARY && e->op == OP_DEREF))
		return leads_to_user(l, e->a);
	return false;
}

// A string that is a member or an element.
static void store_member(struct lower *l, const struct expr *e, struct rv base, int32_t off,
			 uint32_t cap)
{
	struct place p = lower_place(l, e);
	struct ir_val addr, r;

	if (p.variable) {
		sou_string_into(l, p, base, off, cap);
		return;
	}
	if (p.base.part) {
		if (confined_member(l, p, e).part == PART_NAME)
			store_execname(l, base, off, cap, false);
		return;
	}
	addr = place_addr(l, p);
	p.base.v = addr;
	r = read_at(l, base, off, cap, p.base, p.own, p.user);
	fault_if(l, IC_SLT, r, ir_i(0), FLT_BADADDR, p.base.kind == IK_SCALAR ? addr : ir_i(0), e->span);
}

// A string at a kernel address that may be bad.
static void store_kernel_string(struct lower *l, const struct expr *e, struct rv base, int32_t off,
				uint32_t cap)
{
	struct type *t = type_resolve(l->types, e->type);
	bool user = leads_to_user(l, e);
	struct ir_val r;
	struct rv a;

	subr_copyin_cut(l, e, limit(l, cap));
	a = lower_expr(l, e);
	if (a.part == PART_NAME) {
		store_execname(l, base, off, cap, false);
		return;
	}
	if (user)
		a = rv_int(to_scalar(l, a));
	if (t->kind == TY_ARRAY && t->nelems > 1 && t->nelems < cap)
		cap = (uint32_t)t->nelems + 1;	// it need not be terminated
	r = read_at(l, base, off, cap, a, !user && own_pointer(l, e), user);
	fault_if(l, IC_SLT, r, ir_i(0), FLT_BADADDR, a.kind == IK_SCALAR ? a.v : ir_i(0), e->span);
}

// With a maximum known at run time only: into memory that holds what its mask admits.
static void store_user_string(struct lower *l, const struct expr *e, struct rv base, int32_t off,
			      uint32_t cap, struct ir_val addr)
{
	uint32_t n = ir_copy(l->f, IK_SCALAR, ir_op2(l->f, IR_ADD, lower_int(l, e->args.v[1]), ir_i(1)));
	uint32_t most = limit(l, cap), room = 8, cut = ir_block(l->f, "as much as fits");
	uint32_t go = ir_block(l->f, "length known");
	struct ir_val args[3], r;
	struct rv tmp;

	while (room <= most)
		room <<= 1;
	tmp = scratch_at(l, scratch_alloc(l, room), room);
	ir_br(l->f, IC_UGT, ir_r(n), ir_i(most), cut, go);
	ir_at(l->f, cut);
	ir_mov(l->f, n, ir_i(most));
	ir_jmp(l->f, go);
	ir_at(l->f, go);
	ir_st(l->f, 8, tmp.v, 0, ir_i(0));
	args[0] = tmp.v;
	args[1] = ir_op2(l->f, IR_AND, ir_r(n), ir_i(room - 1));
	args[2] = addr;
	r = ir_r(ir_call(l->f, IK_SCALAR, HELPER_PROBE_READ_USER_STR, args, 3));
	fault_if(l, IC_SLT, r, ir_i(0), FLT_BADADDR, addr, e->args.v[0]->span);
	copy_cell(l, base, off, cap, tmp.v);
}

static void store_copyinstr(struct lower *l, const struct expr *e, struct rv base, int32_t off,
			    uint32_t cap)
{
	struct ir_val addr = lower_int(l, e->args.v[0]), r;

	if (e->args.n > 1 && e->args.v[1]->kind != EX_INT) {
		addr = ir_r(ir_copy(l->f, IK_SCALAR, addr));
		store_user_string(l, e, base, off, cap, addr);
		return;
	}
	if (e->args.n > 1 && e->args.v[1]->value + 1 < cap)
		cap = (uint32_t)e->args.v[1]->value + 1;
	ir_st(l->f, 8, base.v, off, ir_i(0));
	r = read_string(l, HELPER_PROBE_READ_USER_STR, base, off, cap, addr);
	fault_if(l, IC_SLT, r, ir_i(0), FLT_BADADDR, addr, e->args.v[0]->span);
}

// Either branch into the same memory.
static void store_cond(struct lower *l, const struct expr *e, struct rv base, int32_t off,
		       uint32_t cap, bool pad)
{
	uint32_t yes = ir_block(l->f, "true"), no = ir_block(l->f, "false");
	uint32_t end = ir_block(l->f, "joined");
	struct cache c;

	lower_cond(l, e->a, yes, no);
	c = cache_save(l);
	ir_at(l->f, yes);
	str_into(l, e->b, base, off, cap, pad);
	ir_jmp(l->f, end);
	cache_restore(l, c);
	ir_at(l->f, no);
	str_into(l, e->c, base, off, cap, pad);
	ir_jmp(l->f, end);
	cache_restore(l, c);
	ir_at(l->f, end);
}

// ---- variables -------------------------------------------------------------------

// A thread's string that was never set has a word of zeros: that is NULL too.
static void store_thread_cell(struct lower *l, struct rv base, int32_t off, uint32_t cap, struct ir_val src)
{
	struct ir_val w = ir_r(ir_ld(l->f, IK_SCALAR, 8, src, 0)), set;

	set = ir_op2(l->f, IR_LSHR, ir_op2(l->f, IR_OR, w, ir_op2(l->f, IR_SUB, ir_i(0), w)), ir_i(63));
	set = ir_op2(l->f, IR_AND, ir_op2(l->f, IR_SUB, set, ir_i(1)), ir_i(STR_NULL));
	ir_st(l->f, 8, base.v, off, ir_op2(l->f, IR_OR, w, set));
	read_string(l, HELPER_PROBE_READ_KERNEL_STR, base, off, cap, src);
}

// From an address that may be null: the string NULL then, or nothing in a key.
static void store_optional(struct lower *l, uint32_t ptr, int32_t src_off, struct rv base,
			   int32_t off, uint32_t cap, bool pad, bool thread)
{
	struct ir_val src;

	uint32_t have = ir_block(l->f, "exists"), none = ir_block(l->f, "none");
	uint32_t end = ir_block(l->f, "copied");

	ir_br(l->f, IC_EQ, ir_r(ptr), ir_i(0), none, have);
	ir_at(l->f, have);
	src = src_off ? ir_r(ir_ptr_add(l->f, ir_r(ptr), ir_i(src_off))) : ir_r(ptr);
	if (pad)
		copy_string(l, base, off, cap, src, l->f->span);
	else if (thread)
		store_thread_cell(l, base, off, cap, src);
	else
		copy_cell(l, base, off, cap, src);
	ir_jmp(l->f, end);
	ir_at(l->f, none);
	if (pad)
		ir_st(l->f, 8, base.v, off, ir_i(0));
	else
		store_null(l, base, off);
	ir_jmp(l->f, end);
	ir_at(l->f, end);
}

static void store_var(struct lower *l, const struct expr *e, struct rv base, int32_t off,
		      uint32_t cap, bool pad)
{
	const struct ident *id = e->ident;
	uint32_t key;

	if (e->kind == EX_INDEX)
		store_optional(l, assoc_find(l, e, &key), 0, base, off, cap, pad, false);
	else if (id->scope == SC_SELF)
		store_optional(l, tls_find(l, false), (int32_t)l->selfs[id->number].off, base, off, cap, pad,
			       true);
	else if (pad)
		copy_string(l, base, off, cap, str_addr(l, e).v, e->span);
	else
		copy_cell(l, base, off, cap, str_addr(l, e).v);
}

static bool is_var(const struct expr *e)
{
	return (e->kind == EX_NAME || e->kind == EX_INDEX) && e->ident && e->ident->kind == ID_VAR;
}

static bool is_let_name(const struct expr *e)
{
	return e->kind == EX_NAME && e->ident && e->ident->kind == ID_LET;
}

// A kernel string behind stringof(), a cast, or a pointer used as a string.
static bool is_conversion(const struct expr *e)
{
	return e->kind == EX_STRINGOF || e->kind == EX_CAST;
}

// A member, an element or what a pointer leads to.
static bool in_memory(const struct expr *e)
{
	return e->kind == EX_MEMBER || (e->kind == EX_INDEX && !e->ident) ||
	       (e->kind == EX_UNARY && e->op == OP_DEREF);
}

void str_into(struct lower *l, const struct expr *e, struct rv base, int32_t off, uint32_t cap,
	      bool pad)
{
	const char *literal;
	enum builtin b;

	e = lower_let(l, e);
	while (is_conversion(e) && string_type(l, e->a->type))
		e = lower_let(l, e->a);
	b = builtin_of(e);
	literal = e->kind == EX_STRING ? e->str : is_probe_field(b) ? fixed_field(l, b) : NULL;
	if (literal) {
		store_literal(l, literal, base, off, cap, pad);
		return;
	}
	if (b == BV_EXECNAME) {
		store_execname(l, base, off, cap, pad);
		return;
	}
	if (e->kind == EX_COND) {
		store_cond(l, e, base, off, cap, pad);
		return;
	}
	if (pad)
		zero_words(l, base, off, cap);
	if (is_var(e))
		store_var(l, e, base, off, cap, pad);
	else if (is_probe_field(b) || is_let_name(e))
		copy_string(l, base, off, cap, str_addr(l, e).v, e->span);
	else if (e->kind == EX_CALL && e->ident->builtin == BS_COPYINSTR)
		store_copyinstr(l, e, base, off, cap);
	else if (e->kind == EX_CALL && pad)	// nothing behind the NUL
		copy_string(l, base, off, cap, str_addr(l, e).v, e->span);
	else if (e->kind == EX_CALL)
		subr_string(l, e, base, off, cap);
	else if (is_conversion(e))
		store_kernel_string(l, e->a, base, off, cap);
	else if (in_memory(e))
		store_member(l, e, base, off, cap);
	else if (e->kind == EX_COMMA) {
		lower_effect(l, e->a);
		str_into(l, e->b, base, off, cap, pad);
	} else if (e->kind == EX_ASSIGN) {
		lower_assign(l, e, false);
		str_into(l, e->a, base, off, cap, pad);
	} else if (!pad) {
		store_null(l, base, off);
	}
}

struct rv literal_addr(struct lower *l, const char *s, uint32_t len)
{
	uint32_t n = len < l->strsize ? len : l->strsize - 1;

	return (struct rv){ .v = ir_r(ir_mapval(l->f, MAP_CTL, (int32_t)layout_string(l, s, n))),
			    .kind = IK_POINTER, .prov = PROV_OWN, .own_size = l->strsize,
			    .not_null = true };
}

// The row of this firing's probe in a table of names.
static struct rv probe_field_addr(struct lower *l, enum builtin b)
{
	const struct probe *p = named_probe(l);
	const char *fixed = fixed_field(l, b);
	uint32_t stride = 8, n = 1, table;
	struct ir_val i;

	if (fixed)
		return literal_addr(l, fixed, (uint32_t)strlen(fixed));
	for (uint32_t k = 0; k < l->probes.n; k++) {
		uint32_t len = (uint32_t)strlen(probe_field(l->probes.v[k], b)) + 1;

		stride = len > stride ? round8(len) : stride;
	}
	while (n < p->nsel)
		n <<= 1;
	table = layout_image(l, NULL, n * stride, 8);
	for (uint32_t k = 0; k < l->probes.n; k++)
		strcpy((char *)l->image.v + (table - CTL_IMAGE) + row_of(l->probes.v[k]) * stride,
		       probe_field(l->probes.v[k], b));
	i = ir_op2(l->f, IR_AND, probe_row(l), ir_i(n - 1));
	i = ir_op2(l->f, IR_MUL, i, ir_i(stride));
	return (struct rv){ .v = ir_r(ir_ptr_add(l->f, ir_r(ir_mapval(l->f, MAP_CTL, (int32_t)table)), i)),
			    .kind = IK_POINTER, .prov = PROV_OWN, .own_size = stride, .not_null = true };
}

struct rv str_addr(struct lower *l, const struct expr *e)
{
	enum builtin b;
	struct rv tmp;

	e = lower_let(l, e);
	b = builtin_of(e);
	if (is_let_name(e))
		return l->lets.v[e->ident->number];
	if (e->kind == EX_STRING)
		return literal_addr(l, e->str, (uint32_t)strlen(e->str));
	if (is_probe_field(b))
		return probe_field_addr(l, b);
	if (is_var(e) && e->kind == EX_NAME && e->ident->scope == SC_GLOBAL)
		return (struct rv){ .v = ir_r(ir_mapval(l->f, MAP_CTL,
							(int32_t)l->globals[e->ident->number].off)),
				    .kind = IK_POINTER, .prov = PROV_OWN,
				    .own_size = round8(l->strsize), .not_null = true };
	if (is_var(e) && e->kind == EX_NAME && e->ident->scope == SC_THIS)
		return scratch_at(l, l->locals[e->ident->number].off, round8(l->strsize));
	tmp = scratch_at(l, scratch_alloc(l, l->strsize), round8(l->strsize));
	str_into(l, e, tmp, 0, round8(l->strsize), false);
	return tmp;
}
