// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// What a client may send: bytes through a socket into a connection, framing,
// decoding, dispatch and the requests; the compiler answers that it is gone. The
// first byte chooses whether a Hello goes ahead and how the bytes are cut up.

#include <assert.h>
#include <errno.h>
#include <event2/event.h>
#include <grp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/compile/zygote.h"
#include "daemon/conn.h"
#include "daemon/dispatch.h"
#include "daemon/log.h"
#include "daemon/policy/policy_load.h"
#include "daemon/server.h"
#include "proto/frame.h"
#include "proto/version.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// No zygote here: each submit fails.
int zygote_attach(struct zygote *z, struct event_base *base)
{
	(void)z;
	(void)base;
	return 0;
}

int zygote_submit(struct zygote *z, const Dtraced__WorkerRequest *request, zygote_done_fn *done,
	void *arg, struct zygote_job **jobp)
{
	(void)z;
	(void)request;
	(void)done;
	(void)arg;
	(void)jobp;
	return -EPIPE;
}

uint32_t zygote_reserve_ids(struct zygote *z, uint32_t n)
{
	(void)z;
	(void)n;
	return 1;
}

void zygote_cancel(struct zygote_job *job)
{
	(void)job;
}

struct zygote *zygote_stop(struct zygote *z)
{
	(void)z;
	return NULL;
}

static void pump(struct server *s, int fd)
{
	static char sink[65536];

	for (int i = 0; i < 4; i++)
		event_base_loop(s->base, EVLOOP_NONBLOCK);
	while (recv(fd, sink, sizeof sink, MSG_DONTWAIT) > 0)
		;
}

static void send_hello(int fd)
{
	Dtraced__Request r = DTRACED__REQUEST__INIT;
	Dtraced__Hello h = DTRACED__HELLO__INIT;
	uint8_t bytes[64];

	h.version = PROTO_VERSION;
	r.body_case = DTRACED__REQUEST__BODY_HELLO;
	r.hello = &h;
	assert(dtraced__request__get_packed_size(&r) <= sizeof bytes);
	frame_write(fd, bytes, dtraced__request__pack(&r, bytes));
}

static void send_cut(struct server *s, int fd, const uint8_t *data, size_t size, size_t piece)
{
	while (size) {
		size_t n = size < piece ? size : piece;
		ssize_t r = send(fd, data, n, MSG_NOSIGNAL | MSG_DONTWAIT);

		pump(s, fd);
		if (r < 0 && errno != EAGAIN)
			return;
		if (r > 0) {
			data += r;
			size -= (size_t)r;
		}
	}
}

// A frame around all of the input: most inputs would never make a length.
static void send_framed(struct server *s, int fd, const uint8_t *data, size_t size)
{
	uint8_t header[FRAME_HEADER];

	frame_put_header(header, (uint32_t)size);
	send_cut(s, fd, header, sizeof header, 4);
	send_cut(s, fd, data, size, 16384);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct server s = { .clock = JIFFIES_CLOCK_INIT, .serve = dispatch };
	struct reason why;
	const struct group *own = getgrgid(getgid());
	struct conn *c;
	int pair[2];

	if (size < 2)
		return 0;
	log_level = LOG_LEVEL_ERROR;
	assert(own && !policy_load(&s.policy, &(struct policy_source){ .group = own->gr_name }, &why));
	LIST_INIT(&s.conns);
	LIST_INIT(&s.sessions);
	charges_init(&s.charges);
	s.base = event_base_new();
	assert(s.base && !socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair));
	assert(!conn_new(&c, &s, pair[1]));
	if (data[0] & 1)
		send_hello(pair[0]);
	pump(&s, pair[0]);
	if (data[0] & 2)
		send_framed(&s, pair[0], data + 1, size - 1);
	else
		send_cut(&s, pair[0], data + 1, size - 1, data[0] & 4 ? 1 + data[0] / 8 : 4096);
	close(pair[0]);
	event_base_loop(s.base, EVLOOP_NONBLOCK);
	event_base_loop(s.base, EVLOOP_NONBLOCK);
	conns_free(&s);
	server_deinit(&s);
	return 0;
}
