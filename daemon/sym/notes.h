// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Probes that a program has of its own, as its notes tell (.note.stapsdt): what <sys/sdt.h>
// and dtrace -G put into a file.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct elf;

struct note {
	uint64_t pc, semaphore;		// addresses as linked; semaphore 0: none
	const char *provider, *name, *args;	// as written
};

struct notes {
	char *bytes;			// what strings are in
	struct note *v;
	size_t n;
};

bool notes_are_in(const struct elf *e);

// Those that make sense, of which there may be none. 0 or -ENOMEM; notes_deinit() in any case.
int notes_read(struct notes *n, const struct elf *e);
void notes_deinit(struct notes *n);
