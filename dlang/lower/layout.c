// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Layout: the session's memory, decided before any code is made. Sizes are
// constants of the programs (segment.h draws the picture).

#include <string.h>

#include "dlang/lower/expr.h"

enum { TABLE_ENTRIES = 4096, TABLE_MIN = 64, SESSION_MAX = 64 << 20, OVERFLOW_MAX = 65536, OVERFLOW_BYTES = 32 << 20,
       SELF_MAX = 65000 };	// the kernel's limit of task storage is a little below 64 KiB

uint32_t round8(uint32_t n)
{
	return (n + 7) & ~7u;
}

static uint32_t pow2_up(uint64_t n)
{
	uint32_t p = 1;

	while (p < n && p < 1u << 31)
		p <<= 1;
	return p;
}

static uint32_t pow2_down(uint64_t n)
{
	uint32_t p = pow2_up(n);

	return p > n ? p >> 1 : p;
}

uint32_t layout_image(struct lower *l, const void *bytes, uint32_t n, uint32_t align)
{
	uint32_t at;

	while (l->image.n % align)
		vec_push(l->a, &l->image, 0);
	at = l->image.n;
	for (uint32_t i = 0; i < n; i++)
		vec_push(l->a, &l->image, bytes ? ((const uint8_t *)bytes)[i] : 0);
	return CTL_IMAGE + at;
}

uint32_t layout_string(struct lower *l, const char *s, uint32_t len)
{
	uint32_t off = layout_image(l, s, len, 8);

	layout_image(l, NULL, 1, 1);
	return off;
}

// ---- how values are represented ----------------------------------------------

uint32_t string_size(struct lower *l, const struct expr *e)
{
	uint32_t b, c, max = round8(l->strsize);

	if (e->kind == EX_STRING) {
		b = round8((uint32_t)strlen(e->str) + 1);
		return b < max ? b : max;
	}
	if (builtin_of(e) == BV_EXECNAME)
		return 16;
	if (e->kind == EX_COND) {
		b = string_size(l, e->b);
		c = string_size(l, e->c);
		return b > c ? b : c;
	}
	return max;
}

void value_describe(struct lower *l, const struct expr *e, bool is_key, struct value_desc *out)
{
	struct type *t = type_resolve(l->types, e->type);
	enum builtin b = builtin_of(e);

	*out = (struct value_desc){ .type = type_name(l->types, e->type) };
	if (tells_location(e)) {
		location_describe(l, e, out);
	} else if (is_probe_field(b)) {
		out->kind = VK_PROBEPROV + (b == BV_PROBEMOD) + 2 * (b == BV_PROBEFUNC) +
			    3 * (b == BV_PROBENAME);
		out->size = is_key ? 4 : 0;
	} else if (t->kind == TY_STRING) {
		out->kind = VK_STRING;
		out->size = string_size(l, e);
	} else if (type_is_scalar(l->types, t)) {
		out->kind = VK_INT;
		out->size = size_of(l, t);
		out->is_signed = is_signed(l, t);
	} else {
		out->kind = VK_BYTES;
		out->size = size_of(l, t);
	}
}

// ---- aggregations -------------------------------------------------------------

// One key component of several uses: the widest representation of all.
static void key_merge(struct lower *l, struct value_desc *d, const struct expr *e)
{
	struct value_desc n;

	value_describe(l, e, true, &n);
	if (!d->size) {
		*d = n;
		return;
	}
	if (n.kind >= VK_STACK && d->kind != n.kind)	// sym() and mod(): as the first use
		n.kind = d->kind;
	if (d->kind == n.kind) {
		if (n.size > d->size)
			d->size = n.size;
		return;
	}
	d->kind = VK_STRING;
	d->size = round8(l->strsize);
}

static void agg_use(struct lower *l, const struct expr *e)
{
	const struct expr *agg = e->kind == EX_INDEX ? e->a : e;
	struct agg_layout *al;

	if (agg->kind != EX_AGG || !agg->ident || e->kind != EX_INDEX)
		return;
	al = &l->aggs[agg->ident->number];
	while (al->keys.n < e->args.n)
		vec_push(l->a, &al->keys, (struct value_desc){ 0 });
	for (uint32_t i = 0; i < e->args.n; i++)
		key_merge(l, &al->keys.v[i], e->args.v[i]);
}

