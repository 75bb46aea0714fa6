// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Lists of probe descriptions in a policy: provider:module:function:name, with
// the globs of D; an empty field matches anything.

#include <stdbool.h>
#include <stdint.h>

struct pattern {
	char *text;		// as it was written
	char *fields[4];	// the first is the start of the memory of all
	char *where;		// "FILE:LINE", for sentences
};

struct patterns {
	struct pattern *v;
	uint32_t n;
	bool given;		// an empty list is not the same as none
};

enum { PATTERN_MAX_TEXT = 512, PATTERNS_MAX = 4096 };

// 0; -EINVAL with *what, a part of a sentence, static; -ENOMEM.
int patterns_add(struct patterns *p, const char *text, const char *where, const char **what);
void patterns_deinit(struct patterns *p);

// The first that matches the four fields of a probe; NULL: none.
const struct pattern *patterns_find(const struct patterns *p, const char *const fields[4]);
