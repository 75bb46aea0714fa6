// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Which process had what mapped where. While somebody follows, all processes are
// known from the first moment on, and what is known of one stays when it executes
// another program or exits; memory is bounded by forgetting, the exited first.
// Otherwise processes are looked at when they are asked about.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>

#include "daemon/sym/sym.h"

struct event_base;
struct image;
struct mapping;
struct procs;
struct sideband;

enum { PROC_IMAGES = 3, PROC_VIEWS = 8 };

// One process from fork to exit. Reference counted.
struct proc {
	LIST_ENTRY(proc) by_pid;
	TAILQ_ENTRY(proc) by_age;
	struct procs *procs;
	uint32_t refs;
	pid_t pid;
	uint32_t generation, last;	// one of these, see sym/process.h
	pid_t inner;			// in its own pid namespace; 0: not known
	uid_t uid;			// with inner: whose files it makes
	uid_t owner;			// see owned
	bool owned;			// who may see it is known: its owner
	uint64_t view;			// see sym/process.h; 0: not known
	bool listed;			// in the tables of all
	bool exited;
	bool stale;			// /proc knows more
	bool looked;			// for an address that is in nothing
	struct image *images[PROC_IMAGES];	// the newest first; NULL: none
};

enum { PROCS_MAX = 16384 };
#define PROCS_BYTES ((size_t)32 << 20)

// sideband NULL: nothing can be followed. 0 or -ENOMEM.
int procs_new(struct procs **pp, struct event_base *base, struct sideband *sideband);
struct procs *procs_free(struct procs *p);

// Calls are counted. Following begins with a look at all of /proc, in steps. A
// negative errno: the kernel does not tell; then nothing is to be undone.
int procs_follow(struct procs *p);
void procs_unfollow(struct procs *p);
// Whether that look is over.
bool procs_is_settled(const struct procs *p);

// Brings what is known up to date: before a batch of look-ups.
void procs_update(struct procs *p);

// A reference, or NULL: there is and was none that is known. If it still runs and
// nobody follows, its mappings are read.
struct proc *procs_find(struct procs *p, sym_process which);
struct proc *proc_unref(struct proc *p);

// Where an address of the process is, or NULL. When it is not known, a process that
// runs is looked at once more. Valid until the next call of anything here.
const struct mapping *proc_mapping(struct proc *p, uint64_t address);

// Its directory in /proc, the caller's fd; negative: it does not run any more.
int proc_open(const struct proc *p);
// Those of others, one for each view (sym/process.h), that of this process first: how many,
// at most PROC_VIEWS. The fds are the caller's.
size_t proc_open_views(const struct proc *p, int dirs[PROC_VIEWS]);

// Processes and bytes that are known.
void procs_count(const struct procs *p, size_t *n, size_t *bytes);
