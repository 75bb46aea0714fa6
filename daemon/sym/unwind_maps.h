// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The maps of dlang/runtime/unwind.h: tables of all files, shared by all
// sessions. Programs of users have no way to them but the run-time functions,
// which only read them.
//
// What was added stays until all is closed: memory is bounded by refusing.

#include <stdint.h>

#include "daemon/kernel/runtime.h"
#include "daemon/sym/unwind_build.h"
#include "daemon/sym/unwind_kernel.h"
#include "dlang/runtime/unwind.h"

enum unwind_map {
	UNWIND_MAP_PAGES, UNWIND_MAP_CHUNKS, UNWIND_MAP_RULES, UNWIND_MAP_FILES, UNWIND_MAP_SCRATCH,
	UNWIND_MAP_N
};

struct unwind_maps {
	int fds[UNWIND_MAP_N];
	struct unwind_page *pages;	// mapped, as are the next two
	struct unwind_rule *rules;
	uint32_t *chunks[UNWIND_MAX_CHUNKS];
	uint32_t *hash;			// rule number + 1, by hash
	uint32_t npages, nrules, nfiles;
	uint64_t nrows;			// places, with those that were left at the ends of chunks
	struct runtime_value values[UNWIND_MAP_N + UNWIND_K_N];	// for the linker
	const char *missing;		// what the kernel lacks: walks use frame pointers; or NULL
};

int unwind_maps_open(struct unwind_maps *m);
void unwind_maps_close(struct unwind_maps *m);

// Adds the table of a file, or replaces it. 0; -ENOSPC: the maps are full, it has
// no table; or another negative errno.
int unwind_maps_add(struct unwind_maps *m, const struct unwind_file_key *key,
	const struct unwind_table *t);

// Bytes of rows.
uint64_t unwind_maps_bytes(const struct unwind_maps *m);
