// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The jail of everything that parses what users send. Two walls: the zygote
// gives up every right it has (jail_enter), and keeps from then on only what
// it needs to fork workers; each worker gives up that as well, and gets limits
// (jail_worker). Neither can be undone.

#include <stdbool.h>
#include <stdint.h>

enum { JAIL_UID = 65534 };

// Whether system calls are filtered; not under sanitizers, which need more.
bool jail_filters(void);

// For a process that was just forked, before it opens anything. Signals as in a
// new process, but those of the terminal are the core's affair.
void jail_reset_signals(void);

// Its socket becomes fd at (above 2), all others above are closed; stdin and stdout
// go to /dev/null, stderr too unless it may log. 0 or a negative errno.
int jail_arrange_fds(int socket, int at, bool verbose);

// For the zygote: no new privileges, no identity, no capabilities, no files,
// no core dumps, ends with its parent, and only the system calls that forking
// and waiting take. Keeps fds up to and including last_fd. Landlock and ids are
// best effort only where the kernel or the caller's rights lack them; being
// left with uid 0 (but that of a user namespace, which is nobody of importance) or a
// capability is an error.
// 0, or a negative errno with *what.
int jail_enter(int last_fd, const char **what);

// For a process that reads files which are passed to it: as jail_enter(), but it
// cannot fork, and can receive fds and read what they lead to. memory: bytes
// above what is mapped already.
int jail_reader(int last_fd, uint64_t memory, const char **what);

// The size of this process's address space in bytes.
uint64_t jail_mapped(void);

struct jail_limits {
	uint32_t cpu_ms, wall_ms;
	uint64_t memory;	// bytes above what is mapped already
};

// For a worker, before it reads anything: stops at the limits (SIGPROF or
// SIGXCPU: CPU time, SIGALRM: real time, failing allocation), has no fd above
// last_fd, and can only read, write, allocate and exit.
// mapped is the size of the process's address space.
int jail_worker(int last_fd, uint64_t mapped, const struct jail_limits *l, const char **what);
