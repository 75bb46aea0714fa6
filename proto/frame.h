// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Framing: a 4-byte big-endian length, then that many bytes of one protobuf
// message. The reader is fed bytes as they come and hands out whole frames.

#include <stddef.h>
#include <stdint.h>

enum { FRAME_HEADER = 4 };

void frame_put_header(uint8_t header[FRAME_HEADER], uint32_t len);

// Length of the frame that starts at data: 0 and *len when the header is
// complete, -EAGAIN when it is not, -EMSGSIZE when it is above cap or zero.
int frame_peek(const uint8_t *data, size_t n, uint32_t cap, uint32_t *len);

// Blocking whole-frame I/O on a socket, for clients and workers. read: 1 and a
// malloc'ed body, 0 at a clean end of stream, negative errno (-EBADMSG: cut off
// in the middle, -EMSGSIZE: above cap).
int frame_read(int fd, uint32_t cap, uint8_t **body, size_t *len);
int frame_write(int fd, const uint8_t *body, size_t len);
