// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The symbols of the kernel and its modules, by address; in the symbol worker.

#include <stddef.h>
#include <stdint.h>

struct kernel_symbols;
struct sym_answer;

// fd: /proc/kallsyms, opened by somebody who may see addresses; it is taken. The
// list is read with the first look-up.
struct kernel_symbols *kernel_symbols_new(int fd);

// Names n addresses. When one is in no symbol and the list is older than a second,
// it is read again: modules come and go. The strings are valid until the next
// call. 0 or a negative errno.
int kernel_symbols_find(
	struct kernel_symbols *k, const uint64_t *addresses, size_t n, struct sym_answer *out);
