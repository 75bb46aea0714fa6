// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// What the files that lower expressions give each other: values, memory,
// variables, strings, built-ins, subroutines, keys and aggregations.

#include "dlang/lower/lower.h"

// ---- expr.c, arith.c -------------------------------------------------------

struct rv lower_expr(struct lower *l, const struct expr *e);	// scalars and pointers
struct ir_val lower_int(struct lower *l, const struct expr *e);	// as a scalar register or immediate
void lower_cond(struct lower *l, const struct expr *e, uint32_t yes, uint32_t no);
void lower_effect(struct lower *l, const struct expr *e);	// value not wanted
const struct expr *lower_let(struct lower *l, const struct expr *e);	// binds; what is to be lowered
struct ir_val to_scalar(struct lower *l, struct rv v);
struct rv rv_int(struct ir_val v);
struct ir_val narrow(struct lower *l, struct ir_val v, struct type *to);
// As the value would be in target: to its type, and to the width of a bit-field.
struct ir_val narrow_to(struct lower *l, struct ir_val v, const struct expr *target);
struct ir_val arith(struct lower *l, enum op op, struct ir_val a, struct ir_val b, bool is_signed,
		    struct span where);
bool both_signed(struct lower *l, struct type *a, struct type *b);
bool is_signed(struct lower *l, struct type *t);
uint32_t size_of(struct lower *l, struct type *t);

// ---- mem.c -----------------------------------------------------------------

struct place lower_place(struct lower *l, const struct expr *e);
struct rv load_place(struct lower *l, struct place p, const struct expr *e);
struct ir_val place_addr(struct lower *l, struct place p);	// pointer or scalar, for helpers

// ---- var.c -----------------------------------------------------------------

struct rv var_load(struct lower *l, const struct expr *e);
struct rv lower_assign(struct lower *l, const struct expr *e, bool wanted);
struct rv lower_incdec(struct lower *l, const struct expr *e, bool wanted);
// The address of thread-local storage to be written, or a jump to out (a counted drop).
uint32_t tls_cell(struct lower *l, uint32_t out);

// ---- sou.c: structs, unions and arrays ---------------------------------------

bool sou_type(struct lower *l, struct type *t);
uint32_t sou_storage(struct lower *l, struct type *t);	// bytes that a variable takes
const struct expr *sou_root(struct lower *l, const struct expr *e);
struct place sou_place(struct lower *l, const struct expr *e);
struct rv sou_load(struct lower *l, struct place p, const struct expr *e);
bool sou_computed(struct lower *l, const struct expr *e);
struct rv sou_addr(struct lower *l, const struct expr *e);
void sou_into(struct lower *l, const struct expr *e, struct rv dst, int32_t off, uint32_t size);
void sou_zero(struct lower *l, struct rv dst, int32_t off, uint32_t size);
void sou_string_into(struct lower *l, struct place p, struct rv dst, int32_t off, uint32_t cap);
struct rv sou_assign(struct lower *l, const struct expr *e, bool wanted);
struct rv sou_incdec(struct lower *l, const struct expr *e);
bool sou_needs_scratch(struct lower *l, const struct expr *e);

// ---- own.c: scratch memory that D has addresses of -----------------------------

struct ir_val read_slot(struct lower *l);	// 24 bytes
struct rv own_give(struct lower *l, struct rv m, uint32_t off);
bool own_pointer(struct lower *l, const struct expr *e);
bool own_lvalue(struct lower *l, const struct expr *e);
bool own_static(const struct place *p, uint32_t size);
struct ir_val own_load(struct lower *l, struct place p, uint32_t size, struct span where);
void own_store(struct lower *l, struct place p, uint32_t size, struct ir_val v, struct span where);
struct ir_val own_address(struct lower *l, struct rv p, uint32_t size, struct span where);
// size bytes at p to dst; own: p may be an address in scratch memory. The helper's result.
struct ir_val own_read(struct lower *l, uint32_t helper, struct ir_val dst, struct ir_val size,
		       struct rv p, bool own);
struct rv own_assign(struct lower *l, const struct expr *e, bool wanted);
struct rv own_incdec(struct lower *l, const struct expr *e);
void own_hold(struct lower *l, const uint32_t *clauses, uint32_t n);

// ---- assoc.c ---------------------------------------------------------------

