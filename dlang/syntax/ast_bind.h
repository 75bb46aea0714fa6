// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The items that only provider files have.

#include "dlang/syntax/ast.h"

// What a stable probe stands for: one of these, the first that the kernel has.
struct bind_alt {
	VEC(struct pdesc) hooks;	// fires at each of them,
	struct expr *cond;		// when this is not 0; NULL: always
	VEC(struct expr *) args;	// the probe's own arguments, where
	bool has_args;			// parentheses were written; else those of the hook
	struct expr *current;		// the thread that the event is about; NULL: the current one
	struct pdesc with;		// a probe without which it would be half the truth; empty: none
	bool process;			// current is the process that the event is about
	const char *approximate;	// why it is not exact; NULL: it is
	struct span span;
};

struct bind_def {
	struct pdesc probe;
	VEC(struct bind_alt) alts;
	const char *none;		// why there is none on Linux; NULL: see alts
};

// Names that old scripts have for a probe.
struct alias_def {
	VEC(struct pdesc) names;
	struct pdesc probe;
};