static void agg_uses(struct lower *l, struct stmt *const *s, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		if (s[i]->kind == STM_IF) {
			agg_uses(l, s[i]->then_body.v, s[i]->then_body.n);
			agg_uses(l, s[i]->else_body.v, s[i]->else_body.n);
		} else if (s[i]->expr && s[i]->expr->kind == EX_ASSIGN) {
			agg_use(l, s[i]->expr->a);
		}
	}
}

// Value words of an aggregation: those that add, then those that take the maximum.
static void agg_words(const struct ident *id, uint32_t *nadd, uint32_t *nmax, uint32_t *rowmask)
{
	static const uint8_t add[] = {
		[AGG_COUNT] = 1, [AGG_SUM] = 1, [AGG_AVG] = 2, [AGG_MIN] = 1, [AGG_MAX] = 1,
		[AGG_STDDEV] = 6,
	};

	*nmax = id->func == AGG_MIN || id->func == AGG_MAX;
	*rowmask = 0;
	if (id->func < AGG_QUANTIZE) {
		*nadd = add[id->func];
		return;
	}
	*rowmask = pow2_up(id->func == AGG_QUANTIZE ? 127 : id->nlevels) - 1;
	*nadd = 2 + *rowmask + 1;
}

static uint32_t table_entries(struct lower *l, uint32_t entry, uint32_t ntables)
{
	uint64_t share = l->opt->aggsize / (ntables ? ntables : 1);
	uint64_t room = SESSION_MAX / (l->env->ncpus ? l->env->ncpus : 1) / (ntables ? ntables : 1);
	uint64_t n = share / entry;

	if (!l->opt->aggsize_set) {
		if (share > 1 << 20)
			n = (1 << 20) / entry;
		if (n > TABLE_ENTRIES)
			n = TABLE_ENTRIES;
		if (n > room / entry)
			n = room / entry;
	}
	n = pow2_down(n ? n : 1);
	return n < TABLE_MIN ? TABLE_MIN : (uint32_t)n;
}

// The overflow hash takes memory only as it is used, but all it may take is charged.
static uint32_t overflow_entries(uint32_t entry)
{
	uint32_t n = OVERFLOW_BYTES / entry;

	return n > OVERFLOW_MAX ? OVERFLOW_MAX : n < TABLE_MIN ? TABLE_MIN : n;
}

static int32_t new_map(struct lower *l, struct object_map m)
{
	vec_push(l->a, &l->obj->maps, m);
	return (int32_t)(MAP_FIRST_EXTRA + l->obj->maps.n - 1);
}

static bool is_stack(const struct value_desc *d)
{
	return d->kind == VK_STACK || d->kind == VK_USTACK;
}

// Stacks come last: what of them is zero is not hashed.
static uint32_t keys_place(struct agg_layout *al, uint32_t *dense)
{
	uint32_t off = 0;

	for (uint32_t stacks = 0; stacks < 2; stacks++) {
		for (uint32_t i = 0; i < al->keys.n; i++)
			if (is_stack(&al->keys.v[i]) == stacks) {
				al->keys.v[i].offset = off;
				off += round8(al->keys.v[i].size);
			}
		if (!stacks)
			*dense = off / 8;
	}
	return off;
}

static void agg_describe(struct lower *l, const struct ident *id, const struct agg_layout *al,
			 uint32_t key_size, uint32_t nwords)
{
	struct agg_desc d = { .name = id->name, .func = id->func, .key_size = key_size,
			      .nwords = nwords, .order = id->number };

	memcpy(d.args, id->args, sizeof d.args);
	for (uint32_t i = 0; i < al->keys.n; i++)
		vec_push(l->a, &d.keys, al->keys.v[i]);
	vec_push(l->a, &l->obj->schema.aggs, d);
}

// Places one aggregation at *at (bytes from the area's start).
static void agg_place(struct lower *l, const struct ident *id, uint32_t ntables, uint64_t *at)
{
	struct agg_layout *al = &l->aggs[id->number];
	struct object_table t = { .agg = id->number, .overflow = -1 };
	uint32_t entry;

	t.key_size = keys_place(al, &t.dense);
	agg_words(id, &t.nadd, &t.nmax, &al->rowmask);
	agg_describe(l, id, al, t.key_size, t.nadd + t.nmax);
	entry = 8 + t.key_size + 8 * (t.nadd + t.nmax);
	t.offset = (uint32_t)*at;
	t.entries = t.key_size ? table_entries(l, entry, ntables) : 1;
	*at += (uint64_t)t.entries * entry;
	if (t.key_size && l->obj->maps.n < OBJECT_MAPS_MAX)
		t.overflow = new_map(l, (struct object_map){
			.kind = MK_HASH, .key_size = t.key_size, .max_entries = overflow_entries(entry),
			.value_size = 8 * (t.nadd + t.nmax) });
	vec_push(l->a, &l->obj->tables, t);
}

