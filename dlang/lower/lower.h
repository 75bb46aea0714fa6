// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Lowering: from the annotated program to one ir_fn per kernel hook, the layout
// of the session's memory and the client's schema. This header is private to
// dlang/lower: the state of a lowering and the verbs its files share.

#include <stdbool.h>
#include <stdint.h>

#include "dlang/ir/ir.h"
#include "dlang/object.h"
#include "dlang/options.h"
#include "dlang/sema/sema.h"
#include "dlang/types/type.h"

struct sources;

// What is known of the memory a pointer leads to.
enum prov {
	PROV_NONE,		// an address: read it with a helper
	PROV_BTF,		// the verifier knows it points to struct btf_id
	PROV_OWN,		// into the session's own memory, own_size bytes
};

// What stands for the kernel's task_struct, and what it leads to, in confined programs: nothing can be done with
// it but to name a member that is known otherwise, see confined.c.
enum thread_part { PART_NONE, PART_TASK, PART_PARENT, PART_LEADER, PART_CRED, PART_NAME };

// A value in a register or an immediate.
struct rv {
	struct ir_val v;
	enum ir_kind kind;
	enum prov prov;
	uint32_t btf_id;
	uint32_t own_size;
	int64_t handle;		// what D sees of an address in scratch memory; 0: not given out
	bool not_null;
	enum thread_part part;
};

// A place in memory: base + off.
struct place {
	struct rv base;
	int64_t off;
	bool own;		// it may lead to scratch memory
	bool indirect;		// typed loads cannot be used (union, bit-field, variable index)
	bool user;		// in a process: read as copyin() does
	bool variable;		// in a D variable, see sou.c
	bool optional;		// which may not exist: base is 0 then
	struct ir_val dyn;	// added to a variable's address: run-time indices
};

// How an aggregation is laid out.
struct agg_layout {
	struct object_table *table;
	VEC(struct value_desc) keys;
	uint32_t rowmask;	// quantize family: mask of the bucket index
};

// A D variable's home.
struct var_home {
	uint32_t off;		// GLOBAL: in ctl; SELF: in the task's value; THIS string: in scratch
	uint32_t reg;		// THIS scalar: register in the current program
	int32_t map;		// associative: map number
	uint32_t key_size, val_size;
};

// A run-time function used, by number (object.runtime).
enum { LOWER_MAXCLAUSES = 1024, LOWER_OWN_HOOKS = 16, STACK_KEY_MAX = 64, SCRATCH_MAX = 16384 };

struct record_state {
	bool open;
	uint32_t rec, pos;	// registers
	uint32_t discard;	// block: give the record up, then go on as a fault
	uint32_t form;
};

// An instruction whose immediate is filled in once all code is made.
struct patch {
	struct ir_fn *f;
	uint32_t block, insn;
};

// Whether the condition of a site holds, when several clauses ask.
struct condition {
	const struct binding_site *site;
	uint32_t reg;		// 0 until it is known to hold
	bool known;
};

// The probes of the program on a hook with targets, by selector.
struct hook_targets {
	const struct probe_hook *hook;
	VEC(struct probe *) probes;
};

struct lower {
	struct dlang_env *env;
	struct types *types;
	struct arena *a;
	struct diags *diags;
	const struct sprogram *prog;
	const struct sources *sources;
	const struct options *opt;
	struct object *obj;
	uint32_t strsize;
	enum probe_class confined;	// 0: not

	// the whole object
	VEC(struct hook_targets) targets;
	VEC(uint8_t) image;
	struct agg_layout *aggs;
	struct var_home *globals, *selfs, *locals;
	uint32_t self_size;		// bytes of thread-local storage
	int32_t self_map;
	uint32_t scratch_size, scratch_off;
	uint32_t spec_off, spec_rows;	// in ctl: words of the speculations, 0: none used
	uint32_t topology_off;		// in ctl: rows of cpu_topology(), 0: not needed
	uint32_t members_off;		// in ctl: struct dt_members, 0: not needed
	uint32_t zero_off;		// in ctl: zeros, as large as the largest map value
	bool has_exit;
	bool uses_vtime;		// vtimestamp is read somewhere

	// the current program
	struct ir_fn *f;
	struct object_program *out;
	const struct probe_hook *hook;
	uint32_t area;			// register
	uint32_t sel;			// register of the selector, 0: the hook has one probe
	uint32_t id;			// register of the probe's id, 0: not user probes, or told by sel
	uint32_t ts;			// register: timestamp of the firing, 0 until read
	bool writes_records;
	uint32_t finish;		// block: end of the program
	uint32_t leave;			// block: the same, where nothing was done yet
	uint32_t fault_common;		// block: tells of a fault, runs ERROR clauses
	uint32_t fsite, fkind, fval, fnext;	// registers of the fault in flight
	uint32_t fepid, faction;		// the same, for ERROR clauses
	VEC(uint32_t) resume;		// block after clause i
	VEC(struct condition) conditions;
	VEC(struct patch) scratch_muls;	// instructions that wait for the scratch slot's size
	uint32_t tmp_slot;		// 8 bytes of stack for helper results, 0: none yet
	uint32_t read_slot;		// 24 bytes of stack for what a pointer leads to
	uint32_t key_slot;		// STACK_KEY_MAX bytes of stack
	uint32_t scalar_slot;		// a pointer on its way to a number, and the number
	bool any_fault;
	bool any_record;
	VEC(uint32_t) parts;		// confined: registers that stand for the thread

