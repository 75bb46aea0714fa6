// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Names of kernel functions that begin with one prefix, read from the kernel's
// symbol list. Weak symbols are left out: a system call that is not built in
// is a weak stub.

#include <stdbool.h>

struct arena;
struct symbol_set;

// 0, or a negative errno when the list cannot be read.
int symbol_set_read(struct arena *a, const char *path, const char *prefix, struct symbol_set **out);
// name without the prefix.
bool symbol_set_has(const struct symbol_set *s, const char *name);
