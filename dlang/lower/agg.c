// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Aggregations. A keyed one is an open-addressed table per CPU: double hashing,
// SEG_PROBES steps; an entry is claimed by compare-and-exchange, its key
// written, then published by exchanging its state to the hash's tag. Whoever
// meets an entry half claimed goes on: the reader merges duplicates. No place:
// the overflow hash in the kernel; no place there either: a counted drop.
//
// There is one way from a probe to the next, as the verifier follows each. To
// meet another key of the same hash is to find no place. To lose a claim, to
// what interrupts between the load and the exchange, is a counted drop: who goes
// to the overflow hash beside a free entry may meet there what is being freed
// (daemon/session/freeing.c).

#include "dlang/lower/expr.h"

enum { MAP_LOOKUP = 1, MAP_UPDATE = 2, NOEXIST = 1 };

void count_drop(struct lower *l, enum drop d)
{
	ir_atomic(l->f, IR_AADD, 8, ir_r(l->area), SEG_DROPS + 8 * (int32_t)d,
		  ir_r(ir_copy(l->f, IK_SCALAR, ir_i(1))));
}

// Odd 64-bit constants without pattern.
static const int64_t mult[] = { (int64_t)0x9e3779b97f4a7c15, (int64_t)0xc2b2ae3d27d4eb4f };

// Multiply and fold.
static struct ir_val hash_word(struct lower *l, struct ir_val h, struct ir_val w, uint32_t i)
{
	h = i ? ir_op2(l->f, IR_XOR, h, w) : w;
	h = ir_op2(l->f, IR_MUL, h, ir_i(mult[i & 1]));
	return ir_op2(l->f, IR_XOR, h, ir_op2(l->f, IR_LSHR, h, ir_i(32)));
}

static bool is_stack(const struct value_desc *d)
{
	return d->kind == VK_STACK || d->kind == VK_USTACK;
}

// The hash goes on in a register, up to the stack's first zero.
static void hash_stack(struct lower *l, const struct key *k, const struct value_desc *d, uint32_t r)
{
	uint32_t end = ir_block(l->f, "stack hashed");

	for (uint32_t i = d->offset / 8; i < (d->offset + d->size) / 8; i++) {
		struct ir_val w = key_word(l, k, i);
		uint32_t more = ir_block(l->f, "hash frame");

		ir_br(l->f, IC_EQ, w, ir_i(0), end, more);
		ir_at(l->f, more);
		ir_mov(l->f, r, hash_word(l, ir_r(r), w, i));
	}
	ir_jmp(l->f, end);
	ir_at(l->f, end);
}

// As segment_hash() does it.
static struct ir_val hash_key(struct lower *l, const struct key *k, uint32_t dense)
{
	struct ir_val h = ir_i(0);
	uint32_t r;

	for (uint32_t i = 0; i < dense; i++)
		h = hash_word(l, h, key_word(l, k, i), i);
	if (dense < k->size / 8) {
		r = ir_copy(l->f, IK_SCALAR, h);
		for (uint32_t i = 0; i < k->al->keys.n; i++)
			if (is_stack(&k->al->keys.v[i]))
				hash_stack(l, k, &k->al->keys.v[i], r);
		h = ir_r(r);
	}
	return ir_r(ir_copy(l->f, IK_SCALAR, ir_op2(l->f, IR_MUL, h, ir_i(mult[0]))));
}

struct search {
	const struct object_table *t;
	struct key *key;
	struct ir_val tag;
	uint32_t i, step, n;		// registers: index, stride, probes made
	uint32_t entry;			// register: the entry looked at
	uint32_t value;			// register: address of the value words found
	uint32_t head, next, found, full, lost;	// blocks
};

static uint32_t entry_size(const struct object_table *t)
{
	return ENTRY_KEY + t->key_size + 8 * (t->nadd + t->nmax);
}

static void set_found(struct lower *l, struct search *s)
{
	ir_mov(l->f, s->value, ir_r(ir_ptr_add(l->f, ir_r(s->entry),
					       ir_i(ENTRY_KEY + s->t->key_size))));
	ir_jmp(l->f, s->found);
}

static struct ir_val word_differs(struct lower *l, struct search *s, struct ir_val w, uint32_t i)
{
	uint32_t x = ir_ld(l->f, IK_SCALAR, 8, ir_r(s->entry), ENTRY_KEY + (int32_t)(8 * i));

	return ir_op2(l->f, IR_XOR, ir_r(x), w);
}

