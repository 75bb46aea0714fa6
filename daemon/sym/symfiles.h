// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// What the core knows of the files whose symbols the worker reads: what each is, and
// whether the worker has its table. A file is told by its key (sym/open.h), so one that
// was written again is another; a table by its file and the debug file that belongs to
// it, which may differ between two roots.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "daemon/sym/open.h"

enum symfile_kind { SYMFILE_ELF, SYMFILE_PERF_MAP };

enum { SYMFILE_BUCKETS = 1024, SYMFILES_MAX = 8192, SYMFILE_BUILD_ID = 32, SYMFILE_LINK = 256 };

struct symfile {
	LIST_ENTRY(symfile) by_key, by_id;
	uint64_t id;			// never used again
	enum symfile_kind kind;
	struct file_key file, debug;	// debug.inode 0: none
	bool identified;		// what follows is known
	bool wants_debug;		// there is only part of its symbols in it
	uint8_t nbuild_id;
	uint8_t build_id[SYMFILE_BUILD_ID];
	char link[SYMFILE_LINK];		// name of its debug file, or ""
	bool loaded;			// the worker has it
	uint8_t crashes;		// of the worker while it read this
};

struct symfiles {
	uint64_t last_id;
	size_t n;
	LIST_HEAD(symfile_list, symfile) keys[SYMFILE_BUCKETS], ids[SYMFILE_BUCKETS];
};

// Found or made; valid until symfiles_trim(). NULL: no memory.
struct symfile *symfiles_get(struct symfiles *t, enum symfile_kind kind, const struct file_key *file,
	const struct file_key *debug);
// NULL: forgotten.
struct symfile *symfiles_by_id(const struct symfiles *t, uint64_t id);

// The worker is gone with all that it had.
void symfiles_unload(struct symfiles *t);
// Forgets all if there are too many. Nothing may hold one.
void symfiles_trim(struct symfiles *t);
void symfiles_deinit(struct symfiles *t);
