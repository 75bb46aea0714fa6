// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// A process as /proc shows it, by its directory: what is read through an open one
// is of that process, or fails when it is gone, even if its number was given away.

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "daemon/sym/sym.h"

struct process_facts {
	uint32_t generation, last;	// its generation is one of these (sym.h): /proc is coarse
	uid_t owner;			// 0, too, when it may not be dumped
	uid_t uid;			// whose files it makes
	pid_t inner;			// its number in its own pid namespace
	uint64_t view;			// the same for all that see the same files: of mount namespace and root
};

// Of a number: an fd of its directory, the caller's, or -ENOENT, -ESRCH...
int process_open(pid_t pid);

// 0 or a negative errno; -ESRCH, too, if only its exit status is left.
int process_read_facts(int dir, struct process_facts *f);

// Only the owner and the view.
int process_read_place(int dir, struct process_facts *f);

// Whether one that could have these generations is meant.
bool process_is(uint32_t generation, uint32_t last, sym_process p);

// Whether it began then: field 22 of /proc/PID/stat.
bool process_began(const struct process_facts *f, uint64_t ticks);

struct process_mapping {
	uint64_t start, end, offset;	// offset: of start in the file
	uint32_t major, minor;
	uint64_t inode;			// 0: no file
	bool executable;
	const char *path;		// "" if it has no name; valid in the call
};

// Calls fn for each mapping, by address, until it returns something else than 0,
// which is then returned; or a negative errno. Of more than 16 MiB of text the
// rest is left out.
int process_read_maps(
	int dir, int (*fn)(void *arg, const struct process_mapping *m), void *arg);