static uint32_t keyed_aggs(const struct sprogram *p)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < p->aggs.n; i++)
		n += p->aggs.v[i]->keys.n != 0;
	return n;
}

static void plan_aggs(struct lower *l, uint64_t *at)
{
	const struct sprogram *p = l->prog;
	uint32_t ntables = keyed_aggs(p);

	l->aggs = arena_alloc(l->a, (p->aggs.n + 1) * sizeof *l->aggs);
	for (uint32_t i = 0; i < p->clauses.n; i++)
		agg_uses(l, p->clauses.v[i].clause->body.v, p->clauses.v[i].clause->body.n);
	for (uint32_t keyed = 0; keyed < 2; keyed++)
		for (uint32_t i = 0; i < p->aggs.n; i++)
			if (p->aggs.v[i]->has_func && (l->aggs[i].keys.n != 0) == keyed)
				agg_place(l, p->aggs.v[i], ntables, at);
	for (uint32_t i = 0; i < l->obj->tables.n; i++)
		l->aggs[l->obj->tables.v[i].agg].table = &l->obj->tables.v[i];
}

// ---- variables ------------------------------------------------------------------

static bool var_size(struct lower *l, const struct ident *v, struct type *t, uint32_t *size)
{
	t = type_resolve(l->types, t);
	if (t->kind == TY_STRING) {
		*size = round8(l->strsize);
		return true;
	}
	if (type_is_scalar(l->types, t)) {
		*size = 8;
		return true;
	}
	if (sou_type(l, t)) {
		*size = sou_storage(l, t);
		return true;
	}
	diag_error(l->diags, v->span, D_VAR_UNSUP,
		   "variable '%s' is of type %s, and variables of that type are not available in "
		   "this version", v->name, type_name(l->types, t));
	diag_hint(l->diags, "keep the members you need in variables of their own");
	return false;
}

static bool plan_assoc(struct lower *l, const struct ident *v, struct var_home *h, uint32_t narrays)
{
	struct type *t = type_resolve(l->types, v->type);
	uint64_t each, share = l->opt->dynvarsize / narrays;
	uint32_t size;

	h->key_size = v->scope == SC_SELF ? 16 : 0;
	for (uint32_t i = 0; i < t->params.n; i++) {
		if (!var_size(l, v, t->params.v[i], &size))
			return false;
		if (sou_type(l, t->params.v[i]))
			size = round8(size_of(l, t->params.v[i]));
		h->key_size += size;
	}
	if (!var_size(l, v, t->base, &h->val_size))
		return false;
	each = h->key_size + h->val_size + 48;
	h->map = new_map(l, (struct object_map){
		.kind = MK_HASH, .key_size = h->key_size, .value_size = h->val_size,
		.max_entries = (uint32_t)(share / each ? share / each : 1), .prealloc = true });
	return true;
}

static bool is_assoc(struct lower *l, const struct ident *v)
{
	return type_resolve(l->types, v->type)->kind == TY_ASSOC;
}

static uint32_t count_assocs(struct lower *l)
{
	const struct sprogram *p = l->prog;
	uint32_t n = 0;

	for (uint32_t i = 0; i < p->globals.n; i++)
		n += is_assoc(l, p->globals.v[i]);
	for (uint32_t i = 0; i < p->selfs.n; i++)
		n += is_assoc(l, p->selfs.v[i]);
	return n;
}

