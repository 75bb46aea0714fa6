// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// What processes do that changes where their code is: executable mappings,
// fork, exec, exit. The kernel tells it by a software perf event per CPU that
// counts nothing (no program runs, no probe is set); its rings are read while
// somebody listens, and do not exist otherwise.
//
// Events come in order of time, over all CPUs. Those of one task, and of a task
// and what it forks, are never out of order.

#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>

struct event_base;
struct sideband;

enum sideband_kind {
	SIDEBAND_MAP,	// an executable mapping appeared
	SIDEBAND_FORK,	// pid was forked by parent; threads are not told
	SIDEBAND_EXEC,	// pid has a new image: what it had mapped is gone
	SIDEBAND_EXIT,	// the main thread of pid ended
	SIDEBAND_LOST,	// lost records: whoever keeps state looks at /proc again
};

struct sideband_event {
	enum sideband_kind kind;
	pid_t pid;
	uint64_t time;		// CLOCK_MONOTONIC, ns
	pid_t parent;		// FORK
	uint64_t lost;		// LOST
	uint64_t address, length, offset;	// MAP; offset: in the file, bytes
	uint32_t major, minor;	// MAP: the file system's device, 0 0: no file
	uint64_t inode, generation;
	const char *path;	// MAP: as the process sees it, or "[vdso]", "//anon"; valid in the call
};

// One who listens, a member of who does. Zeroed: not listening.
struct sideband_listener {
	LIST_ENTRY(sideband_listener) link;
	void (*fn)(void *arg, const struct sideband_event *e);
	void *arg;
};

// ncpus: possible CPUs. 0 or a negative errno; nothing is opened yet.
int sideband_new(struct sideband **sp, struct event_base *base, uint32_t ncpus);
struct sideband *sideband_free(struct sideband *s);

// From now on fn is called, from the event base and from sideband_read(). It may
// not listen or leave. 0, or a negative errno: the kernel refuses the events.
int sideband_listen(struct sideband *s, struct sideband_listener *l);

// fn is not called any more. Nothing if it does not listen.
void sideband_leave(struct sideband *s, struct sideband_listener *l);

// Delivers now all that happened before the call, except what another CPU is
// writing at this moment.
void sideband_read(struct sideband *s);

// Tells what is mapped in a process now as SIDEBAND_MAP events, of generation and
// time 0: for processes that were there before. 0, or a negative errno: it is gone,
// or not ours to see.
int sideband_scan(pid_t pid, void (*fn)(void *arg, const struct sideband_event *e), void *arg);

// Records that the rings had no room for, since the start.
uint64_t sideband_lost(const struct sideband *s);
