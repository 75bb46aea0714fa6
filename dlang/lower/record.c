// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Records. The recording actions of one run of statements share one record: its
// size is known, so space is reserved in this CPU's ring first, values are
// written in place, and one store commits it. If there is no space the rest of
// the clause is not run and the drop is counted, as in every DTrace.

#include "dlang/lower/expr.h"

static uint32_t round_to(uint32_t n, uint32_t align)
{
	return (n + align - 1) / align * align;
}

// ---- the ring --------------------------------------------------------------------

// pos = tail; on the overwrite policy its low bits count the open writers.
static void reserve_overwrite(struct lower *l, uint32_t size, uint32_t pos, uint32_t got,
			      uint32_t lost, uint32_t again)
{
	struct ir_val area = ir_r(l->area), fl;
	uint32_t w = ir_ld(l->f, IK_SCALAR, 8, area, SEG_TAIL), old;
	uint32_t busy = ir_block(l->f, "writers"), room = ir_block(l->f, "room");
	uint32_t reach = ir_block(l->f, "reach"), mine = ir_block(l->f, "reserved");
	uint32_t first = ir_block(l->f, "first writer"), base;
	struct ir_val next;

	fl = ir_r(ir_copy(l->f, IK_SCALAR, ir_op2(l->f, IR_AND, ir_r(w), ir_i(7))));
	ir_mov(l->f, pos, ir_op2(l->f, IR_AND, ir_r(w), ir_i(-8)));
	ir_br(l->f, IC_EQ, fl, ir_i(7), lost, busy);
	ir_at(l->f, busy);
	ir_br(l->f, IC_EQ, fl, ir_i(0), room, reach);
	ir_at(l->f, reach);
	base = ir_ld(l->f, IK_SCALAR, 8, area, SEG_BASE);
	ir_br(l->f, IC_UGT, ir_op2(l->f, IR_SUB, ir_op2(l->f, IR_ADD, ir_r(pos), ir_i(size)),
				   ir_r(base)), ir_i(l->obj->layout.ring_size), lost, room);
	ir_at(l->f, room);
	next = ir_r(ir_copy(l->f, IK_SCALAR, ir_op2(l->f, IR_ADD, ir_r(w), ir_i(size + 1))));
	old = ir_cmpxchg(l->f, 8, area, SEG_TAIL, ir_r(w), next);
	ir_br(l->f, IC_EQ, ir_r(old), ir_r(w), mine, again);
	ir_at(l->f, mine);
	ir_br(l->f, IC_EQ, fl, ir_i(0), first, got);
	ir_at(l->f, first);
	ir_st(l->f, 8, area, SEG_BASE, ir_r(pos));
	ir_jmp(l->f, got);
}

static void reserve_switch(struct lower *l, uint32_t size, uint32_t pos, uint32_t got,
			   uint32_t lost, uint32_t again)
{
	struct ir_val area = ir_r(l->area), next;
	uint32_t head = ir_ld(l->f, IK_SCALAR, 8, area, SEG_HEAD), old;
	uint32_t room = ir_block(l->f, "room");

	ir_mov(l->f, pos, ir_r(ir_ld(l->f, IK_SCALAR, 8, area, SEG_TAIL)));
	next = ir_r(ir_copy(l->f, IK_SCALAR, ir_op2(l->f, IR_ADD, ir_r(pos), ir_i(size))));
	ir_br(l->f, IC_UGT, ir_op2(l->f, IR_SUB, next, ir_r(head)),
	      ir_i(l->obj->layout.ring_size), lost, room);
	ir_at(l->f, room);
	old = ir_cmpxchg(l->f, 8, area, SEG_TAIL, ir_r(pos), next);
	ir_br(l->f, IC_EQ, ir_r(old), ir_r(pos), got, again);
}

