// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Kernel maps of a session. Each function returns an fd (close-on-exec) or a
// negative errno.

#include <stdbool.h>
#include <stdint.h>

// An array of n elements that user space can map: ctl, seg and the guard's words.
int map_open_shared(const char *name, uint32_t value_size, uint32_t n);

// A ring buffer of one page, which only serves to wake the core.
int map_open_bell(void);

int map_open_hash(
	const char *name, uint32_t key_size, uint32_t value_size, uint32_t entries, bool prealloc);

// One value per task, found from any program.
int map_open_task_storage(const char *name, uint32_t value_size);
