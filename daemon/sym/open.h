// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Opening files that other users have named, for the symbol worker to read. A
// file is looked at before it is opened: only regular ones are, so that no FIFO
// blocks and no device notices, and none whose reading is another user's program
// (FUSE).

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

// What tells a file and its state from others.
struct file_key {
	uint64_t device, inode, size;
	int64_t changed;		// ns
};

struct mapped_name {
	uint64_t start, end;		// where it is mapped
	uint32_t major, minor;
	uint64_t inode;
	const char *path;		// as the process sees it, perhaps with " (deleted)"
};

// All return an fd of the file, the caller's, and its key, or a negative errno.

// A file that a process has mapped, by the directory of the process (sym/process.h):
// what is mapped itself where the kernel allows it, else by its name in the
// process's root if that is the same inode, else its program's file.
int open_mapped(int process, const struct mapped_name *m, struct file_key *key);

// The same by its name only, in the root of any process, or in the core's (-1).
int open_named(int process, const struct mapped_name *m, struct file_key *key);

// A file by its path in the root of a process, or in the core's (-1). Symbolic links
// on the way are followed inside that root.
int open_in_root(int process, const char *path, struct file_key *key);

// The map of a just-in-time compiler, which must belong to uid.
int open_perf_map(int process, pid_t inner, uid_t uid, struct file_key *key);
