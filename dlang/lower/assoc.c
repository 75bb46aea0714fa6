// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Associative arrays: one kernel hash each. Assigning zero (a string: NULL)
// deletes the element; no room is a counted dynamic variable drop.

#include "dlang/lower/expr.h"

enum { LOOKUP = 1, UPDATE = 2, DELETE = 3, NOEXIST = 1 };

static struct var_home *home(struct lower *l, const struct expr *e)
{
	return e->ident->scope == SC_SELF ? &l->selfs[e->ident->number] :
					    &l->globals[e->ident->number];
}

// Places each component of the tuple, as plan_assoc() laid it out.
static struct key assoc_key(struct lower *l, const struct expr *e)
{
	struct var_home *h = home(l, e);
	struct value_desc *d = arena_alloc(l->a, (e->args.n + 1) * sizeof *d);
	uint32_t off = e->ident->scope == SC_SELF ? 16 : 0;
	struct type *t = type_resolve(l->types, e->ident->type);

	for (uint32_t i = 0; i < e->args.n; i++) {
		bool s = string_type(l, t->params.v[i]), b = sou_type(l, t->params.v[i]);

		d[i] = (struct value_desc){ .kind = s ? VK_STRING : b ? VK_BYTES : VK_INT, .offset = off,
					    .size = s ? round8(l->strsize) :
							size_of(l, t->params.v[i]) };
		off += round8(d[i].size);
	}
	return key_build(l, e->args.v, e->args.n, d, h->key_size);
}

// The address of the key's bytes; a thread's elements have its identity in front.
static struct ir_val key_addr(struct lower *l, const struct expr *e)
{
	struct key k = assoc_key(l, e);
	struct rv m;

	if (e->ident->scope == SC_SELF) {
		struct ir_val tid = to_scalar(l, task_field(l, "pid"));
		struct ir_val start = to_scalar(l, task_field(l, "start_time"));

		if (k.nwords) {
			k.words[0] = tid;
			k.words[1] = start;
		} else {
			ir_st(l->f, 8, k.mem.v, k.off, tid);
			ir_st(l->f, 8, k.mem.v, k.off + 8, start);
		}
	}
	m = key_memory(l, &k);
	return m.v;
}

static uint32_t find(struct lower *l, uint32_t map, struct ir_val key)
{
	struct ir_val args[2];

	args[0] = ir_r(ir_mapfd(l->f, map));
	args[1] = key;
	return ir_call(l->f, IK_POINTER, LOOKUP, args, 2);
}

static struct ir_val insert(struct lower *l, uint32_t map, struct ir_val key, struct ir_val value,
			    uint32_t flags)
{
	struct ir_val args[4];

	args[0] = ir_r(ir_mapfd(l->f, map));
	args[1] = key;
	args[2] = value;
	args[3] = ir_i(flags);
	return ir_r(ir_call(l->f, IK_SCALAR, UPDATE, args, 4));
}

static void erase(struct lower *l, uint32_t map, struct ir_val key)
{
	struct ir_val args[2];

	args[0] = ir_r(ir_mapfd(l->f, map));
	args[1] = key;
	ir_call(l->f, IK_SCALAR, DELETE, args, 2);
}

uint32_t assoc_find(struct lower *l, const struct expr *e, uint32_t *key)
{
	struct ir_val k = key_addr(l, e);

	*key = k.reg;
	return find(l, (uint32_t)home(l, e)->map, k);
}

static struct ir_val zeros(struct lower *l)
{
	return ir_r(ir_mapval(l->f, MAP_CTL, (int32_t)l->zero_off));
}

// Makes a missing element with value zero; the result is null when there is no room.
uint32_t assoc_make(struct lower *l, const struct expr *e)
{
	uint32_t map = (uint32_t)home(l, e)->map, r = ir_reg(l->f, IK_POINTER);
	uint32_t make = ir_block(l->f, "new element"), have = ir_block(l->f, "have element");
	uint32_t none = ir_cold_block(l->f, "no element");
	struct ir_val k = key_addr(l, e);

	ir_mov(l->f, r, ir_r(find(l, map, k)));
	ir_br(l->f, IC_EQ, ir_r(r), ir_i(0), make, have);
	ir_at(l->f, make);
	insert(l, map, k, zeros(l), NOEXIST);
	ir_mov(l->f, r, ir_r(find(l, map, k)));
	ir_br(l->f, IC_EQ, ir_r(r), ir_i(0), none, have);
	ir_at(l->f, none);
	count_drop(l, DROP_DYNAMIC);
	ir_jmp(l->f, have);
	ir_at(l->f, have);
	return r;
}

void assoc_store(struct lower *l, const struct expr *e, struct ir_val v)
{
	uint32_t map = (uint32_t)home(l, e)->map, p, out = ir_block(l->f, "stored");
	uint32_t set = ir_block(l->f, "set element"), del = ir_block(l->f, "delete element");
	uint32_t have = ir_block(l->f, "element");
	struct cache c = cache_save(l);

	if (v.kind == IV_IMM)
		v = ir_r(ir_copy(l->f, IK_SCALAR, v));
	ir_br(l->f, IC_EQ, v, ir_i(0), del, set);
	ir_at(l->f, del);
	erase(l, map, key_addr(l, e));
	ir_jmp(l->f, out);
	cache_restore(l, c);
	ir_at(l->f, set);
	p = assoc_make(l, e);
	ir_br(l->f, IC_EQ, ir_r(p), ir_i(0), out, have);
	ir_at(l->f, have);
	ir_st(l->f, 8, ir_r(p), 0, v);
	ir_jmp(l->f, out);
	cache_restore(l, c);
	ir_at(l->f, out);
}

void assoc_store_string(struct lower *l, const struct expr *e, const struct expr *value)
{
	uint32_t cap = round8(l->strsize), map = (uint32_t)home(l, e)->map, p, out, set, del, have;
	struct rv src;
	struct cache c;

	if (value->kind == EX_INT) {	// s[k] = 0 or NULL
		erase(l, map, key_addr(l, e));
		return;
	}
	src = str_addr(l, value);
	c = cache_save(l);
	out = ir_block(l->f, "stored");
	set = ir_block(l->f, "set element");
	del = ir_block(l->f, "delete element");
	have = ir_block(l->f, "element");
	ir_br(l->f, IC_EQ, str_word(l, src), ir_i(STR_NULL), del, set);
	ir_at(l->f, del);
	erase(l, map, key_addr(l, e));
	ir_jmp(l->f, out);
	cache_restore(l, c);
	ir_at(l->f, set);
	p = assoc_make(l, e);
	ir_br(l->f, IC_EQ, ir_r(p), ir_i(0), out, have);
	ir_at(l->f, have);
	copy_cell(l, (struct rv){ .v = ir_r(p), .kind = IK_POINTER, .prov = PROV_OWN, .own_size = cap }, 0,
		  cap, src.v);
	ir_jmp(l->f, out);
	cache_restore(l, c);
	ir_at(l->f, out);
}
