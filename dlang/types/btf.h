// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Kernel BTF read in place: an index over somebody's mapping of
// /sys/kernel/btf/vmlinux, with look-ups by name. Pure: opens no file. The
// bytes must outlive the index. Corrupt bytes give an error, never a crash.

#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>

#include "dlang/base/arena.h"

struct btf;
struct btf_type;	// <linux/btf.h>

// 0 and *out, or -EINVAL with the reason in *why (static text).
int btf_open(struct arena *a, const void *data, size_t size, struct btf **out, const char **why);
// The same for BTF that continues base, which outlives it: its own types have the ids 1 to btf_count() here, and refer to
// those of base by their ids, to their own by id + btf_count(base).
int btf_open_split(struct arena *a, const struct btf *base, const void *data, size_t size, struct btf **out,
		   const char **why);
uint32_t btf_count(const struct btf *b);		// ids are 1 to this number; 0 is void
const struct btf_type *btf_type_by_id(const struct btf *b, uint32_t id);	// NULL: none
const char *btf_string(const struct btf *b, uint32_t off);			// "" if out of range
// kind: BTF_KIND_*; 0 if absent. A definition wins over a FWD of the same name.
uint32_t btf_find(const struct btf *b, const char *name, uint32_t kind);
// Ids of all types of one kind, in order (used by the rawtp provider: typedefs "btf_trace_*").
uint32_t btf_next(const struct btf *b, uint32_t after, uint32_t kind);
// The value of an enumerator anywhere in BTF: id of its enum, or 0.
uint32_t btf_find_enumerator(const struct btf *b, const char *name, int64_t *value);
// The value of the enumerator with number i (below its vlen) of an ENUM or ENUM64 record.
int64_t btf_enum_value(const struct btf_type *t, uint32_t i);
