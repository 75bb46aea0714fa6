// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The table of limits, see limits.h.

#include "daemon/policy/limits.h"

#define MB (1024ull * 1024)

// Many probes are still few programs: one per kernel hook.
static const struct limit_row rows[LIMIT_N] = {
	[CHARGE_CONNECTIONS] = { "connections", UNIT_COUNT, 64, 256 },
	[CHARGE_SESSIONS] = { "sessions", UNIT_COUNT, 32, 256 },
	[CHARGE_PROGRAMS] = { "kernel programs", UNIT_COUNT, 1024, 8192 },
	[CHARGE_SEGMENT_BYTES] = { "session memory", UNIT_BYTES, 512 * MB, 4096 * MB },
	[CHARGE_MAP_BYTES] = { "kernel map memory", UNIT_BYTES, 256 * MB, 1024 * MB },
	[CHARGE_COMPILES] = { "compiles at the same time", UNIT_COUNT, 64, 1024 },
	[CHARGE_RESOLVES] = { "requests for names at the same time", UNIT_COUNT, 32, 256 },
	[CHARGE_PLACES] = { "places of user probes", UNIT_COUNT, 1 << 16, 1 << 18 },
};

const struct limit_row *limit_row(unsigned limit)
{
	return &rows[limit];
}
