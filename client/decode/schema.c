// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Conversion of the Schema message into plain arrays, checking everything on
// the way: the bytes come from a compiler that has read hostile input.

#include "client/decode/schema.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "proto/dtraced.pb-c.h"

enum { MAX_BUCKETS = 65535 + 2, MAX_KEY = 64 * 1024, MAX_NAMED_ID = 4 };

// A zeroed array of the message's n elements; n 0 is fine.
static int make_array(size_t n, size_t size, void *arrayp)
{
	void *p = calloc(n ? n : 1, size);

	if (!p)
		return -ENOMEM;
	memcpy(arrayp, &p, sizeof(p));
	return 0;
}

static bool int_size_ok(uint32_t size)
{
	return size == 1 || size == 2 || size == 4 || size == 8;
}

// Addresses are words, in a process with a word in front.
static bool address_size_ok(int kind, uint32_t size)
{
	static const struct { uint32_t min, max; } sizes[VK_NKINDS] = {
		[VK_STACK] = { 8, REC_MAX }, [VK_USTACK] = { 8, REC_MAX }, [VK_SYM] = { 8, 8 },
		[VK_MOD] = { 8, 8 }, [VK_USYM] = { 16, 16 }, [VK_UMOD] = { 16, 16 },
		[VK_UADDR] = { 16, 16 },
	};

	return !sizes[kind].min || (size % 8 == 0 && size >= sizes[kind].min && size <= sizes[kind].max);
}

// Whether a value lies in [from, end) and has a size that its kind can have.
static bool value_ok(const Dtraced__Value *v, uint32_t from, uint32_t end, bool in_key)
{
	if ((uint32_t)v->kind >= VK_NKINDS)
		return false;
	if (v->kind >= (int)VK_PROBEPROV && v->kind <= (int)VK_PROBENAME) {
		if (v->size == 0)
			return !in_key;
		if (v->size != MAX_NAMED_ID)
			return false;
	}
	if (v->kind == (int)VK_INT && !int_size_ok(v->size))
		return false;
	if (!address_size_ok((int)v->kind, v->size))
		return false;
	return v->size > 0 && v->offset >= from && v->offset <= end && v->size <= end - v->offset;
}

static int convert_values(Dtraced__Value **in, size_t n, uint32_t from, uint32_t end, bool in_key,
			  struct value **outp)
{
	struct value *out;
	int r;

	r = make_array(n, sizeof(*out), outp);
	if (r < 0)
		return r;
	out = *outp;
	for (size_t i = 0; i < n; i++) {
		if (!value_ok(in[i], from, end, in_key))
			return -EBADMSG;
		out[i] = (struct value){ (enum value_kind)in[i]->kind, in[i]->is_signed,
					 in[i]->offset, in[i]->size, in[i]->type };
	}
	return 0;
}

// ---- actions ---------------------------------------------------------------

// Which parts an action must have: its number of values and aggregations.
static const struct action_rule {
	uint32_t min_values, max_values;
	bool needs_agg;
	enum { ANY, NUMBERS, STRINGS } values;
} action_rules[ACT_NKINDS] = {
	[ACT_TRACE] = { 1, 1, false, ANY },
	[ACT_PRINTF] = { 0, UINT32_MAX, false, ANY },
	[ACT_PRINTA] = { 0, UINT32_MAX, true, ANY },
	[ACT_EXIT] = { 1, 1, false, NUMBERS },
	[ACT_CLEAR] = { 0, 0, true, ANY },
	[ACT_TRUNC] = { 0, 1, true, NUMBERS },
	[ACT_NORMALIZE] = { 1, 1, true, NUMBERS },
	[ACT_DENORMALIZE] = { 0, 0, true, ANY },
	[ACT_COMMIT] = { 1, 1, false, NUMBERS },
	[ACT_DISCARD] = { 1, 1, false, NUMBERS },
	[ACT_SYSTEM] = { 0, UINT32_MAX, false, ANY },
	[ACT_FREOPEN] = { 0, UINT32_MAX, false, ANY },
	[ACT_FTRUNCATE] = { 0, 0, false, ANY },
	[ACT_TRACEMEM] = { 1, 2, false, ANY },
	[ACT_SETOPT] = { 1, 2, false, STRINGS },
};

static bool same_keys(const struct agg *a, const struct agg *b)
{
	if (a->nkeys != b->nkeys || a->key_size != b->key_size)
		return false;
	for (uint32_t i = 0; i < a->nkeys; i++)
		if (a->keys[i].kind != b->keys[i].kind || a->keys[i].offset != b->keys[i].offset ||
		    a->keys[i].size != b->keys[i].size)
			return false;
	return true;
}

static bool action_needs_format(const struct action *a)
{
	return a->kind == ACT_PRINTF || a->kind == ACT_SYSTEM || a->kind == ACT_FREOPEN;
}

