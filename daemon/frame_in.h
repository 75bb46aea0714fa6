// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Frames of the core's own workers, as they come in on a bufferevent.

#include <event2/bufferevent.h>
#include <stdint.h>

// Takes the next whole frame off the stream: 0 and *body, which is the caller's to free. 1: it is not there yet; the
// stream calls back when it is. -E2BIG: larger than a frame of ours may be. -ENOMEM.
int frame_in(struct bufferevent *stream, uint8_t **body, uint32_t *len);
