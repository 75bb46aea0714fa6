// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The structure of an Object, checked as hostile input: a compile worker reads
// bytes that anybody may have written. After this check every count, offset,
// size and index in it can be used as it is. What the instructions do is the
// verifier's business (and a checker's, for classes of users below root).

#include <stdbool.h>
#include <stdint.h>

#include "daemon/kernel/runtime.h"
#include "daemon/util.h"
#include "proto/dtraced.pb-c.h"

enum {
	ADMIT_MAX_PROGRAMS = 16384,
	ADMIT_MAX_INSNS = 256 * 1024,	// of one program
	ADMIT_MAX_TARGETS = 128 * 1024,	// of one program
	ADMIT_MAX_FUNCTION = 255,	// bytes of a name
	ADMIT_MAX_TABLES = 1024,
	ADMIT_MAX_RUNTIME = 64,
	ADMIT_MAX_CTL = 64 * 1024 * 1024,
	ADMIT_MAX_AREA = 512 * 1024 * 1024,
	ADMIT_MAX_WORDS = 131200,	// of one aggregation value
	ADMIT_MAX_KEY = 16 * 1024,
};

enum { ADMIT_E_BAD = 1 };

// 0; ADMIT_E_BAD with why naming what is wrong with it.
int admit_object(const Dtraced__Object *object, const struct runtime *runtime, struct reason *why);

// What its maps beyond the segment will take, roughly as the kernel counts it.
uint64_t admit_map_bytes(const Dtraced__Object *object);
