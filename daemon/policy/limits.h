// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The limits of a role: what each is called, its unit, and what it is where a
// policy does not say. Those that are charged come first (charges.h): they are
// sums over all that a user has; the others are of one program or session.

#include <stdint.h>

struct reason;

enum charge_kind {
	CHARGE_CONNECTIONS,
	CHARGE_SESSIONS,
	CHARGE_PROGRAMS,
	CHARGE_SEGMENT_BYTES,
	CHARGE_MAP_BYTES,
	CHARGE_COMPILES,	// running at the same time
	CHARGE_RESOLVES,	// the same
	CHARGE_PLACES,		// of user probes
	CHARGE_N
};

enum { LIMIT_N = CHARGE_N };

enum limit_unit { UNIT_COUNT, UNIT_BYTES };

struct limit_row {
	const char *what;	// for sentences: "too many ..."
	enum limit_unit unit;
	uint64_t normal;	// where a policy does not say
	uint64_t root;		// the same, of the role that root has without a policy
};

const struct limit_row *limit_row(unsigned limit);
