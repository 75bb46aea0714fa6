// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Incoming frames, see frame_in.h.

#include "daemon/frame_in.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/event.h>
#include <stdlib.h>

#include "proto/frame.h"
#include "proto/limits.h"

int frame_in(struct bufferevent *stream, uint8_t **body, uint32_t *len)
{
	struct evbuffer *in = bufferevent_get_input(stream);
	uint8_t header[FRAME_HEADER];

	if (evbuffer_copyout(in, header, sizeof header) < (ssize_t)sizeof header)
		return 1;
	if (frame_peek(header, sizeof header, PROTO_FRAME_SERVER, len) < 0)
		return -E2BIG;
	if (evbuffer_get_length(in) < FRAME_HEADER + (size_t)*len) {
		bufferevent_setwatermark(stream, EV_READ, FRAME_HEADER + (size_t)*len, 0);
		return 1;
	}
	*body = malloc(*len);
	if (!*body)
		return -ENOMEM;
	bufferevent_setwatermark(stream, EV_READ, 0, 0);
	evbuffer_drain(in, FRAME_HEADER);
	evbuffer_remove(in, *body, *len);
	return 0;
}