// Reserves size bytes: the record's address; goes to fail with the drop counted.
uint32_t record_reserve(struct lower *l, uint32_t size, uint32_t *pos_out, uint32_t fail)
{
	uint32_t n = ir_copy(l->f, IK_SCALAR, ir_i(0)), pos = ir_reg(l->f, IK_SCALAR);
	uint32_t head = ir_block(l->f, "reserve"), again = ir_cold_block(l->f, "reserve again");
	uint32_t got = ir_block(l->f, "record"), lost = ir_cold_block(l->f, "ring full"), r;
	struct ir_val off;

	l->any_record = true;
	ir_jmp(l->f, head);
	ir_at(l->f, head);
	if (l->obj->layout.policy == RING_RING)
		reserve_overwrite(l, size, pos, got, lost, again);
	else
		reserve_switch(l, size, pos, got, lost, again);
	ir_at(l->f, again);
	ir_mov(l->f, n, ir_op2(l->f, IR_ADD, ir_r(n), ir_i(1)));
	ir_br(l->f, IC_ULT, ir_r(n), ir_i(SEG_RESERVE_TRIES), head, lost);
	ir_at(l->f, lost);
	if (l->obj->layout.policy == RING_FILL)
		ir_st(l->f, 8, ir_r(ir_mapval(l->f, MAP_CTL, CTL_STOPPED)), 0, ir_i(2));
	else
		count_drop(l, l->spec ? DROP_SPEC : DROP_PRINCIPAL);
	ir_jmp(l->f, fail);
	ir_at(l->f, got);
	off = ir_op2(l->f, IR_AND, ir_r(pos), ir_i(l->obj->layout.ring_size - 1));
	r = ir_ptr_add(l->f, ir_r(l->area), off);
	*pos_out = pos;
	return ir_ptr_add(l->f, ir_r(r), ir_i(l->obj->layout.ring_offset));
}

void record_header(struct lower *l, uint32_t rec, uint32_t form, uint32_t size)
{
	struct ir_val r = ir_r(rec);

	ir_st(l->f, 8, r, REC_LEN, ir_i((int64_t)((uint64_t)form << 32 | size)));
	ir_st(l->f, 8, r, REC_TIME, timestamp(l));
	if (!l->spec) {
		ir_st(l->f, 8, r, REC_PROBE, probe_id(l));	// no speculation: 0 in the upper half
		return;
	}
	ir_st(l->f, 4, r, REC_PROBE, probe_id(l));
	ir_st(l->f, 4, r, REC_SPEC, ir_r(l->spec));
}

// The secret is unknown to the compiler; the core puts it in place of this constant.
static const int64_t SECRET_PLACE = 0x5345435245545345;

void record_commit(struct lower *l, uint32_t rec, uint32_t pos)
{
	struct ir_val w = ir_op2(l->f, IR_XOR, ir_r(pos),
				 ir_r(ir_copy(l->f, IK_SCALAR, ir_i(SECRET_PLACE))));

	ir_st(l->f, 8, ir_r(rec), REC_WORD, w);
	if (l->obj->layout.policy == RING_RING)
		ir_atomic(l->f, IR_AADD, 8, ir_r(l->area), SEG_TAIL,
			  ir_r(ir_copy(l->f, IK_SCALAR, ir_i(-1))));
}

// ---- forms -------------------------------------------------------------------------

static enum builtin action_of(const struct stmt *s)
{
	const struct expr *e = s->expr;

	if (e && e->kind == EX_CALL && e->ident && e->ident->kind == ID_ACTION)
		return e->ident->builtin;
	return BI_NONE;
}

bool stmt_records(struct lower *l, const struct stmt *s)
{
	enum builtin b = action_of(s);

	(void)l;
	return b != BI_NONE && !is_silent_action(b);
}

static enum action_kind kind_of(enum builtin b)
{
	static const struct { enum builtin b; enum action_kind k; } kinds[] = {
		{ BA_TRACE, ACT_TRACE }, { BA_PRINTF, ACT_PRINTF }, { BA_PRINTA, ACT_PRINTA },
		{ BA_EXIT, ACT_EXIT }, { BA_CLEAR, ACT_CLEAR }, { BA_TRUNC, ACT_TRUNC },
		{ BA_NORMALIZE, ACT_NORMALIZE }, { BA_DENORMALIZE, ACT_DENORMALIZE },
		{ BA_TRACEMEM, ACT_TRACEMEM }, { BA_SYSTEM, ACT_SYSTEM }, { BA_FREOPEN, ACT_FREOPEN },
		{ BA_FTRUNCATE, ACT_FTRUNCATE }, { BA_SETOPT, ACT_SETOPT },
	};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (kinds[i].b == b)
			return kinds[i].k;
	return ACT_TRACE;
}

static void add_value(struct lower *l, struct action *a, const struct expr *e, uint32_t *size)
{
	struct value_desc d;
	uint32_t align;

	value_describe(l, e, false, &d);
	align = d.kind == VK_INT && d.size ? d.size : 8;
	*size = round_to(*size, align);
	d.offset = *size;
	*size += d.size;
	vec_push(l->a, &a->values, d);
}