// Address of the element's value, or 0 in the register when there is none.
uint32_t assoc_find(struct lower *l, const struct expr *e, uint32_t *key);
void assoc_store(struct lower *l, const struct expr *e, struct ir_val v);
void assoc_store_string(struct lower *l, const struct expr *e, const struct expr *value);
uint32_t assoc_make(struct lower *l, const struct expr *e);	// finds or makes; block may be left

// ---- tls.c -----------------------------------------------------------------

uint32_t tls_find(struct lower *l, bool create);	// pointer, may be null

// ---- str.c, strcmp.c -------------------------------------------------------

bool string_type(struct lower *l, struct type *t);
enum builtin builtin_of(const struct expr *e);	// BI_NONE: it is not one
bool is_probe_field(enum builtin b);		// probeprov, probemod, probefunc, probename
// Evaluates into memory at base + off, cap bytes (a multiple of 8); pad: the rest is zeroed.
void str_into(struct lower *l, const struct expr *e, struct rv base, int32_t off, uint32_t cap,
	      bool pad);
// The address of a NUL-terminated string of which strsize bytes can be read.
struct rv str_addr(struct lower *l, const struct expr *e);
struct ir_val str_compare(struct lower *l, enum op op, const struct expr *a, const struct expr *b,
			  struct span where);
struct rv literal_addr(struct lower *l, const char *s, uint32_t len);
// NULL, in memory: the empty string with these bytes behind its NUL.
#define STR_NULL 0x5a4c4c554e5a0100
bool str_may_be_null(struct lower *l, const struct expr *e);
struct ir_val str_word(struct lower *l, struct rv s);
// Between D strings: with what says whether it is NULL.
void copy_cell(struct lower *l, struct rv dst, int32_t off, uint32_t cap, struct ir_val src);
void copy_to_thread(struct lower *l, struct rv dst, int32_t off, uint32_t cap, struct ir_val src);
void copy_string(struct lower *l, struct rv dst, int32_t off, uint32_t cap, struct ir_val src,
		 struct span where);
void zero_words(struct lower *l, struct rv base, int32_t off, uint32_t n);
bool expr_needs_scratch(struct lower *l, const struct expr *e);
bool key_needs_scratch(struct lower *l, const struct expr *e);

// ---- builtin.c -------------------------------------------------------------

struct rv builtin_load(struct lower *l, const struct expr *e);
struct rv task_ptr(struct lower *l);
struct rv task_field(struct lower *l, const char *path);
struct ir_val execname_word(struct lower *l, uint32_t at);	// eight bytes of its sixteen, from this one on
struct ir_val timestamp(struct lower *l);
struct ir_val probe_id(struct lower *l);
// The probe that the clause fires as, when that is one (one_probe()); else the first of them.
const struct probe *named_probe(struct lower *l);
bool one_probe(struct lower *l);
// Is the program on packets? The current task has nothing to do with those.
bool on_packet(const struct lower *l);
uint32_t arg_slot(struct lower *l, struct slot_source s);
// In the program on the context switch: notes the scheduler's clock of this CPU.
void note_switch(struct lower *l);
// The text of probeprov... for one probe.
const char *probe_field(const struct probe *p, enum builtin b);
struct ir_val enabled_id(struct lower *l);	// epid
// A constant table in the image indexed by the selector: value of element size.
// What the probe of every firing of the clause is called in this field, or NULL: they differ. Of user probes there
// may be more while the program runs; the program is marked if that would matter.
const char *fixed_field(struct lower *l, enum builtin b);
// The row of a probe, and of this firing's, in tables of nsel rows; a user probe that came later has none, >= nsel.
uint32_t row_of(const struct probe *p);
struct ir_val probe_row(struct lower *l);
struct ir_val selector_table(struct lower *l, const uint64_t *values, uint32_t n, uint8_t size);

// ---- confined.c: programs of classes below kernel --------------------------------

// "what, which needs class kernel"; the hint may be NULL.
void confined_refuse(struct lower *l, struct span where, const char *hint, const char *what, ...)
	__attribute__((format(printf, 4, 5)));
void confined_destroy(struct lower *l, struct span where);	// the same, of class destructive
struct rv confined_field(struct lower *l, const char *path);	// as task_field()
struct ir_val current_word(struct lower *l, enum current_word which);
struct rv confined_part(struct lower *l, enum thread_part part);
struct rv confined_member(struct lower *l, struct place p, const struct expr *e);	// of such a part
uint32_t confined_storage(struct lower *l);	// as tls_find()
// Refuses probes that are not for the class; false: there were some.
bool confined_probes(struct lower *l);
// Refuses calls of the current program that look into the kernel.
void confined_calls(struct lower *l);

