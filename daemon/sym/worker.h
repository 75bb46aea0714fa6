// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The symbol worker: a process that answers one SymRequest after another on a
// stream socket (frames as everywhere; fds ride with a frame's header). It is in
// jail before it reads anything: it can read the files that it was given,
// allocate up to a limit, answer, and nothing else.

#include <stdbool.h>

// How it ends, other than by a signal or because the core closed the socket.
enum sym_worker_exit {
	SYM_WORKER_NO_MEMORY = 3,
	SYM_WORKER_BAD_REQUEST = 4,
	SYM_WORKER_NO_JAIL = 5,
	SYM_WORKER_IO = 6,
};

// For a process that was just forked or executed. Never returns.
void __attribute__((noreturn)) sym_worker_main(int socket, bool verbose);