static bool action_ok(const struct schema *s, const struct action *a)
{
	const struct action_rule *rule = &action_rules[a->kind];

	if (a->nvalues < rule->min_values || a->nvalues > rule->max_values ||
	    rule->needs_agg != (a->naggs > 0))
		return false;
	if (action_needs_format(a) && !a->format)
		return false;
	for (uint32_t i = 0; i < a->nvalues; i++)
		if (rule->values && a->values[i].kind != (rule->values == NUMBERS ? VK_INT : VK_STRING))
			return false;
	if (a->kind == ACT_TRACEMEM && (a->values[0].kind != VK_BYTES || (a->nvalues > 1 && a->values[1].kind != VK_INT)))
		return false;
	if (a->kind == ACT_TRUNC && a->has_arg != (a->nvalues == 1))
		return false;
	if (a->kind == ACT_PRINTA)
		for (uint32_t i = 1; i < a->naggs; i++)
			if (!same_keys(&s->aggs[a->aggs[0]], &s->aggs[a->aggs[i]]))
				return false;
	return true;
}

// The format as a C string: protobuf-c puts a NUL behind the bytes of a field
// only for strings, so ours is made by moving the bytes into a fresh block.
static int convert_format(Dtraced__Action *in, char **formatp)
{
	char *p;

	if (!in->has_format)
		return 0;
	if (memchr(in->format.data ? in->format.data : (uint8_t *)"", 0, in->format.len))
		return -EBADMSG;
	p = realloc(in->format.data, in->format.len + 1);
	if (!p)
		return -ENOMEM;
	p[in->format.len] = '\0';
	in->format.data = (uint8_t *)p;
	*formatp = p;
	return 0;
}

// Numbers of aggregations as indices.
static int convert_numbers(const struct schema *s, const Dtraced__Action *in, struct action *out)
{
	int64_t index;
	int r;

	r = make_array(in->n_aggs, sizeof(*out->aggs), &out->aggs);
	if (r < 0)
		return r;
	for (size_t i = 0; i < in->n_aggs; i++) {
		index = schema_agg(s, in->aggs[i]);
		if (index < 0)
			return -EBADMSG;
		out->aggs[out->naggs++] = (uint32_t)index;
	}
	return 0;
}

static int convert_action(struct schema *s, Dtraced__Action *in, uint32_t size, struct action *out)
{
	int r;

	if ((uint32_t)in->kind >= ACT_NKINDS)
		return -EBADMSG;
	r = convert_values(in->values, in->n_values, REC_DATA, size, false, &out->values);
	if (r == 0)
		r = convert_format(in, &out->format);
	if (r == 0)
		r = convert_numbers(s, in, out);
	if (r < 0)
		return r;
	out->kind = (enum action_kind)in->kind;
	out->nvalues = (uint32_t)in->n_values;
	out->has_arg = in->has_arg;
	out->index = (uint32_t)s->nactions++;
	return action_ok(s, out) ? 0 : -EBADMSG;
}

static int convert_forms(struct schema *s, Dtraced__Schema *m)
{
	int r;

	r = make_array(m->n_forms, sizeof(*s->forms), &s->forms);
	if (r < 0)
		return r;
	for (; s->nforms < m->n_forms; ) {
		Dtraced__Form *in = m->forms[s->nforms];
		struct form *out = &s->forms[s->nforms++];

		if (in->clause >= s->nclauses || in->size < REC_DATA || in->size > REC_MAX ||
		    in->size % 8)
			return -EBADMSG;
		out->clause = in->clause;
		out->size = in->size;
		r = make_array(in->n_actions, sizeof(*out->actions), &out->actions);
		while (r == 0 && out->nactions < in->n_actions) {
			Dtraced__Action *action = in->actions[out->nactions];

			r = convert_action(s, action, in->size, &out->actions[out->nactions++]);
		}
		if (r < 0)
			return r;
	}
	return 0;
}

// ---- aggregations ----------------------------------------------------------

static const struct func_rule {
	uint32_t nargs;
	uint32_t nwords;	// before the buckets
} func_rules[AGG_NFUNCS] = {
	[AGG_COUNT] = { 0, 1 }, [AGG_SUM] = { 0, 1 }, [AGG_AVG] = { 0, 2 },
	[AGG_MIN] = { 0, 2 }, [AGG_MAX] = { 0, 2 }, [AGG_STDDEV] = { 0, 6 },
	[AGG_QUANTIZE] = { 0, 2 }, [AGG_LQUANTIZE] = { 3, 2 }, [AGG_LLQUANTIZE] = { 4, 2 },
};

static uint32_t lquantize_nbuckets(int64_t base, int64_t limit, int64_t step)
{
	if (base < INT32_MIN || limit > INT32_MAX || base >= limit || step < 1 ||
	    (limit - base) / step < 1 || (limit - base) / step > MAX_BUCKETS - 2)
		return 0;
	return (uint32_t)((limit - base) / step) + 2;
}

