// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Frames with fds, between the core and the symbol worker. The fds ride with the
// frame's header.

#include <stddef.h>
#include <stdint.h>

enum { SYM_MAX_FDS = 16 };

// Sends a header for len bytes and the fds, which stay the caller's. On a socket
// with nothing in it this does not block. 0 or a negative errno.
int sym_send_header(int socket, uint32_t len, const int *fds, size_t nfds);

// Blocks for a whole frame of at most cap bytes. 1 with a malloc'ed body and the
// fds that came, *nfds of them, the caller's; 0 at the end; or a negative errno.
int sym_receive(int socket, uint32_t cap, uint8_t **body, size_t *len, int fds[SYM_MAX_FDS],
	size_t *nfds);