// Differences are or'ed into a register, up to the first zero of our stack.
static void compare_stack(struct lower *l, struct search *s, const struct value_desc *d, uint32_t r)
{
	uint32_t end = ir_block(l->f, "stack compared");

	for (uint32_t i = d->offset / 8; i < (d->offset + d->size) / 8; i++) {
		struct ir_val w = key_word(l, s->key, i);
		uint32_t more = ir_block(l->f, "compare frame");

		ir_mov(l->f, r, ir_op2(l->f, IR_OR, ir_r(r), word_differs(l, s, w, i)));
		ir_br(l->f, IC_EQ, w, ir_i(0), end, more);
		ir_at(l->f, more);
	}
	ir_jmp(l->f, end);
	ir_at(l->f, end);
}

// Is this entry, published with our tag, our key?
static void compare_entry(struct lower *l, struct search *s)
{
	uint32_t same = ir_block(l->f, "same key"), r;
	struct ir_val d = ir_i(0), x;

	for (uint32_t i = 0; i < s->t->dense; i++) {
		x = word_differs(l, s, key_word(l, s->key, i), i);
		d = i ? ir_op2(l->f, IR_OR, d, x) : x;
	}
	if (s->t->dense < s->t->key_size / 8) {
		r = ir_copy(l->f, IK_SCALAR, d);
		for (uint32_t i = 0; i < s->key->al->keys.n; i++)
			if (is_stack(&s->key->al->keys.v[i]))
				compare_stack(l, s, &s->key->al->keys.v[i], r);
		d = ir_r(r);
	}
	ir_br(l->f, IC_EQ, d, ir_i(0), same, s->full);
	ir_at(l->f, same);
	set_found(l, s);
}

static void claim_entry(struct lower *l, struct search *s)
{
	uint32_t mine = ir_cold_block(l->f, "claimed entry"), old;
	struct ir_val one = ir_r(ir_copy(l->f, IK_SCALAR, ir_i(1)));

	old = ir_cmpxchg(l->f, 8, ir_r(s->entry), ENTRY_STATE, ir_i(0), one);
	ir_br(l->f, IC_EQ, ir_r(old), ir_i(0), mine, s->lost);
	ir_at(l->f, mine);
	for (uint32_t i = 0; i < s->t->key_size / 8; i++)
		ir_st(l->f, 8, ir_r(s->entry), ENTRY_KEY + (int32_t)(8 * i), key_word(l, s->key, i));
	ir_atomic(l->f, IR_XCHG, 8, ir_r(s->entry), ENTRY_STATE, s->tag);
	set_found(l, s);
}

static void probe_entry(struct lower *l, struct search *s)
{
	uint32_t tagged = ir_block(l->f, "tag matches"), other = ir_block(l->f, "other tag");
	uint32_t claim = ir_cold_block(l->f, "free entry");
	struct ir_val off;
	uint32_t state;

	ir_at(l->f, s->head);
	off = ir_op2(l->f, IR_AND, ir_r(s->i), ir_i(s->t->entries - 1));
	off = ir_op2(l->f, IR_MUL, off, ir_i(entry_size(s->t)));
	ir_mov(l->f, s->entry, ir_r(ir_ptr_add(l->f, ir_r(ir_ptr_add(l->f, ir_r(l->area), off)),
					       ir_i(s->t->offset))));
	state = ir_ld(l->f, IK_SCALAR, 8, ir_r(s->entry), ENTRY_STATE);
	ir_br(l->f, IC_EQ, ir_r(state), s->tag, tagged, other);
	ir_at(l->f, other);
	ir_br(l->f, IC_EQ, ir_r(state), ir_i(0), claim, s->next);
	ir_at(l->f, tagged);
	compare_entry(l, s);
	ir_at(l->f, claim);
	claim_entry(l, s);
	ir_at(l->f, s->next);
	ir_mov(l->f, s->n, ir_op2(l->f, IR_ADD, ir_r(s->n), ir_i(1)));
	ir_mov(l->f, s->i, ir_op2(l->f, IR_ADD, ir_r(s->i), ir_r(s->step)));
	ir_br(l->f, IC_ULT, ir_r(s->n), ir_i(SEG_PROBES), s->head, s->full);
}

static uint32_t overflow_lookup(struct lower *l, struct search *s, struct ir_val key)
{
	struct ir_val args[2];

	args[0] = ir_r(ir_mapfd(l->f, (uint32_t)s->t->overflow));
	args[1] = key;
	return ir_call(l->f, IK_POINTER, MAP_LOOKUP, args, 2);
}