// Counted by walking the orders, as the labels are printed.
static uint32_t llquantize_nbuckets(const int64_t args[4])
{
	int64_t factor = args[0], low = args[1], high = args[2], nsteps = args[3];
	uint64_t value = 1, next, width, n = 2;

	if (factor < 2 || factor > 65535 || low < 0 || low > high || high > 63 || nsteps < factor ||
	    nsteps > 65535)
		return 0;
	for (int64_t m = 0; m <= high; m++) {
		if (__builtin_mul_overflow(value, (uint64_t)factor, &next))
			return 0;
		width = next > (uint64_t)nsteps ? next / (uint64_t)nsteps : 1;
		if (m >= low)
			n += (next - value + width - 1) / width;
		value = next;
	}
	return n <= MAX_BUCKETS ? (uint32_t)n : 0;
}

uint32_t agg_nbuckets(const struct agg *a)
{
	switch (a->func) {
	case AGG_QUANTIZE:
		return QUANTIZE_NBUCKETS;
	case AGG_LQUANTIZE:
		return lquantize_nbuckets(a->args[0], a->args[1], a->args[2]);
	case AGG_LLQUANTIZE:
		return llquantize_nbuckets(a->args);
	default:
		return 0;
	}
}

// Rows of buckets may be rounded up to a power of two.
static bool words_ok(const struct agg *a)
{
	uint32_t least = func_rules[a->func].nwords + agg_nbuckets(a);

	return a->nwords >= least && a->nwords <= least + agg_nbuckets(a);
}

static int convert_agg(const Dtraced__Agg *in, struct agg *out)
{
	int r;

	if ((uint32_t)in->func >= AGG_NFUNCS || in->key_size > MAX_KEY || in->key_size % 8 ||
	    in->n_args < func_rules[in->func].nargs)
		return -EBADMSG;
	r = convert_values(in->keys, in->n_keys, 0, in->key_size, true, &out->keys);
	if (r < 0)
		return r;
	out->name = in->name;
	out->func = (enum agg_func)in->func;
	out->nkeys = (uint32_t)in->n_keys;
	out->key_size = in->key_size;
	out->nwords = in->nwords;
	out->number = in->order;
	for (size_t i = 0; i < in->n_args && i < 4; i++)
		out->args[i] = in->args[i];
	if (agg_is_quantize(out) && !agg_nbuckets(out))
		return -EBADMSG;
	return words_ok(out) ? 0 : -EBADMSG;
}

static int compare_aggs(const void *a, const void *b)
{
	const struct agg *aa = a, *ab = b;

	return aa->number < ab->number ? -1 : aa->number > ab->number;
}

static int convert_aggs(struct schema *s, Dtraced__Schema *m)
{
	int r = make_array(m->n_aggs, sizeof(*s->aggs), &s->aggs);

	while (r == 0 && s->naggs < m->n_aggs) {
		r = convert_agg(m->aggs[s->naggs], &s->aggs[s->naggs]);
		s->naggs++;
	}
	if (r < 0)
		return r;
	qsort(s->aggs, s->naggs, sizeof(*s->aggs), compare_aggs);
	for (size_t i = 1; i < s->naggs; i++)
		if (s->aggs[i].number == s->aggs[i - 1].number)
			return -EBADMSG;
	return 0;
}

int64_t schema_agg(const struct schema *s, uint32_t number)
{
	struct agg key = { .number = number };
	const struct agg *found;

	found = s->naggs ? bsearch(&key, s->aggs, s->naggs, sizeof(key), compare_aggs) : NULL;
	return found ? found - s->aggs : -1;
}

// ---- the rest --------------------------------------------------------------

static int convert_probes(struct schema *s, Dtraced__Schema *m)
{
	int r = make_array(m->n_probes, sizeof(*s->probes), &s->probes);

	for (size_t i = 0; r == 0 && i < m->n_probes; i++) {
		const Dtraced__ProbeInfo *in = m->probes[i];

		if (i && in->id <= m->probes[i - 1]->id)
			return -EBADMSG;
		s->probes[i] = (struct probe){ in->id, in->flags, in->prov, in->mod, in->func,
					       in->name, in->attributes, in->args, in->n_args };
		s->nprobes++;
	}
	return r;
}

static int convert_clauses(struct schema *s, Dtraced__Schema *m)
{
	int r = make_array(m->n_clauses, sizeof(*s->clauses), &s->clauses);

	for (size_t i = 0; r == 0 && i < m->n_clauses; i++) {
		const Dtraced__Clause *in = m->clauses[i];

		s->clauses[i] = (struct clause){ in->program, in->epid_base,
						 (uint32_t)in->n_probes, in->probes, in->attributes };
		s->nclauses++;
	}
	return r;
}

