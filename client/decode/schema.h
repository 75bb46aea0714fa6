// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// What the bytes of records and tables mean: the compiler's schema, checked
// once, so that the decoders need not check again. After schema_parse() every
// value lies inside its record or key, every index is in range, and every
// aggregation has the number of words that its function needs.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/dtraced.pb-c.h"

// A record on the wire (REC_* of the compiler's segment, kept equal by hand):
// the first word is of no use to us.
enum {
	REC_LEN = 8,		// u32, the whole record, a multiple of 8
	REC_FORM = 12,		// u32
	REC_TIME = 16,		// u64 ns
	REC_PROBE = 24,		// u32
	REC_SPEC = 28,		// u32 generation << SPEC_BITS | speculation, 0: none
	REC_DATA = 32,
	REC_MAX = 4096 * 4,
	SPEC_BITS = 12,
};

enum { FORM_DISCARD = 0, FORM_ERROR = 1, FORM_FIRST = 2 };

enum value_kind {
	VK_INT, VK_STRING, VK_PROBEPROV, VK_PROBEMOD, VK_PROBEFUNC, VK_PROBENAME, VK_BYTES,
	VK_STACK, VK_USTACK, VK_SYM, VK_MOD, VK_USYM, VK_UMOD, VK_UADDR,
	VK_NKINDS
};

struct value {
	enum value_kind kind;
	bool is_signed;
	uint32_t offset, size;	// size 0, probe names only: of the record's own probe
	const char *type;
};

enum action_kind {
	ACT_TRACE, ACT_PRINTF, ACT_PRINTA, ACT_EXIT, ACT_CLEAR, ACT_TRUNC, ACT_NORMALIZE,
	ACT_DENORMALIZE, ACT_COMMIT, ACT_DISCARD, ACT_SYSTEM, ACT_FREOPEN, ACT_FTRUNCATE, ACT_SETOPT,
	ACT_TRACEMEM,
	ACT_NKINDS
};

struct action {
	enum action_kind kind;
	char *format;		// NULL: none
	struct value *values;
	uint32_t nvalues;
	uint32_t *aggs;		// indices into the schema's
	uint32_t naggs;
	bool has_arg;
	uint32_t index;		// among all actions of the schema
};

struct form {
	uint32_t clause, size;
	struct action *actions;
	uint32_t nactions;
};

enum agg_func {
	AGG_COUNT, AGG_SUM, AGG_AVG, AGG_MIN, AGG_MAX, AGG_STDDEV, AGG_QUANTIZE, AGG_LQUANTIZE,
	AGG_LLQUANTIZE,
	AGG_NFUNCS
};

enum { QUANTIZE_NBUCKETS = 127, QUANTIZE_ZERO = 63 };

struct agg {
	const char *name;
	enum agg_func func;
	struct value *keys;
	uint32_t nkeys, key_size, nwords;
	uint32_t number;	// by which the daemon knows it: order of first appearance
	int64_t args[4];	// lquantize: base limit step; llquantize: factor low high nsteps
};

struct probe {
	uint32_t id, flags;
	const char *prov, *mod, *func, *name, *attributes;
	char **args;
	size_t nargs;
};

struct clause {
	uint32_t program, epid_base, nprobes;
	const uint32_t *probes;	// ascending
	const char *attributes;	// stability of its statements; empty: the clause is a provider's
};

struct site {
	uint32_t clause, action, line, column, program;
};

struct setting {
	const char *name, *value;	// value NULL: none
};

struct schema {
	struct clause *clauses;
	struct form *forms;
	struct agg *aggs;	// ascending by number
	struct site *sites;
	struct probe *probes;	// ascending by id
	struct setting *options;
	const uint32_t *matched;
	size_t nclauses, nforms, naggs, nsites, nprobes, noptions, nmatched, nactions;
	bool destructive;
	void *message;		// owns the strings
	void **added;		// and so do these
	size_t nadded;
};

// Reads and checks a packed Schema. 0, -EBADMSG (not a schema that makes sense)
// or -ENOMEM.
int schema_parse(const uint8_t *data, size_t n, struct schema **schemap);
struct schema *schema_free(struct schema *s);
// Probes that came later: takes the message, a Dtraced__Added. 0, -EBADMSG or -ENOMEM.
int schema_add_probes(struct schema *s, Dtraced__Added *m);
static inline void schema_freep(struct schema **s)
{
	schema_free(*s);
}

// The probe with this id, or NULL.
const struct probe *schema_probe(const struct schema *s, uint32_t id);
// The index of the aggregation with this number, or -1.
int64_t schema_agg(const struct schema *s, uint32_t number);
// What a probe is called in one of the four name kinds.
const char *probe_field(const struct probe *p, enum value_kind kind);
// Buckets of an aggregation of the quantize family, 0: not one, or bad arguments.
uint32_t agg_nbuckets(const struct agg *a);
static inline bool agg_is_quantize(const struct agg *a)
{
	return a->func >= AGG_QUANTIZE;
}
