// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The BTF of kernel modules. Each continues that of the kernel: its types refer
// to the kernel's by their numbers, and to its own by the numbers that follow.
// Here those of all modules get numbers of one row, behind the kernel's, in the
// order in which modules are first looked at. Nothing is read before that.

#include "dlang/types/btf.h"

struct modules;

// kernel outlives them, as do names and bytes that are added.
struct modules *modules_new(struct arena *a, const struct btf *kernel);
// name as /sys/kernel/btf has it; data 4-aligned. Corrupt bytes are found out when types are looked for.
void modules_add(struct modules *m, const char *name, const void *data, size_t size);

// The number of a type of that name and kind, as btf_find(); module (of len bytes) NULL: of any. 0: none. A forward
// declaration is none.
uint32_t modules_find(struct modules *m, const char *module, size_t len, const char *name, uint32_t kind);

uint32_t modules_kernel(const struct modules *m);	// how many types the kernel has: the numbers 1 to this one
// Module i, counted from 0: its name and the numbers of its own types, *first to *first + *n - 1. False: there is no
// such module, or its bytes are corrupt (*name is then set).
bool modules_range(struct modules *m, uint32_t i, const char **name, uint32_t *first, uint32_t *n);

// The following take numbers of the kernel's types as well.
const struct btf_type *modules_type(const struct modules *m, uint32_t id);	// NULL: none
const char *modules_string(const struct modules *m, uint32_t id, uint32_t off);	// a name in the record of type id
uint32_t modules_reference(const struct modules *m, uint32_t id, uint32_t to);	// what the record of id refers to
