// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Stable providers: what a provider file says, ready for compiles. A stable
// probe has no hook of its own; it is a condition on the probes of hooks, with
// argument expressions, and fires at each of its sites. All of it belongs to
// whoever read the file and is never written by a compile: expressions are
// copied before they are checked.

#include "dlang/dlang.h"
#include "dlang/syntax/ast_bind.h"

// Where a stable probe fires: probes of one hook, told apart by its selector.
struct binding_site {
	const struct probe_hook *hook;
	VEC(const struct probe *) probes;	// ascending by id
	bool differ;			// in the types of args[]
	const struct bind_alt *alt;
	uint32_t order;			// of what the file does on one hook
};

struct probe_binding {
	struct stable *stable;
	VEC(struct binding_site) sites;
	uint8_t from[PROBE_MAXARGS];	// args[n] is this one of the binding's arguments
};

// A variable of the provider's own.
struct private_var {
	enum scope scope;
	const char *name;
	const struct item *decl;	// NULL: assigned only
	const struct diag *why;		// a clause that it needs is wrong here; NULL: none so far
};

// A clause that maintains them.
struct support {
	const struct clause *clause;
	uint32_t order;
	VEC(struct binding_site) sites;	// alt is NULL; none: this kernel lacks its probes
	VEC(const struct probe *) bound;	// probes of the provider, at whose sites it is
	VEC(struct private_var) writes;
	VEC(struct private_var) uses;	// every name in it, whosever it is
};

struct stable {
	const char *name;		// of the provider, with the number of its process
	VEC(struct private_var) vars;
	VEC(struct support) support;
};

// What it takes to read a provider for a process.
struct process_file {
	const struct unit *unit;
	const struct provider_info *provider;
	uint32_t first_order;		// of the file
};

// A declaration of variables, which are private to a provider file.
bool is_private_decl(const struct decl *d);