static void no_place(struct lower *l, uint32_t out)
{
	count_drop(l, DROP_AGGREGATION);
	ir_jmp(l->f, out);
}

// The table is full here: the kernel's hash takes the key, if there is one.
static void overflow(struct lower *l, struct search *s, uint32_t out)
{
	uint32_t make, have, lost;
	struct ir_val key, args[4];

	ir_at(l->f, s->full);
	if (s->t->overflow < 0) {
		no_place(l, out);
		return;
	}
	make = ir_cold_block(l->f, "overflow insert");
	have = ir_cold_block(l->f, "overflow found");
	lost = ir_cold_block(l->f, "no place");
	key = key_memory(l, s->key).v;
	ir_mov(l->f, s->value, ir_r(overflow_lookup(l, s, key)));
	ir_br(l->f, IC_EQ, ir_r(s->value), ir_i(0), make, have);
	ir_at(l->f, make);
	args[0] = ir_r(ir_mapfd(l->f, (uint32_t)s->t->overflow));
	args[1] = key;
	args[2] = ir_r(ir_mapval(l->f, MAP_CTL, (int32_t)l->zero_off));
	args[3] = ir_i(NOEXIST);
	ir_call(l->f, IK_SCALAR, MAP_UPDATE, args, 4);
	ir_mov(l->f, s->value, ir_r(overflow_lookup(l, s, key)));
	ir_br(l->f, IC_EQ, ir_r(s->value), ir_i(0), lost, have);
	ir_at(l->f, lost);
	no_place(l, out);
	ir_at(l->f, have);
	ir_jmp(l->f, s->found);
}

// Leaves the address of the key's value in a register; goes to out when there is no place.
static uint32_t find_value(struct lower *l, const struct agg_layout *al, struct key *k, uint32_t out)
{
	struct ir_val h = hash_key(l, k, al->table->dense);
	struct search s = { .t = al->table, .key = k };

	s.tag = ir_r(ir_copy(l->f, IK_SCALAR, ir_op2(l->f, IR_OR, h, ir_i(ENTRY_READY))));
	s.i = ir_copy(l->f, IK_SCALAR, ir_op2(l->f, IR_LSHR, h, ir_i(32)));
	s.step = ir_copy(l->f, IK_SCALAR, ir_op2(l->f, IR_OR,
						 ir_op2(l->f, IR_LSHR, h, ir_i(16)), ir_i(1)));
	s.n = ir_copy(l->f, IK_SCALAR, ir_i(0));
	s.entry = ir_reg(l->f, IK_POINTER);
	s.value = ir_reg(l->f, IK_POINTER);
	s.head = ir_block(l->f, "probe");
	s.next = ir_block(l->f, "probe next");
	s.found = ir_block(l->f, "found");
	s.full = ir_cold_block(l->f, "table full");
	s.lost = ir_cold_block(l->f, "claim lost");
	ir_jmp(l->f, s.head);
	probe_entry(l, &s);
	overflow(l, &s, out);
	ir_at(l->f, s.lost);
	no_place(l, out);
	ir_at(l->f, s.found);
	return s.value;
}

// @name[keys] = func(args): keys, then arguments, then the update.
void lower_agg(struct lower *l, const struct expr *e)
{
	const struct expr *agg = e->a->kind == EX_INDEX ? e->a->a : e->a;
	const struct agg_layout *al = &l->aggs[agg->ident->number];
	struct rv value = { .v = ir_r(l->area), .kind = IK_POINTER };
	uint32_t out;
	struct key k;

	if (!al->table->key_size) {
		agg_args(l, agg->ident, e->b);
		value.v = ir_r(ir_ptr_add(l->f, value.v, ir_i(al->table->offset)));
		ir_st(l->f, 8, value.v, ENTRY_STATE, ir_i(ENTRY_READY));
		agg_update(l, agg->ident, al, value, ENTRY_KEY);
		return;
	}
	out = ir_block(l->f, "aggregated");
	k = key_build(l, e->a->args.v, e->a->args.n, al->keys.v, al->table->key_size);
	k.al = al;
	agg_args(l, agg->ident, e->b);
	value.v = ir_r(find_value(l, al, &k, out));
	agg_update(l, agg->ident, al, value, 0);
	ir_jmp(l->f, out);
	ir_at(l->f, out);
}
