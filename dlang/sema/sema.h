// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Meaning: names, types, constants, probes. Takes the parsed units of one
// request, annotates their trees in place and gives lowering a flat program.

#include "dlang/dlang.h"
#include "dlang/sema/ident.h"
#include "dlang/sema/provider.h"
#include "dlang/syntax/ast.h"

// A clause with the probes it is enabled on, all of which agree on the types of
// args[]. A clause of the source whose descriptions differ in them is checked
// once per group of descriptions, each on its own copy of the tree.
//
// A clause on a stable probe is there once per site of its binding, on the probes of that site.
struct sclause {
	const struct clause *clause;	// annotated; inlines expanded; constants folded
	VEC(const struct probe *) probes;	// ascending by id, unique
	uint32_t text;			// index of the request's text
	struct attributes attributes;	// stability of its statements
	const struct probe *stable;	// what it fires as; NULL: as probes
	const struct binding_site *site;	// of stable
	const struct expr *cond;	// it fires if this is not 0; the same for all of a site; NULL: always
	const struct expr *current;	// the thread that stands for the current one; NULL: it does
	uint32_t order;			// on one hook, lower ones come first; then those that came first
	bool support;			// a provider's own, which no client knows
};

// After sema:
//  - every expr has a type; EX_INT is the only form of an integer constant;
//  - implicit conversions are explicit EX_CAST nodes only where the value
//    changes representation (narrowing on assignment is by the target's type and
//    stays implicit; char * or char[] used as a string is EX_STRINGOF);
//  - comparison of strings: both operands are TY_STRING (NULL became "");
//  - a string set to 0 or NULL keeps EX_INT 0 as the value;
//  - arguments and keys of an integer type narrower than their value are EX_CAST;
//  - "@a[k] = f(x)" stays EX_ASSIGN of EX_AGG or EX_INDEX (a: EX_AGG) and EX_CALL, and
//    ident of all of them is set: the aggregation, and the function at the call;
//  - pointer arithmetic is left as OP_ADD/OP_SUB on pointer types (lowering scales);
//  - a[i] on pointers, arrays and strings is EX_INDEX with one argument and ident NULL;
//    on associative arrays and args[] ident is set;
//  - sizeof, offsetof, enumerators, inlines and constant expressions are folded.
struct sprogram {
	VEC(struct sclause) clauses;
	VEC(struct ident *) globals, locals, selfs;	// ID_VAR by number
	VEC(struct ident *) aggs;			// by number, in order of first appearance
	VEC(uint32_t) matched;				// per text: probes matched (not unique)
	VEC(const struct probe *) probes;		// all, unique, ascending by id
	VEC(const struct probe *) unserved;		// PROBE_LATER: some clause is not for them
	VEC(const struct provider_info *) providers;	// defined by texts and libraries
};

struct binding_site;

struct sema_options {
	uint32_t strsize;
	bool zdefs, empty;
	bool interface;		// only provider definitions count: no probe need be there, no translator
	uint32_t max_probes;
	uint32_t version;	// of D: newer names are not seen (versions.h)
	bool has_amin;
	struct attributes amin;	// what is less stable is refused
};

// What libraries declare: the names that a program starts with.
struct sema_base;

struct sema_base *sema_base_new(struct dlang_env *env, const struct sema_options *o);
// Adds the declarations of a library. False: diagnostics were added.
bool sema_library(struct sema_base *b, struct dlang_env *env, const struct unit *u, struct diags *d);

// A copy on which bindings are tried: what they make of names is forgotten with it.
struct sema_base *sema_base_copy(const struct sema_base *b, struct dlang_env *env);
// Checks what a stable probe reads at one of its sites. NULL, or what is wrong, in the provider file; in env's memory.
const struct diag *sema_try_site(struct sema_base *b, struct dlang_env *env, const struct probe *stable,
				 const struct binding_site *site);
// The provider of that name that a library or provider file defined; NULL: none.
const struct provider_info *sema_provider(struct sema_base *b, const char *name);

// Ascending by id, each once: how many are left. The order, for a search of them.
uint32_t probes_sort(const struct probe **v, uint32_t n);
int probes_by_id(const void *a, const void *b);

// A description as probe_source takes it.
struct probe_desc pdesc_probe(const struct pdesc *d);

// units[i] is text i. base (NULL: none) is used up. False: diagnostics were added.
bool sema(struct dlang_env *env, struct sema_base *base, struct unit **units, uint32_t n,
	  const struct sema_options *o, struct diags *d, struct sprogram *out);