static int convert_sites(struct schema *s, Dtraced__Schema *m)
{
	int r = make_array(m->n_sites, sizeof(*s->sites), &s->sites);

	for (size_t i = 0; r == 0 && i < m->n_sites; i++) {
		const Dtraced__Site *in = m->sites[i];

		if (in->clause >= s->nclauses)
			return -EBADMSG;
		s->sites[i] = (struct site){ in->clause, in->action, in->line, in->column,
					     in->program };
		s->nsites++;
	}
	return r;
}

static int convert_options(struct schema *s, Dtraced__Schema *m)
{
	int r = make_array(m->n_options, sizeof(*s->options), &s->options);

	for (size_t i = 0; r == 0 && i < m->n_options; i++) {
		const Dtraced__Setting *in = m->options[i];

		s->options[i] = (struct setting){ in->name, in->has_value ? in->value : NULL };
		s->noptions++;
	}
	return r;
}

int schema_parse(const uint8_t *data, size_t n, struct schema **schemap)
{
	__attribute__((cleanup(schema_freep))) struct schema *s = calloc(1, sizeof(*s));
	Dtraced__Schema *m;
	int r;

	if (!s)
		return -ENOMEM;
	m = dtraced__schema__unpack(NULL, n, data);
	if (!m)
		return -EBADMSG;
	s->message = m;
	s->matched = m->matched;
	s->nmatched = m->n_matched;
	s->destructive = m->destructive;
	r = convert_clauses(s, m);
	if (r == 0)
		r = convert_aggs(s, m);
	if (r == 0)
		r = convert_forms(s, m);
	if (r == 0)
		r = convert_sites(s, m);
	if (r == 0)
		r = convert_probes(s, m);
	if (r == 0)
		r = convert_options(s, m);
	if (r < 0)
		return r;
	*schemap = s;
	s = NULL;	// moved
	return 0;
}

// ---- what comes later ------------------------------------------------------

static int compare_ids(const void *a, const void *b)
{
	const struct probe *p = a, *q = b;

	return (p->id > q->id) - (p->id < q->id);
}

static int own(struct schema *s, Dtraced__Added *m)
{
	void **v = reallocarray(s->added, s->nadded + 1, sizeof(*v));

	if (!v) {
		dtraced__added__free_unpacked(m, NULL);
		return -ENOMEM;
	}
	s->added = v;
	v[s->nadded++] = m;
	return 0;
}

int schema_add_probes(struct schema *s, Dtraced__Added *m)
{
	size_t n = m->n_probes;
	struct probe *v;

	if (own(s, m) < 0)
		return -ENOMEM;
	v = reallocarray(s->probes, s->nprobes + n + 1, sizeof(*v));
	if (!v)
		return -ENOMEM;
	s->probes = v;
	for (size_t i = 0; i < n; i++) {
		const Dtraced__ProbeInfo *in = m->probes[i];

		v[s->nprobes + i] = (struct probe){ in->id, in->flags, in->prov, in->mod, in->func, in->name,
			in->attributes, in->args, in->n_args };
	}
	s->nprobes += n;
	qsort(v, s->nprobes, sizeof(*v), compare_ids);
	for (size_t i = 1; i < s->nprobes; i++) {
		if (v[i].id == v[i - 1].id)
			return -EBADMSG;
	}
	return 0;
}

struct schema *schema_free(struct schema *s)
{
	if (!s)
		return NULL;
	for (size_t i = 0; i < s->nforms; i++) {
		for (uint32_t k = 0; k < s->forms[i].nactions; k++) {
			free(s->forms[i].actions[k].values);
			free(s->forms[i].actions[k].aggs);
		}
		free(s->forms[i].actions);
	}
	for (size_t i = 0; i < s->naggs; i++)
		free(s->aggs[i].keys);
	free(s->forms);
	free(s->aggs);
	free(s->clauses);
	free(s->sites);
	free(s->probes);
	free(s->options);
	if (s->message)
		dtraced__schema__free_unpacked(s->message, NULL);
	for (size_t i = 0; i < s->nadded; i++)
		dtraced__added__free_unpacked(s->added[i], NULL);
	free(s->added);
	free(s);
	return NULL;
}

const struct probe *schema_probe(const struct schema *s, uint32_t id)
{
	size_t low = 0, high = s->nprobes;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (s->probes[mid].id < id)
			low = mid + 1;
		else
			high = mid;
	}
	return low < s->nprobes && s->probes[low].id == id ? &s->probes[low] : NULL;
}

const char *probe_field(const struct probe *p, enum value_kind kind)
{
	switch (kind) {
	case VK_PROBEPROV:
		return p->prov;
	case VK_PROBEMOD:
		return p->mod;
	case VK_PROBEFUNC:
		return p->func;
	default:
		return p->name;
	}
}