static bool plan_vars(struct lower *l)
{
	const struct sprogram *p = l->prog;
	uint32_t size, n = count_assocs(l);
	bool ok = true;

	if (n >= OBJECT_MAPS_MAX) {
		diag_error(l->diags, vec_last(p->globals.n ? &p->globals : &p->selfs)->span, D_VAR_UNSUP,
			   "the program has %u associative arrays; at most %d are possible", n,
			   OBJECT_MAPS_MAX - 1);
		diag_hint(l->diags, "use one array with a further key in place of several");
		return false;
	}
	l->globals = arena_alloc(l->a, (p->globals.n + 1) * sizeof *l->globals);
	l->selfs = arena_alloc(l->a, (p->selfs.n + 1) * sizeof *l->selfs);
	l->locals = arena_alloc(l->a, (p->locals.n + 1) * sizeof *l->locals);
	for (uint32_t i = 0; i < p->globals.n; i++) {
		if (is_assoc(l, p->globals.v[i]))
			ok &= plan_assoc(l, p->globals.v[i], &l->globals[i], n);
		else if (var_size(l, p->globals.v[i], p->globals.v[i]->type, &size))
			l->globals[i].off = layout_image(l, NULL, size, 8);
		else
			ok = false;
	}
	for (uint32_t i = 0; i < p->selfs.n; i++) {
		if (is_assoc(l, p->selfs.v[i])) {
			ok &= plan_assoc(l, p->selfs.v[i], &l->selfs[i], n);
		} else if (var_size(l, p->selfs.v[i], p->selfs.v[i]->type, &size)) {
			l->selfs[i].off = l->self_size;
			l->self_size += size;
		} else {
			ok = false;
		}
	}
	for (uint32_t i = 0; i < p->locals.n; i++)
		ok &= var_size(l, p->locals.v[i], p->locals.v[i]->type, &size);
	if (l->self_size > SELF_MAX) {
		diag_error(l->diags, vec_last(&p->selfs)->span, D_VAR_UNSUP,
			   "the thread-local variables need %u bytes per thread; at most %d are possible",
			   l->self_size, SELF_MAX);
		diag_hint(l->diags, "use fewer or smaller ones, or lower strsize");
		return false;
	}
	if (l->self_size)
		l->self_map = new_map(l, (struct object_map){ .kind = MK_TASK_STORAGE, .key_size = 4,
							      .value_size = l->self_size });
	return ok;
}

static uint32_t largest_value(struct lower *l)
{
	uint32_t max = 8;

	for (uint32_t i = 0; i < l->obj->maps.n; i++)
		if (l->obj->maps.v[i].kind == MK_HASH && l->obj->maps.v[i].value_size > max)
			max = l->obj->maps.v[i].value_size;
	for (uint32_t i = 0; i < l->prog->locals.n; i++)
		if (sou_type(l, l->prog->locals.v[i]->type)) {
			uint32_t n = sou_storage(l, l->prog->locals.v[i]->type);

			max = n > max ? n : max;
		}
	return max;
}

static uint32_t plan_ring(struct lower *l)
{
	uint64_t size = l->opt->bufsize;

	if (!l->opt->bufsize_set) {
		size = (16u << 20) / (l->env->ncpus ? l->env->ncpus : 1);
		if (size > 1 << 20)
			size = 1 << 20;
		if (size < 64 << 10)
			size = 64 << 10;
	}
	size = pow2_down(size);
	return size < 4096 ? 4096 : (uint32_t)size;
}

bool layout_plan(struct lower *l)
{
	uint64_t at = SEG_SLOTS;
	struct object_layout *lay = &l->obj->layout;

	if (!plan_vars(l))
		return false;
	plan_aggs(l, &at);
	l->zero_off = layout_image(l, NULL, largest_value(l), 8);
	at = (at + 4095) & ~4095ull;
	lay->ring_size = plan_ring(l);
	lay->policy = l->opt->bufpolicy;
	if (at + lay->ring_size + REC_MAX > 512u << 20) {
		diag_error(l->diags, (struct span){ 0, 0, 0 }, D_PRAGMA_OPTSET,
			   "the buffers and aggregations of this program need %llu MB per CPU; at most "
			   "512 MB are possible", (unsigned long long)((at + lay->ring_size) >> 20));
		diag_hint(l->diags, "lower bufsize or aggsize");
		return false;
	}
	lay->ring_offset = (uint32_t)at;
	l->scratch_off = (uint32_t)at + lay->ring_size + REC_MAX;
	return true;
}

// Patches the scratch slot size into the programs' code; fixes the sizes of the maps.
void layout_finish(struct lower *l)
{
	struct object_layout *lay = &l->obj->layout;

	layout_image(l, NULL, round8(l->strsize), 8);
	l->obj->image = l->image.v;
	l->obj->image_size = l->image.n;
	lay->ctl_size = (CTL_IMAGE + l->image.n + 4095) & ~4095u;
	lay->area_size = l->scratch_off + SEG_NSCRATCH * l->scratch_size;
	if (l->own_reached)
		lay->area_size += 2 * SCRATCH_MAX;
	lay->area_size = (lay->area_size + 4095) & ~4095u;
}
