// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Interned strings: equal text, equal pointer. Names in the AST, in types and
// in the probe catalogue are interned, so that they compare by address.

#include <stddef.h>

#include "dlang/base/arena.h"

struct interns;

// The table and its strings live in the arena. parent (may be NULL) is looked
// at first and never written: a compile worker stacks its own table on the
// zygote's warm one.
struct interns *interns_new(struct arena *a, const struct interns *parent);
const char *intern(struct interns *t, const char *s, size_t n);
const char *intern_str(struct interns *t, const char *s);
// NULL if the text was never interned.
const char *intern_find(const struct interns *t, const char *s, size_t n);
