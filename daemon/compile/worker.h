// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// A compile worker: one request, one reply, one process. It runs in the jail of
// jail_worker(), so that all it can do to anybody is to answer wrongly.

#include <stdint.h>

struct warm;

// How a worker ends when it does not answer; seen by the core as wait status.
enum worker_exit {
	WORKER_OK = 0,
	WORKER_NO_MEMORY = 3,	// the limit is reached
	WORKER_BAD_REQUEST = 4,	// not a request
	WORKER_NO_JAIL = 5,	// the jail could not be closed
	WORKER_IO = 6,		// the core went away, or the reply is too large
};

// Reads a WorkerRequest from the socket, writes a WorkerReply. memory: bytes
// that the compile may take.
enum worker_exit worker_run(const struct warm *w, int socket, uint64_t memory);
