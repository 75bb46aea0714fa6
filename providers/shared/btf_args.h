// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// What BTF says of the parameters of kernel functions and tracepoints.

#include <stdbool.h>
#include <stdint.h>

struct btf;
struct btf_type;

// The type behind typedefs and qualifiers; NULL: none.
const struct btf_type *btf_resolve(const struct btf *b, uint32_t id);

bool btf_is_kind(const struct btf_type *t, uint32_t kind);

// Does the verifier know what is behind a value of this type? A pointer to a struct or union, unless
// a type tag says that it is not plain kernel memory.
bool btf_is_kernel_pointer(const struct btf *b, uint32_t id);
