// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Threads beside the event loop, for what the kernel takes long for.

#include <pthread.h>

// Signals are the event loop's, so that the thread gets none. 0 or a negative errno.
int thread_start(pthread_t *thread, void *(*fn)(void *arg), void *arg);
