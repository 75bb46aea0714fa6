// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The table of limits, see limits.h.

#include "daemon/policy/limits.h"

#include <inttypes.h>
#include <stdio.h>

#include "proto/limits.h"

#define KB 1024ull
#define MB (1024 * KB)
#define GB (1024 * MB)
#define HOUR (3600 * 1000ull)

// Many probes are still few programs: one per kernel hook.
static const struct limit_row rows[LIMIT_N] = {
	[CHARGE_CONNECTIONS] = { "connections", "connections", UNIT_COUNT, 1, 65536, 64 },
	[CHARGE_SESSIONS] = { "sessions", "sessions", UNIT_COUNT, 0, 65536, 32 },
	[CHARGE_PROGRAMS] = { "kernel_programs", "kernel programs", UNIT_COUNT, 0, 1 << 20, 1024 },
	[CHARGE_SEGMENT_BYTES] = { "segment_bytes", "session memory", UNIT_BYTES, 0, 1024 * GB, 512 * MB },
	[CHARGE_BUFFER_BYTES] = { "buffer_bytes", "buffers for records", UNIT_BYTES, 0, 1024 * GB, 512 * MB },
	[CHARGE_MAPS] = { "maps", "kernel maps", UNIT_COUNT, 0, 1 << 20, 1024 },
	[CHARGE_MAP_BYTES] = { "map_bytes", "kernel map memory", UNIT_BYTES, 0, 1024 * GB, 256 * MB },
	[CHARGE_COMPILES] = { "compiles", "compiles at the same time", UNIT_COUNT, 1, 65536, 64 },
	[CHARGE_RESOLVES] = { "resolves", "requests for names at the same time", UNIT_COUNT, 1, 65536, 32 },
	[CHARGE_PLACES] = { "user_places", "places of user probes", UNIT_COUNT, 0, 1 << 22, 1 << 16 },
	[LIMIT_SOURCE_BYTES] = { "source_bytes", "bytes of D", UNIT_COUNT, 1, PROTO_SOURCE, PROTO_SOURCE },
	[LIMIT_CLAUSES] = { "clauses", "clauses", UNIT_COUNT, 1, 1 << 20, 16384 },
	[LIMIT_PROBES] = { "probes", "probes", UNIT_COUNT, 1, 1 << 22, 131072 },
	[LIMIT_COMPILE_MS] = { "compile_ms", "milliseconds for compiling", UNIT_COUNT, 10, 600 * 1000, 600 * 1000 },
	[LIMIT_COMPILE_BYTES] = { "compile_bytes", "memory for compiling", UNIT_BYTES, 32 * MB, 256 * MB, 256 * MB },
	[LIMIT_VERIFY_INSNS] = { "verify_insns", "instructions that the kernel verifies of one program", UNIT_COUNT,
		1000, 1000000, 1000000 },
	[LIMIT_STRSIZE] = { "strsize_max", "bytes of a string (-x strsize)", UNIT_COUNT, 8, 64 * KB, 64 * KB },
	[LIMIT_AGG_KEYS] = { "agg_keys", "keys of aggregations (-x aggsize)", UNIT_COUNT, 1, 1 << 30, 1 << 26 },
	[LIMIT_AGG_KEY_BYTES] = { "agg_key_bytes", "bytes of an aggregation's key", UNIT_COUNT, 8, 16 * KB, 16 * KB },
	[LIMIT_PROFILE_HZ] = { "profile_hz_max", "firings of profile-N a second", UNIT_COUNT, 1, 100000, 100000 },
	[LIMIT_TICK_HZ] = { "tick_hz_max", "firings of tick-N a second", UNIT_COUNT, 1, 100000, 100000 },
	[LIMIT_IDLE] = { "idle", "milliseconds without a viewer", UNIT_MS, 1000, 366 * 24 * HOUR, 24 * HOUR },
	[LIMIT_DURATION] = { "duration", "milliseconds of tracing", UNIT_MS, 1000, 366 * 24 * HOUR, 8 * HOUR },
};

const struct limit_row *limit_row(unsigned limit)
{
	return &rows[limit];
}

// The largest unit that has it in whole numbers comes first; the last one has all.
static const struct {
	uint64_t size;
	const char *name;
} units[][6] = {
	[UNIT_COUNT] = { { 1, "" } },
	[UNIT_BYTES] = { { GB, "GiB" }, { MB, "MiB" }, { KB, "KiB" }, { 1, "" } },
	[UNIT_MS] = { { 24 * HOUR, "d" }, { HOUR, "h" }, { HOUR / 60, "m" }, { 1000, "s" }, { 1, "ms" } },
};

struct limit_text limit_text(unsigned limit, uint64_t value)
{
	struct limit_text t = { "unlimited" };
	unsigned i = 0;

	if (rows[limit].unit == UNIT_MS && value == LIMIT_UNLIMITED)
		return t;
	while (units[rows[limit].unit][i].size > 1 && (!value || value % units[rows[limit].unit][i].size))
		i++;
	snprintf(t.text, sizeof t.text, "%" PRIu64 "%s", value / units[rows[limit].unit][i].size,
		units[rows[limit].unit][i].name);
	return t;
}
