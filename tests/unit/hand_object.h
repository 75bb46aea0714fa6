// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// A session's object assembled by hand, as a compile worker would send it: one
// program on sys_enter that, for one system call number, counts in a constant
// slot and writes a record of 40 bytes with the count; and BEGIN and END
// programs that each write a record. For tests of the core without a compiler.

#include <stdbool.h>
#include <stdint.h>

#include "proto/dtraced.pb-c.h"

enum {
	HAND_AREA = 256 * 1024,
	HAND_RING_OFFSET = 8192,
	HAND_RING = 64 * 1024,
	HAND_RECORD = 40,
	HAND_FORM = 2, HAND_FORM_BEGIN = 3, HAND_FORM_END = 4,
	HAND_SLOT = 0x140,	// of the count, in the area
};

struct hand_options {
	uint32_t syscall;	// number that is counted
	uint32_t exit_at;	// exit() when the count of a CPU gets there; 0: never
	uint32_t policy;	// enum ring_policy
	bool records;
};

// Frees with dtraced__object__free_unpacked(). Needs kernel BTF.
Dtraced__Object *hand_object(const struct hand_options *options);

// The type id of a kernel type: kind is a BTF_KIND_*.
uint32_t hand_btf_id(const char *name, uint32_t kind);
