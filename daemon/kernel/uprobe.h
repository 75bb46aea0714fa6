// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Attaching to places in files: by one link for many where the kernel has such links,
// by a perf event each where it has not. Both fire in one process, whatever its
// threads, or in all.

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct attachment;

// Older kernel headers do not name it.
enum { UPROBE_MULTI = 48 };	// enum bpf_attach_type

struct uprobe_request {
	int prog, file;
	pid_t pid;			// 0: all processes
	bool returns;			// at the return of the function that begins at the offset
	const uint64_t *offsets;	// in the file
	const uint64_t *cookies, *semaphores;	// semaphores NULL: none
	uint32_t n;
	bool multi;			// uprobe_has_multi(), and the program was loaded for it
};

// Adds to the attachment. 0 or a negative errno; then some may be attached.
int uprobe_attach(struct attachment *a, const struct uprobe_request *q);

// Whether the kernel has links for many places, which filter by process correctly.
bool uprobe_has_multi(void);
