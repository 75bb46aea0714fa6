// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The inside of sema: the state of one run, and what its files offer each
// other. Only files of dlang/sema include this.
//
// How checking works: check_expr() visits a node after its operands, gives it a
// type and perhaps another form (folded, expanded, promoted). A node that is
// wrong is reported once and becomes EX_ERROR with the error type; whoever
// meets the error type says nothing and becomes EX_ERROR too.

#include "dlang/base/sbuf.h"
#include "dlang/sema/sema.h"
#include "dlang/types/type.h"

struct declare_ctx;
struct names;
struct proto;

enum {
	MAX_EXPR_DEPTH = 2100,		// nesting of one expression or statement
	MAX_EXPANSION = 100000,		// nodes made by expanding inlines, per run
	MAX_KEYS = 32,			// of one aggregation or associative array
	MAX_KEY_STRUCT = 256,		// bytes of a struct that is a key
	MAX_VAR_SIZE = 16384,		// bytes of one variable, d-reference §5.5
	MAX_VARS = 65535 - 0x500,	// of one scope
};

struct pending_pragma {
	const struct item *item;
	bool attached;
};

struct sema {
	struct dlang_env *env;
	struct arena *arena;
	struct types *types;
	struct diags *diags;
	const struct sema_options *options;
	struct sprogram *out;
	struct names *names;
	struct proto **protos;		// by enum builtin, made at first use
	bool repeated;			// the last failure was reported before
	bool in_library;		// declarations of a library are being checked
	VEC(struct pending_pragma) pragmas;	// of names that are not defined yet
	uint32_t version;		// of D: newer names are not seen
	uint32_t translator_since;	// "#pragma D binding ... translator": of those that follow
	// The clause being checked.
	bool in_clause;
	bool probes_differ;		// in the types of args[]
	uint32_t refused_args;		// bit n: argument n of none of the probes can be had
	const struct binding_site *site;	// where the probe fires, if it is a stable one
	struct ident **bound;		// its arguments that have been read, by number
	struct stable *stable;		// what is checked is a provider's own; its variables are private
	bool supporting;		// clauses that assign its variables are being added
	VEC(const void *) supported;	// what stable probes need besides their bindings, and is there
	const struct probe *probe;	// represents all of them; NULL: none matched
	const struct expr *stmt_expr;	// the expression at statement level, NULL elsewhere
	VEC(struct xlator *) xlators;
	VEC(struct provider_info *) providers;
	uint32_t nlets;			// EX_LET so far
	// Expansion of inlines and translators.
	uint32_t expanded;
	uint32_t depth;
};

// ---- report.c: failures ----------------------------------------------------