// ---- subr.c ----------------------------------------------------------------

struct rv subr_scalar(struct lower *l, const struct expr *e);
void subr_string(struct lower *l, const struct expr *e, struct rv base, int32_t off, uint32_t cap);
bool subr_needs_scratch(enum builtin b);
bool subr_gives_null(enum builtin b);
uint32_t runtime_fn(struct lower *l, const char *name);
struct ir_val string_arg(struct lower *l, const struct expr *e);

// ---- subrmem.c, subrnet.c, subrkernel.c, subrtask.c ------------------------------

// Bytes from the start of a struct to a member, by a path of members, and its type
// if that is wanted; false: reported.
bool member_at(struct lower *l, const char *sou, const char *path, struct span where, uint32_t *at,
	       struct type **type);
struct rv subr_alloca(struct lower *l, const struct expr *e);
struct rv subr_bcopy(struct lower *l, const struct expr *e);
struct rv subr_copyin(struct lower *l, const struct expr *e);
// The next call of it in e, if e is one: only the first size bytes are looked at.
void subr_copyin_cut(struct lower *l, const struct expr *e, uint32_t size);
struct rv subr_copyinto(struct lower *l, const struct expr *e);
struct rv subr_copyout(struct lower *l, const struct expr *e);
struct rv subr_dev(struct lower *l, const struct expr *e);
struct rv subr_getf(struct lower *l, const struct expr *e);
struct ir_val members_table(struct lower *l, struct span where);
struct rv subr_mutex(struct lower *l, const struct expr *e);
struct rv subr_progenyof(struct lower *l, const struct expr *e);
struct rv subr_rwlock(struct lower *l, const struct expr *e);
struct ir_val subr_d_path(struct lower *l, const struct expr *e, struct ir_val dst);
struct ir_val subr_inet(struct lower *l, const struct expr *e, struct ir_val dst);
struct ir_val subr_task_args(struct lower *l, const struct expr *e, struct ir_val dst);
struct rv subr_task_argc(struct lower *l, const struct expr *e);
struct rv subr_task_wchan(struct lower *l, const struct expr *e);
struct rv subr_cpu_topology(struct lower *l, const struct expr *e);
struct ir_val subr_link(struct lower *l, const struct expr *e, struct ir_val dst);
struct ir_val subr_strtok(struct lower *l, const struct expr *e, struct ir_val dst);

// ---- stack.c: stack(), ustack(), sym(), usym() and their like --------------------

bool tells_location(const struct expr *e);
void location_describe(struct lower *l, const struct expr *e, struct value_desc *out);
void location_into(struct lower *l, const struct expr *e, const struct value_desc *d, struct rv base,
		int32_t off);
// Of those that are no stacks: one or two words.
void location_words(struct lower *l, const struct expr *e, struct ir_val words[2], uint32_t *n);
struct rv stack_caller(struct lower *l, bool user);
struct rv stack_depth(struct lower *l, bool user);

// ---- agg.c, aggvalue.c -----------------------------------------------------

void lower_agg(struct lower *l, const struct expr *e);
void agg_args(struct lower *l, const struct ident *agg, const struct expr *call);
void agg_update(struct lower *l, const struct ident *agg, const struct agg_layout *al,
		struct rv base, int32_t off);
void count_drop(struct lower *l, enum drop d);

// ---- key.c: tuples as words in registers or bytes in memory ----------------

struct key {
	uint32_t size;
	const struct agg_layout *al;	// of an aggregation
	struct ir_val words[8];		// when nwords != 0: the whole key in registers
	uint32_t nwords;
	struct rv mem;			// else: its bytes
	int32_t off;
};

struct key key_build(struct lower *l, struct expr *const *parts, uint32_t n,
		     const struct value_desc *descs, uint32_t size);
struct rv key_memory(struct lower *l, struct key *k);	// for helpers: address of the bytes
// STACK_KEY_MAX bytes of stack, free between uses.
struct ir_val key_slot(struct lower *l);
struct ir_val key_word(struct lower *l, const struct key *k, uint32_t i);
