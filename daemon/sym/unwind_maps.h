// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The maps of dlang/runtime/unwind.h: tables of all files, shared by all
// sessions. Programs of users have no way to them but the run-time functions,
// which only read them.
//
// Memory is bounded: a table for which there is no room is refused. What is taken away
// makes room after a wait for the programs that may be reading it.

#include <stdint.h>

#include "daemon/kernel/runtime.h"
#include "daemon/sym/unwind_build.h"
#include "daemon/sym/unwind_kernel.h"
#include "daemon/sym/unwind_room.h"
#include "dlang/runtime/unwind.h"

enum unwind_map {
	UNWIND_MAP_PAGES, UNWIND_MAP_CHUNKS, UNWIND_MAP_RULES, UNWIND_MAP_FILES, UNWIND_MAP_SCRATCH,
	UNWIND_MAP_N
};

// Blocks of rows lie within a chunk, and pages within a block of rows.
enum {
	UNWIND_ROW_BLOCK = 1 << 12, UNWIND_ROW_BLOCKS = UNWIND_CHUNK_ROWS / UNWIND_ROW_BLOCK,	// of a chunk
	UNWIND_PAGE_BLOCK = 64,
};

// A file that has a table; its number owns rows and pages.
struct unwind_slot {
	struct unwind_file_key key;
	bool used;
};

struct unwind_maps {
	int fds[UNWIND_MAP_N];
	struct unwind_page *pages;	// mapped, as are the next two
	struct unwind_rule *rules;
	uint32_t *chunks[UNWIND_MAX_CHUNKS];
	uint32_t *hash;			// rule number + 1, by hash
	struct unwind_room row_room, page_room;
	struct unwind_slot *slots;
	uint32_t nrules, nfiles;
	bool full;			// of rules, which has been told
	struct runtime_value values[UNWIND_MAP_N + UNWIND_K_N];	// for the linker
	const char *missing;		// what the kernel lacks: walks use frame pointers; or NULL
};

// chunks: megabytes of rows, at most UNWIND_MAX_CHUNKS. 0 or a negative errno.
int unwind_maps_open(struct unwind_maps *m, uint32_t chunks);
void unwind_maps_close(struct unwind_maps *m);

// Adds the table of a file, or replaces it. 0; -ENOSPC: the maps are full, it has
// no table; or another negative errno.
int unwind_maps_add(struct unwind_maps *m, const struct unwind_file_key *key,
	const struct unwind_table *t);

// Takes the table of a file away, if it has one: programs do not find it any more.
void unwind_maps_remove(struct unwind_maps *m, const struct unwind_file_key *key);
// Room that was left begins to wait for the programs of now; false: there is none. When
// they have gone it is free.
bool unwind_maps_begin_freeing(struct unwind_maps *m);
void unwind_maps_end_freeing(struct unwind_maps *m);

// Bytes of rows that a table needs at least, and that are free.
uint64_t unwind_maps_need(const struct unwind_table *t);
uint64_t unwind_maps_room(const struct unwind_maps *m);
// Bytes of rows.
uint64_t unwind_maps_bytes(const struct unwind_maps *m);