// Reports one failure at a node or span; the same tag at the same place only
// once. sema_fail() also poisons the node.
void sema_fail(struct sema *s, struct expr *e, enum errtag tag, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
void sema_fail_at(struct sema *s, struct span at, enum errtag tag, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
void sema_hint(struct sema *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void sema_hint_name(struct sema *s, const struct nearest *n);
// Makes the node EX_ERROR and says nothing.
void poison(struct sema *s, struct expr *e);
const char *op_words(enum op op);
// The name of the node's type.
const char *tname(struct sema *s, const struct expr *e);

// ---- scope.c: names --------------------------------------------------------

struct names *names_new(struct sema *s);
struct names *names_copy(struct arena *a, const struct names *n);
// A variable, builtin or inline of that scope; NULL: unknown.
struct ident *names_find(struct sema *s, enum scope scope, const char *name);
struct ident *names_find_agg(struct sema *s, const char *name);
struct ident *names_add_var(struct sema *s, enum scope scope, const char *name, struct type *type,
			    struct span at);
struct ident *names_add_agg(struct sema *s, const char *name, struct span at);
// An inline or an external symbol.
struct ident *names_add(struct sema *s, enum ident_kind kind, const char *name, struct type *type,
			struct span at);
enum name_class { NAMES_VALUES, NAMES_FUNCTIONS, NAMES_SELF, NAMES_THIS, NAMES_AGGS };
void names_nearest(struct sema *s, enum name_class class, struct nearest *n);
const char *ident_kind_text(const struct ident *id);

// ---- proto.c: prototypes of builtins ---------------------------------------

struct proto {
	struct type *result;
	VEC(struct type *) params;	// NULL: any type
	uint32_t required;
	bool varargs;
	const char *text;
};

const struct proto *proto_of(struct sema *s, enum builtin b);
// Checks and converts the (checked) arguments of a call. False: reported, call poisoned.
bool proto_check(struct sema *s, struct expr *call, const struct proto *p);

// ---- convert.c: what goes where --------------------------------------------

struct type *resolved(struct sema *s, const struct expr *e);
bool is_error(const struct expr *e);
bool is_int(struct sema *s, const struct expr *e);
bool is_pointer(struct sema *s, const struct expr *e);	// pointer or array
bool is_scalar(struct sema *s, const struct expr *e);
bool is_string(struct sema *s, const struct expr *e);	// TY_STRING itself
bool is_stringlike(struct sema *s, const struct expr *e);
bool is_dynamic(struct sema *s, const struct expr *e);	// aggregation, stack, translated ...
bool is_action(struct sema *s, const struct expr *e);	// a call of an action, checked or not
bool is_zero(const struct expr *e);			// the constant 0
bool is_key(struct sema *s, const struct expr *e);	// of an aggregation or associative array
bool type_is_sou(const struct type *ty);
struct type *pointee(struct sema *s, const struct expr *e);	// resolved; NULL: no pointer
// The arithmetic type of two integers: the wider one, unsigned over signed.
struct type *rank(struct sema *s, const struct expr *a, const struct expr *b);
bool pointers_agree(struct sema *s, const struct expr *a, const struct expr *b);
bool assignable(struct sema *s, struct type *to, const struct expr *e);
// Whether e may be the argument of a parameter or key of that type.
bool passable(struct sema *s, struct type *to, const struct expr *e);
// e as a value of that type, which it is passable or assignable to: a string
// where one is wanted, an EX_CAST when an integer gets narrower.
struct expr *passed(struct sema *s, struct type *to, struct expr *e);
// char * and char[] as string; a constant 0 becomes "".
struct expr *to_string(struct sema *s, struct expr *e);
struct expr *make_cast(struct sema *s, struct type *to, struct expr *e);
// The type that a new variable or key gets from its first value.
struct type *value_type(struct sema *s, const struct expr *e);

// ---- fold.c: constants -----------------------------------------------------

// The value as the type holds it: truncated and extended.
uint64_t fold_narrow(struct sema *s, struct type *ty, uint64_t value);
void make_const(struct expr *e, struct type *type, uint64_t value);
// Folds a checked unary, binary, conditional or cast node whose operands are
// constant; others stay as they are.
void fold(struct sema *s, struct expr *e);

// ---- clone.c: copies of trees ----------------------------------------------

struct expr *clone_expr(struct sema *s, const struct expr *e);
struct clause *clone_clause(struct sema *s, const struct clause *c);
// Makes copies of the names of types in the tree, so that they are looked up anew.
void renew_types(struct sema *s, struct expr *e);
// Replaces unchecked global names by copies of checked trees, in place, up to MAX_EXPANSION.
struct binding {
	const char *name;
	struct expr *value;
};
void substitute(struct sema *s, struct expr *e, const struct binding *b, uint32_t n);
// Nodes of a library get the place where it is used: that is what the user sees.
void relocate(struct expr *e, struct span at);
// What a clause holds, found without recursion deeper than MAX_EXPR_DEPTH.
struct survey {
	bool too_deep;
	bool uses_args;		// args[]
	struct span where;	// of the place that is too deep
};
void survey_clause(struct sema *s, const struct clause *c, struct survey *out);
void survey_expr(struct sema *s, const struct expr *e, struct survey *out);

// ---- check_*.c: one file per part of the language --------------------------

void check_expr(struct sema *s, struct expr *e);		// check_expr.c
void check_operator(struct sema *s, struct expr *e);		// check_op.c
void check_binary_types(struct sema *s, struct expr *e);
// Storage that is a D variable and not memory with an address.
bool lives_in_variable(struct sema *s, const struct expr *e);
void check_assign(struct sema *s, struct expr *e);		// check_assign.c
void check_step(struct sema *s, struct expr *e);		// ++ and --
bool is_writable(struct sema *s, const struct expr *e);
void check_name(struct sema *s, struct expr *e);		// check_name.c
void check_index(struct sema *s, struct expr *e);
void translate_arg(struct sema *s, struct expr *e, const char *to);
// Creates the variable or associative array that this target names, if it is a
// new one: its type is that of the value (NULL: int64_t). The target is left to check_expr().
void declare_target(struct sema *s, struct expr *target, const struct expr *value);
void check_symbol(struct sema *s, struct expr *e);		// check_symbol.c
struct ident *alias_with_arguments(struct sema *s, const char *name);
void use_inline(struct sema *s, struct expr *e, struct ident *id);
void check_member(struct sema *s, struct expr *e);		// check_member.c
void check_cast(struct sema *s, struct expr *e);		// check_type.c
void check_sizeof(struct sema *s, struct expr *e);
void check_offsetof(struct sema *s, struct expr *e);
void check_stringof(struct sema *s, struct expr *e);
void check_call(struct sema *s, struct expr *e);		// check_call.c
void check_agg_name(struct sema *s, struct expr *e);		// check_agg.c
void check_agg_assign(struct sema *s, struct expr *e);
bool is_agg_target(const struct expr *e);			// @a or @a[...]
// The aggregation that an argument names (bare @a), or NULL: reported with one
// of the two tags (no aggregation at all; not assigned anywhere so far).
struct ident *agg_argument(struct sema *s, struct expr *arg, enum errtag not_agg, enum errtag unknown);
void check_quantize_args(struct sema *s, struct ident *agg, struct expr *call);	// check_quantize.c
void check_action(struct sema *s, struct expr *call);		// check_action.c
// check_stack.c. Whether a call, checked or not, says where something was: stack(),
// sym() and their like; and the check of such a call, wherever it may stand.
bool is_location(struct sema *s, const struct expr *e);
void check_location(struct sema *s, struct expr *call);
void check_printf(struct sema *s, struct expr *call);		// check_printf.c
void check_printa(struct sema *s, struct expr *call);
void check_body(struct sema *s, struct clause *c);		// check_stmt.c
void check_order(struct sema *s, const struct clause *c);	// which actions may follow which

// ---- decls.c, probes.c -----------------------------------------------------

struct declare_ctx sema_declare_ctx(struct sema *s);
struct type *sema_typename(struct sema *s, struct typename *tn);	// decls.c; never NULL
void check_decl(struct sema *s, const struct item *it);
void check_inline(struct sema *s, const struct item *it);
void expand_inline(struct sema *s, struct expr *e, struct ident *id);
// The checked value of an inline or translation as one of the declared type.
struct expr *as_declared(struct sema *s, struct type *type, struct expr *body);
void check_clause(struct sema *s, struct clause *c, uint32_t text);	// probes.c

// The state of a base, to check something with.
struct sema *sema_resumed(struct sema_base *b, struct dlang_env *env, struct diags *d);	// sema.c

// ---- bind.c: stable probes ------------------------------------------------

// The clause on a stable probe, once per site.
void check_bound(struct sema *s, const struct clause *c, uint32_t text, const struct probe *p);
// args[n] and argN of the stable probe at hand; e is replaced.
void bound_args(struct sema *s, struct expr *e, uint32_t n);
void bound_arg(struct sema *s, struct expr *e, uint32_t n);
// Whether the name is a variable of the provider at hand; then its full name is in *name, and
// what assigns it is part of the program.
bool is_private(struct sema *s, enum scope scope, const char **name);

// ---- translate.c -----------------------------------------------------------

void check_translator(struct sema *s, const struct item *it);
void check_xlate(struct sema *s, struct expr *e);
bool translate(struct sema *s, struct expr *e, struct type *dst, struct expr *input);
struct expr *translated(const struct expr *e);
void translate_member(struct sema *s, struct expr *e, struct type *type);
void check_translated(struct sema *s, struct clause *c);
