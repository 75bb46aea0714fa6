// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Options of a compile (-x, #pragma D option), d-reference §15. One table:
// options.def. The compiler acts on those that shape the program and its
// memory; the others are checked and passed on to the client.

#include <stdbool.h>
#include <stdint.h>

#include "dlang/attributes.h"
#include "dlang/object.h"

enum opt_kind { OPT_BOOL, OPT_SIZE, OPT_INT, OPT_RATE, OPT_STRING, OPT_POLICY };

struct options {
	uint64_t strsize, bufsize, aggsize, dynvarsize;
	uint64_t nspec;
	int64_t stackframes, ustackframes, jstackframes;
	int64_t maxframes;		// of any stack; 0: no limit but the kernel's
	int64_t cpu;			// the only one traced; -1: all
	enum ring_policy bufpolicy;
	bool defaultargs, argref, zdefs, empty, errtags, destructive, pspec, nolibs;
	bool bufsize_set, aggsize_set;
	uint32_t version;		// of D (versions.h); 0: the newest
	bool has_amin;
	struct attributes amin;
};

enum { OPTIONS_MAX_NSPEC = 1023 };

void options_init(struct options *o);
// 0; -ENOENT: no such option; -EINVAL: bad value; -ENOTSUP, -EEXIST: an unknown version, or a newer one than was
// asked for before. value NULL: none given.
int options_set(struct options *o, const char *name, const char *value);
// The same by a pragma; -EPERM: not there.
int options_set_inside(struct options *o, const char *name, const char *value);
const char *options_error(int r);
