// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Closing links and events of user probes. The kernel waits for grace periods in each
// close, dozens of milliseconds, but many at a time take no longer than one.

#include <stdint.h>

// Returns when all are closed. For a thread that may wait.
void close_many(int *fds, uint32_t n);