	// the current clause
	const struct sclause *clause;
	VEC(const struct probe *) probes;	// of the clause on this hook
	uint32_t clause_no;		// in schema.clauses
	uint32_t action_no;		// counted from 1 for fault sites; 0: predicate
	uint32_t done;			// block: end of the clause
	uint32_t fault;			// block: a fault of this clause, scratch to be released
	uint32_t scr, scr_bit;		// scratch slot address and its bit; 0: not claimed
	uint32_t scr_used, scr_kept;	// bytes of it in use, and those that outlive the statement
	struct rv task;			// cached; v.kind IV_NONE: not read in a dominating block
	bool ts_known;
	bool in_error;			// lowering an ERROR clause
	struct record_state rec;
	VEC(struct rv) lets;		// values of the EX_LET at hand, by number
	VEC(uint32_t) known;		// of those that are bound once, the ones bound before here
	uint32_t spec;			// register: speculation of what is recorded, 0: none
	struct ir_val agg_x, agg_incr;	// arguments of the aggregating function at hand
	bool prog_scratch;		// scratch is held for the whole program
	uint32_t prog_used;		// bytes of it that live through the firing
	uint32_t token_off;		// strtok(): its place and its string, in scratch
	bool own_given;			// D has addresses in this clause's scratch memory
	bool own_keep;			// they stay good through the firing
	bool own_reached;		// scratch memory is reached through an address of D's
	const struct expr *cut;		// a call of copyin() of which only the first cut_size bytes are looked at
	uint32_t cut_size;
};

// ---- lower.c ---------------------------------------------------------------

// Lowers the program into obj (programs with emitted bodies, layout, schema).
// False: diagnostics were added. dump 'i'/'o': IR before/after optimisation,
// 'b': BPF; text to *dump_text.
bool lower(struct lower *l, char dump, struct sbuf *dump_text);

// ---- hooks.c: before anything else -----------------------------------------

// Puts a copy of l->prog in its place where probes get another hook than their own.
void hooks_choose(struct lower *l);

// ---- layout.c: before any code ---------------------------------------------

bool layout_plan(struct lower *l);
void layout_finish(struct lower *l);
uint32_t layout_image(struct lower *l, const void *bytes, uint32_t n, uint32_t align);
uint32_t layout_string(struct lower *l, const char *s, uint32_t len);	// ctl offset
uint32_t round8(uint32_t n);
uint32_t string_size(struct lower *l, const struct expr *e);	// natural size with NUL
void value_describe(struct lower *l, const struct expr *e, bool is_key, struct value_desc *out);

// ---- clause.c --------------------------------------------------------------

void lower_clause(struct lower *l, uint32_t next);
void scratch_claim(struct lower *l);
void scratch_release(struct lower *l);
uint32_t scratch_alloc(struct lower *l, uint32_t size);		// offset in the slot
struct rv scratch_at(struct lower *l, uint32_t off, uint32_t size);
// What was allocated since scr_used was mark, but for what D has addresses of, is used no more.
void scratch_reset(struct lower *l, uint32_t mark);
// From here code runs only sometimes: what is cached must not leak out.
struct cache { struct rv task; bool ts_known; uint32_t known; };
struct cache cache_save(struct lower *l);
void cache_restore(struct lower *l, struct cache c);

// ---- fault.c ---------------------------------------------------------------

// Goes to the fault path of kind (DTRACEFLT_*) when a cond b; val: the address.
void fault_if(struct lower *l, enum ir_cond c, struct ir_val a, struct ir_val b, uint32_t kind,
	      struct ir_val val, struct span where);
void fault_always(struct lower *l, uint32_t kind, struct ir_val val, struct span where);
void fault_program_end(struct lower *l);	// emits the common block
enum { FLT_BADADDR = 1, FLT_ILLOP = 3, FLT_DIVZERO = 4, FLT_NOSCRATCH = 5, FLT_BADSTACK = 9,
       FLT_BADINDEX = 11 };

// ---- action.c, spec.c: actions that record nothing of a run's ---------------

bool is_silent_action(enum builtin b);
void lower_action(struct lower *l, const struct expr *e);
void need_destructive(struct lower *l);	// what is at hand needs -w
void spec_speculate(struct lower *l, const struct expr *e);
void spec_finish(struct lower *l, const struct expr *e);	// commit(), discard()
struct rv spec_new(struct lower *l, const struct expr *e);	// speculation()

// ---- print.c: a format and the values in it for print() ---------------------

struct action print_describe(struct lower *l, const struct expr *e, uint32_t *size);
// The whole value, over which those of the format lie.
void print_store(struct lower *l, const struct expr *e, const struct action *a, struct value_desc *whole);

// ---- record.c --------------------------------------------------------------

bool stmt_records(struct lower *l, const struct stmt *s);
void record_run(struct lower *l, struct stmt *const *stmts, uint32_t n, bool force);
uint32_t record_reserve(struct lower *l, uint32_t size, uint32_t *pos, uint32_t fail);
void record_header(struct lower *l, uint32_t rec, uint32_t form, uint32_t size);
void record_commit(struct lower *l, uint32_t rec, uint32_t pos);