static bool is_formatted(enum builtin b)
{
	return b == BA_PRINTF || b == BA_PRINTA || b == BA_SYSTEM || b == BA_FREOPEN;
}

// The memory itself, and the size to show if one is given.
static struct action describe_memory(struct lower *l, const struct expr *e, uint32_t *size)
{
	struct action a = { .kind = ACT_TRACEMEM };
	struct value_desc d = { .kind = VK_BYTES, .type = "char", .size = (uint32_t)e->args.v[1]->value };

	d.offset = *size = round8(*size);
	*size += d.size;
	vec_push(l->a, &a.values, d);
	if (e->args.n > 2)
		add_value(l, &a, e->args.v[2], size);
	return a;
}

static struct action describe_action(struct lower *l, const struct expr *e, uint32_t *size)
{
	struct action a = { .kind = kind_of(e->ident->builtin) };
	bool formatted = is_formatted(e->ident->builtin);

	if (e->ident->builtin == BA_PRINT)
		return print_describe(l, e, size);
	if (a.kind == ACT_TRACEMEM)
		return describe_memory(l, e, size);
	if (tells_location(e)) {
		add_value(l, &a, e, size);
		return a;
	}
	for (uint32_t i = 0; i < e->args.n; i++) {
		const struct expr *x = e->args.v[i];

		if (!i && formatted && x->kind == EX_STRING)
			a.format = x->str;
		else if (x->kind == EX_AGG)
			vec_push(l->a, &a.aggs, x->ident->number);
		else
			add_value(l, &a, x, size);
	}
	a.has_arg = a.kind == ACT_TRUNC && a.values.n;
	return a;
}

static uint32_t describe_form(struct lower *l, struct stmt *const *s, uint32_t n)
{
	struct record_form f = { .clause = l->clause_no, .size = REC_DATA };

	for (uint32_t i = 0; i < n; i++)
		if (stmt_records(l, s[i])) {
			struct action a = describe_action(l, s[i]->expr, &f.size);

			vec_push(l->a, &f.actions, a);
		}
	f.size = round8(f.size);
	if (f.size > REC_MAX) {
		diag_error(l->diags, l->clause->clause->span, D_UNKNOWN,
			   "the data recorded by this clause needs %u bytes; at most %d are possible",
			   f.size, (int)REC_MAX);
		diag_hint(l->diags, "record less in one clause, or lower strsize");
	}
	if (f.size > l->obj->layout.ring_size) {
		diag_error(l->diags, l->clause->clause->span, D_UNKNOWN,
			   "the data recorded by this clause needs %u bytes, more than the buffer has",
			   f.size);
		diag_hint(l->diags, "raise bufsize above %u", f.size);
	}
	vec_push(l->a, &l->obj->schema.forms, f);
	return l->obj->schema.forms.n - 1;
}

// ---- filling a record -----------------------------------------------------------------

static void store_bytes(struct lower *l, const struct expr *e, const struct value_desc *d,
			struct rv rec)
{
	const uint32_t HELPER_PROBE_READ_KERNEL = 113;
	struct ir_val r;
	struct rv src;

	if (sou_type(l, e->type)) {
		sou_into(l, e, rec, (int32_t)d->offset, d->size);
		return;
	}
	subr_copyin_cut(l, e, d->size);
	src = lower_expr(l, e);
	if (src.part)
		to_scalar(l, src);	// refused
	r = own_read(l, HELPER_PROBE_READ_KERNEL, ir_r(ir_ptr_add(l->f, rec.v, ir_i(d->offset))), ir_i(d->size),
		     src, own_lvalue(l, e));
	fault_if(l, IC_NE, r, ir_i(0), FLT_BADADDR, src.kind == IK_SCALAR ? src.v : ir_i(0), e->span);
}

static void store_number(struct lower *l, const struct expr *e, const struct value_desc *d,
			 struct rv rec)
{
	struct rv v = lower_expr(l, e);

	if (l->confined && v.kind == IK_POINTER && !v.handle)
		v.v = to_scalar(l, v);
	ir_st(l->f, (uint8_t)d->size, rec.v, (int32_t)d->offset,
	      v.handle ? ir_r(ir_copy(l->f, IK_SCALAR, ir_i(v.handle))) : v.v);
}

// An argument is a number in any case, unlike a floating point number in memory.
static bool is_float_arg(struct lower *l, const struct expr *e)
{
	return e->kind == EX_INDEX && e->ident && e->ident->builtin == BV_ARGS && type_resolve(l->types, e->type)->kind == TY_FLOAT;
}

