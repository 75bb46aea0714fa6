// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// D libraries (d-reference §16.2): texts that only declare, in the order that
// their depends_on lines ask for.

#include <stdbool.h>

#include "dlang/dlang.h"
#include "dlang/sema/sema.h"
#include "dlang/syntax/source.h"

struct library_set {
	struct dlang_env *env;
	struct sources *sources;
	struct diags *diags;
	struct sema_base *base;
	VEC(const struct dlang_text *) seen;	// one of each file name
	VEC(const char *) loaded;		// file names
};

struct dlang_prelude {
	struct library_set set;
	const struct dlang_text *texts;		// to be read again under other options
	uint32_t ntexts;
	struct types *types;
	uint32_t strsize;			// that the declared structs have
};

// Adds the libraries to the set. One whose dependencies are missing is skipped
// in silence; one with errors is reported. False: there were errors.
bool library_load(struct library_set *set, const struct dlang_text *texts, uint32_t n);
