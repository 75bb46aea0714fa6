// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// What a compile produces: programs, the layout of the session's memory, and
// the schema with which a client reads records and tables. The core acts on the
// first part and checks it as hostile input; the schema goes to the client as
// it is. All memory belongs to the compile's arena.

#include <stdbool.h>
#include <stdint.h>

#include "dlang/bpf/emit.h"
#include "dlang/bpf/segment.h"
#include "dlang/probe.h"

// ---- for the core ----------------------------------------------------------

enum { OBJECT_MAXPROGRAMS = 1024 };

struct object_program {
	struct probe_hook hook;
	struct bpf_body body;
	VEC(const struct probe *) targets;	// of a hook with targets: number i has the cookie id << 32 | i
	VEC(struct slot_source) slots;	// argument slot i is filled from slots.v[i]
	bool can_exit;
	bool names_probes;		// knows what its user probes are called, so that it cannot serve others
	uint32_t serves;		// bits of cookies that it has clauses for: it is on no place without one
	uint32_t unserved;		// bits of cookies that it has not all clauses for
};

enum map_kind { MK_HASH, MK_TASK_STORAGE };

// Maps beyond ctl, seg and bell; number MAP_FIRST_EXTRA + index.
struct object_map {
	enum map_kind kind;
	uint32_t key_size, value_size, max_entries;
	bool prealloc;
};

// How the words of a value merge over CPUs: the first nadd words add, the
// following nmax take the unsigned maximum.
struct object_table {
	uint32_t agg;		// number of the aggregation
	uint32_t offset;	// in the area: of entry 0
	uint32_t entries;	// a power of two; 1 when there is no key
	uint32_t key_size;	// a multiple of 8; 0: no key
	uint32_t dense;		// words of the key that are hashed even if they are zero
	uint32_t nadd, nmax;	// value words
	int32_t overflow;	// map number of the overflow hash, -1: none
};

enum ring_policy { RING_SWITCH, RING_FILL, RING_RING };

struct object_layout {
	uint32_t ctl_size;	// multiple of 4096
	uint32_t area_size;	// multiple of 4096
	uint32_t ring_offset, ring_size;
	enum ring_policy policy;
};

// ---- for the client --------------------------------------------------------

// How a value is represented in a record or a key. A process word is the tgid, and
// in the upper half what tells the process from a later one of the same number:
// bits 20 to 51 of its leader's start_boottime.
enum value_kind {
	VK_INT,			// size 1 2 4 8, is_signed
	VK_STRING,		// NUL-terminated in size bytes
	VK_PROBEPROV, VK_PROBEMOD, VK_PROBEFUNC, VK_PROBENAME,	// of the record's probe (size 0), or a u32 id in a key
	VK_BYTES,		// raw
	VK_STACK,		// kernel addresses, u64 each, up to the first zero
	VK_USTACK,		// u64 process word, then user addresses up to the end or the first zero
	VK_SYM, VK_MOD,		// u64 kernel address
	VK_USYM, VK_UMOD, VK_UADDR,	// u64 process word, u64 user address
};

struct value_desc {
	enum value_kind kind;
	bool is_signed;
	uint32_t offset;	// in the record, or in the key
	uint32_t size;
	const char *type;	// D type name, for the few conversions that depend on it
};

enum action_kind {
	ACT_TRACE, ACT_PRINTF, ACT_PRINTA, ACT_EXIT, ACT_CLEAR, ACT_TRUNC, ACT_NORMALIZE,
	ACT_DENORMALIZE, ACT_COMMIT, ACT_DISCARD, ACT_SYSTEM, ACT_FREOPEN, ACT_FTRUNCATE, ACT_SETOPT,
	ACT_TRACEMEM,			// the bytes, and how many of them to show
};

// One recorded item of a record form.
struct action {
	enum action_kind kind;
	const char *format;		// PRINTF, PRINTA with a format; else NULL
	VEC(struct value_desc) values;	// TRACE: 1; PRINTF: one per argument; EXIT TRUNC NORMALIZE: the
				// argument; COMMIT DISCARD: the speculation, as in REC_SPEC
	VEC(uint32_t) aggs;		// PRINTA CLEAR TRUNC NORMALIZE DENORMALIZE
	bool has_arg;			// TRUNC with a count
	uint32_t at;			// print(): where the whole value is (for the compiler only)
};

// Form n + FORM_FIRST: one record of one clause.
struct record_form {
	uint32_t clause;		// epid = clauses[clause].epid_base + rank of the probe in it
	uint32_t size;			// whole record
	VEC(struct action) actions;	// empty: the default action
};

enum agg_func {
	AGG_COUNT, AGG_SUM, AGG_AVG, AGG_MIN, AGG_MAX, AGG_STDDEV, AGG_QUANTIZE, AGG_LQUANTIZE,
	AGG_LLQUANTIZE,
};

// Value words by function (all u64, zero when never updated):
//   COUNT n | SUM sum | AVG n sum | MIN n max(~(x ^ 1<<63)) | MAX n max(x ^ 1<<63)
//   STDDEV n sum q0 q1 q2 q3 (sum of limb i of x*x, 32 bits each)
//   QUANTIZE n sum b[127] (b[63] is zero; b[63 + k] is 2^(k-1); b[63 - k] is -2^(k-1))
//   LQUANTIZE n sum b[levels + 2] | LLQUANTIZE n sum b[...] (underflow, buckets, overflow)
// MIN and MAX hold the only word that merges by maximum. n and sum of the quantize family are
// increments and x * increment; their rows may end in unused words.
struct agg_desc {
	const char *name;		// without @; "_" for @
	enum agg_func func;
	VEC(struct value_desc) keys;
	uint32_t key_size;
	int64_t args[5];		// lquantize: base limit step; llquantize: factor low high nsteps
	uint32_t nwords;
	uint32_t order;			// of first appearance in the program
};

struct clause_desc {
	uint32_t program;		// index of the request's text
	uint32_t epid_base;		// epid of its first probe; ids of one clause are consecutive
	const char *attributes;		// stability of its statements; "": not one of the program's own
	VEC(uint32_t) probes;		// probe ids, ascending
};

// A place where a fault may happen: what the error message says.
struct fault_site {
	uint32_t clause;
	uint32_t action;		// counted from 1; 0: predicate
	uint32_t line, column;
	uint32_t program;
};

struct schema {
	VEC(struct clause_desc) clauses;
	VEC(struct record_form) forms;
	VEC(struct agg_desc) aggs;
	VEC(struct fault_site) sites;
	VEC(const struct probe *) probes;	// all that matched, ascending by id, unique
	VEC(uint32_t) matched;			// per text of the request: probes matched
};

// #pragma D option of the texts, for the client to apply (it sent the -x ones itself).
struct option_setting {
	const char *name, *value;
};

// Further maps: a program of the kernel has 64, the segment's, the guard's and the unwinder's included.
enum { OBJECT_MAPS_MAX = 52 };

struct object {
	VEC(struct object_program) programs;
	VEC(struct object_map) maps;
	VEC(struct object_table) tables;
	struct object_layout layout;
	const uint8_t *image;		// initial bytes of ctl from CTL_IMAGE on
	uint32_t image_size;
	VEC(const char *) runtime;	// names of run-time functions, by number
	uint32_t strsize;
	bool destructive;	// -w was given
	const char *refusal;	// why it cannot be enabled (it can be compiled), NULL: it can
	VEC(struct option_setting) options;
	struct schema schema;
};
