// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Files with code that were seen mapped, each once, by device and inode. An inode
// number may be given to another file: a file is looked at again when its
// generation is another or unknown, and is another if size or times differ.

#include <stdbool.h>
#include <stdint.h>

#include "dlang/runtime/unwind.h"

struct sideband_event;

struct unwind_known {
	struct unwind_file_key key;
	uint64_t generation;		// 0: not told
	uint32_t epoch;			// when it was last looked at
	uint32_t seen;			// when it was last seen mapped, by the clock
	bool used;
	uint64_t homeless;		// bytes of its table, for which there was no room; or 0
	int64_t size, modified, changed;	// as of then
};

struct unwind_files {
	struct unwind_known *table;	// open addressing
	uint32_t n;
	uint32_t epoch;			// counts listening anew: between, nothing is told
	uint32_t clock;			// counts looks at all that is mapped
};

int unwind_files_init(struct unwind_files *f);
void unwind_files_deinit(struct unwind_files *f);

// A mapping of a file: 1 with an fd, the caller's, if it is new or another; 0 if
// it is known; -ENOSPC: too many files; -ENOENT: it cannot be opened (any more).
int unwind_files_note(struct unwind_files *f, const struct sideband_event *e,
	struct unwind_file_key *key, int *fd);

// Whether there is nothing to do about a mapping: it was noted in this epoch.
bool unwind_files_has(struct unwind_files *f, const struct sideband_event *e);

// A mapping whose file is told under another inode elsewhere, and noted as that.
void unwind_files_pass(struct unwind_files *f, const struct sideband_event *e);

// It is not known after all: it is opened again when it is seen again.
void unwind_files_forget(struct unwind_files *f, const struct unwind_file_key *key);

// There is no room for its table, of so many bytes. When there is some, as many such are
// forgotten as find room: whether any is. left: whether any finds none.
void unwind_files_refuse(struct unwind_files *f, const struct unwind_file_key *key, uint64_t bytes);
bool unwind_files_retry(struct unwind_files *f, uint64_t room, bool *left);

// Takes those out that nothing has mapped since the clock was last moved, the longest
// unseen first, and as many as half of all; fn is called for each, and may do anything
// with its table. How many; or -ENOMEM.
int unwind_files_evict(struct unwind_files *f,
	void (*fn)(void *arg, const struct unwind_file_key *key), void *arg);