static void store_value(struct lower *l, const struct expr *e, const struct value_desc *d,
			struct rv rec)
{
	if (tells_location(e))
		location_into(l, e, d, rec, (int32_t)d->offset);
	else if (d->kind == VK_STRING)
		str_into(l, e, rec, (int32_t)d->offset, d->size, false);
	else if (d->kind == VK_INT || is_float_arg(l, e))
		store_number(l, e, d, rec);
	else if (d->kind == VK_BYTES)
		store_bytes(l, e, d, rec);
}

static void store_action(struct lower *l, const struct expr *e, const struct action *a)
{
	struct rv rec = { .v = ir_r(l->rec.rec), .kind = IK_POINTER, .prov = PROV_OWN,
			  .own_size = REC_MAX, .not_null = true };
	struct value_desc whole;
	uint32_t k = 0;

	if (e->ident->builtin == BA_PRINT) {
		print_store(l, e, a, &whole);
		store_value(l, e->args.v[0], &whole, rec);
		return;
	}
	if (tells_location(e)) {
		store_value(l, e, &a->values.v[0], rec);
		return;
	}
	for (uint32_t i = 0; i < e->args.n && k < a->values.n; i++) {
		const struct expr *x = e->args.v[i];

		if ((!i && a->format) || x->kind == EX_AGG || (a->kind == ACT_TRACEMEM && i == 1))
			continue;
		store_value(l, x, &a->values.v[k], rec);
		k++;
	}
}

static void open_record(struct lower *l, uint32_t form)
{
	uint32_t size = l->obj->schema.forms.v[form].size, pos, rec, lost;

	lost = l->done;
	rec = record_reserve(l, size, &pos, lost);
	l->rec = (struct record_state){ .open = true, .rec = rec, .pos = pos, .form = form,
					.discard = ir_cold_block(l->f, "discard record") };
	record_header(l, rec, form + FORM_FIRST, size);
}

// Commits; and the block that gives the record up after a fault.
static void close_record(struct lower *l)
{
	struct record_state r = l->rec;
	uint32_t after = ir_block(l->f, "committed");

	record_commit(l, r.rec, r.pos);
	ir_jmp(l->f, after);
	ir_at(l->f, r.discard);
	ir_st(l->f, 4, ir_r(r.rec), REC_FORM, ir_i(FORM_DISCARD));
	record_commit(l, r.rec, r.pos);
	ir_jmp(l->f, l->fault);
	l->rec.open = false;
	ir_at(l->f, after);
}

static void stop_session(struct lower *l)
{
	ir_st(l->f, 8, ir_r(ir_mapval(l->f, MAP_CTL, CTL_STOPPED)), 0, ir_i(1));
}

static void plain_stmt(struct lower *l, const struct expr *e)
{
	const struct expr *a = e->kind == EX_ASSIGN ? e->a : NULL;

	if (e->kind == EX_CALL && e->ident && e->ident->kind == ID_ACTION)
		lower_action(l, e);
	else if (a && (a->kind == EX_AGG || (a->kind == EX_INDEX && a->a->kind == EX_AGG)))
		lower_agg(l, e);
	else
		lower_effect(l, e);
}

void record_run(struct lower *l, struct stmt *const *s, uint32_t n, bool force)
{
	uint32_t form = UINT32_MAX, k = 0, mark = l->scr_used;
	bool exits = false, records = force;

	for (uint32_t i = 0; i < n; i++)
		records |= stmt_records(l, s[i]);
	if (records)
		form = describe_form(l, s, n);
	if (force)
		open_record(l, form);
	for (uint32_t i = 0; i < n; i++, scratch_reset(l, mark)) {
		l->action_no++;
		if (!s[i]->expr)
			continue;
		l->f->span = s[i]->span;
		if (!stmt_records(l, s[i])) {
			plain_stmt(l, s[i]->expr);
			continue;
		}
		if (!l->rec.open)
			open_record(l, form);
		store_action(l, s[i]->expr, &l->obj->schema.forms.v[form].actions.v[k++]);
		exits |= action_of(s[i]) == BA_EXIT;
		if (action_of(s[i]) == BA_SYSTEM || action_of(s[i]) == BA_FREOPEN)
			need_destructive(l);
	}
	if (l->rec.open)
		close_record(l);
	if (exits)
		stop_session(l);
}
