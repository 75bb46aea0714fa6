// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The limits of a role: what each is called, its unit, and what it is where a
// policy does not say. Those that are charged come first (charges.h): they are
// sums over all that a user has; the others are of one program or session.

#include <stdint.h>

enum charge_kind {
	CHARGE_CONNECTIONS,
	CHARGE_SESSIONS,
	CHARGE_PROGRAMS,
	CHARGE_SEGMENT_BYTES,
	CHARGE_BUFFER_BYTES,	// the part of it that is for records
	CHARGE_MAPS,		// beside the segment's
	CHARGE_MAP_BYTES,
	CHARGE_COMPILES,	// running at the same time
	CHARGE_RESOLVES,	// the same
	CHARGE_PLACES,		// of user probes
	CHARGE_N
};

enum limit {
	LIMIT_SOURCE_BYTES = CHARGE_N,
	LIMIT_CLAUSES,
	LIMIT_PROBES,
	LIMIT_COMPILE_MS,
	LIMIT_COMPILE_BYTES,
	LIMIT_VERIFY_INSNS,
	LIMIT_STRSIZE,
	LIMIT_AGG_KEYS,
	LIMIT_AGG_KEY_BYTES,
	LIMIT_PROFILE_HZ,
	LIMIT_TICK_HZ,
	LIMIT_DURATION,
	LIMIT_IDLE,
	LIMIT_N
};

enum limit_unit { UNIT_COUNT, UNIT_BYTES, UNIT_MS };

#define LIMIT_UNLIMITED UINT64_MAX	// of UNIT_MS only

struct limit_row {
	const char *key;	// in a policy
	const char *what;	// for sentences
	enum limit_unit unit;
	uint64_t min, max;	// that a policy may say
	uint64_t normal;	// where it does not
};

const struct limit_row *limit_row(unsigned limit);

// A value as a policy has it: "8MiB", "15m".
struct limit_text {
	char text[32];
};

struct limit_text limit_text(unsigned limit, uint64_t value);
