// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Attaching loaded programs to their hooks, and running BEGIN and END.

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "dlang/probe.h"

// One program's attachment: a link, or a perf event with its link per CPU.
struct attachment {
	int *fds;	// perf events come before their links
	uint32_t nfds, nevents;
	uint32_t done;	// targets of it that are attached (kfunctions.h)
	size_t at;	// the name of the next
};

// Takes an fd that closing detaches; a negative errno in its place is returned. 0 or a
// negative errno.
int attachment_add(struct attachment *a, int fd);

// What a file of an event source says, "N" or "config:N"; or a negative errno.
int attach_source_number(const char *path);

// A link of the program to the perf event, with a cookie for it; or a negative errno.
int attach_link_event(int prog, int event, uint64_t cookie);

// Attaches; clocks and counters do not run before attachment_enable(). 0 or a negative
// errno, with nothing left attached.
int attachment_open(struct attachment *a, const struct probe_hook *hook, int prog);
int attachment_enable(const struct attachment *a);

// Detaches. A zeroed attachment is fine. Takes a few dozen microseconds a CPU.
void attachment_close(struct attachment *a);

// Runs a BEGIN or END program once, for the task with this id.
int attach_run_once(int prog, pid_t tid);

// Returns when no program that was running without preemption at the time of
// the call is running any more: has been on every CPU since.
int attach_wait_for_cpus(void);

// Is a program on this hook preempted? Then only a grace period of the kernel's,
// tens of milliseconds, tells that it has ended.
bool attach_is_preempted(enum hook_kind hook);

// Returns when none that was running at the time of the call is, preempted or not.
int attach_wait_for_grace(void);
