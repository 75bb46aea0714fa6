// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Connections, see conn.h.

#include "daemon/conn.h"

#include <errno.h>
#include <event2/event.h>
#include <string.h>

#include "daemon/log.h"
#include "daemon/server.h"
#include "proto/frame.h"
#include "proto/limits.h"

enum {
	QUEUE_FULL = 4 * 1024 * 1024,
	QUEUE_LOW = 1024 * 1024,	// here draining goes on
	DECODE_BUDGET = 32 * 1024 * 1024, // what one request may take when unpacked
	WRITE_AT_ONCE = 1024 * 1024,
	STALL_SECONDS = 30,
	HELLO_SECONDS = 5,
	FAREWELL_SECONDS = 5,
	TURN_NS = 1000 * 1000,		// of requests, then others are served
};

static uint32_t frame_cap(const struct conn *c)
{
	return c->state == CONN_GREETING ? PROTO_FRAME_HELLO : PROTO_FRAME_CLIENT;
}

// ---- decoding --------------------------------------------------------------

// Small fields can unpack to a hundred times their size: the memory of one
// request has a bound.
struct budget {
	size_t left;
};

static void *budget_alloc(void *arg, size_t size)
{
	struct budget *b = arg;

	if (size + 16 > b->left)
		return NULL;
	b->left -= size + 16;
	return malloc(size);
}

static void budget_free(void *arg, void *p)
{
	(void)arg;
	free(p);
}

static void serve_frame(struct conn *c, const uint8_t *body, size_t len)
{
	struct budget budget = { DECODE_BUDGET };
	ProtobufCAllocator allocator = { budget_alloc, budget_free, &budget };
	Dtraced__Request *request = dtraced__request__unpack(&allocator, len, body);

	if (!request || request->body_case == DTRACED__REQUEST__BODY__NOT_SET) {
		conn_fail(c, request ? request->tag : 0, DTRACED__FAILURE_CODE__FAILURE_MALFORMED,
			"the request could not be read");
		conn_close(c);
	} else {
		c->server->serve(c, request);
	}
	dtraced__request__free_unpacked(request, &allocator);
}

// Serves the first frame of what has been read: 0 when there is no whole one.
static int serve_next(struct conn *c)
{
	struct evbuffer *in = bufferevent_get_input(c->io);
	uint8_t header[FRAME_HEADER], *frame;
	uint32_t len = 0;
	int r;

	if (evbuffer_copyout(in, header, sizeof header) < (ssize_t)sizeof header)
		return 0;
	r = frame_peek(header, sizeof header, frame_cap(c), &len);
	if (r < 0) {
		conn_fail(c, 0, DTRACED__FAILURE_CODE__FAILURE_MALFORMED,
			"a frame is empty or larger than %u bytes", frame_cap(c));
		conn_close(c);
		return 0;
	}
	if (evbuffer_get_length(in) < FRAME_HEADER + (size_t)len)
		return 0;
	frame = evbuffer_pullup(in, FRAME_HEADER + (ev_ssize_t)len);
	if (!frame) {
		conn_kill(c, "out of memory");
		return 0;
	}
	serve_frame(c, frame + FRAME_HEADER, len);
	if (c->state != CONN_DEAD)
		evbuffer_drain(in, FRAME_HEADER + (size_t)len);
	return 1;
}

// Goes on later: one client's requests must not keep the others waiting.
static void pause_for(struct conn *c, uint64_t ns)
{
	struct timeval t = { (time_t)(ns / 1000000000), (suseconds_t)(ns % 1000000000 / 1000) };

	bufferevent_disable(c->io, EV_READ);
	evtimer_add(c->turn, &t);
}

// Serves what is there: 0 when a whole frame is missing, 1 when the turn is over.
static int serve_turn(struct conn *c)
{
	uint64_t begin = clock_ns(CLOCK_MONOTONIC), now = begin;
	int more = 1;

	while (more && now - begin < TURN_NS && !conn_is_full(c) &&
		(c->state & (CONN_GREETING | CONN_READY))) {
		more = serve_next(c);
		now = clock_ns(CLOCK_MONOTONIC);
	}
	charge_work(&c->charge, now, now - begin);
	return more;
}

// Serves as long as there is room for the answers.
static void serve(struct conn *c)
{
	uint64_t wait = charge_wait(&c->charge, clock_ns(CLOCK_MONOTONIC));
	int more;

	if (evtimer_pending(c->turn, NULL) || !(c->state & (CONN_GREETING | CONN_READY)))
		return;
	if (wait) {
		pause_for(c, wait);
		return;
	}
	more = serve_turn(c);
	if (!(c->state & (CONN_GREETING | CONN_READY)))
		return;
	if (conn_is_full(c)) {
		bufferevent_disable(c->io, EV_READ);
	} else if (more) {
		pause_for(c, 0);
	} else {
		// No more is buffered than one frame.
		bufferevent_setwatermark(c->io, EV_READ, 0, FRAME_HEADER + (size_t)frame_cap(c));
		bufferevent_enable(c->io, EV_READ);
	}
}

// ---- callbacks -------------------------------------------------------------

static void on_read(struct bufferevent *io, void *arg)
{
	(void)io;
	serve(arg);
}

static void on_turn(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	serve(arg);
}

// There is room in the queue again, or it is empty.
static void on_write(struct bufferevent *io, void *arg)
{
	struct conn *c = arg;
	struct conn_part *p, *next;

	if (c->state == CONN_CLOSING) {
		if (!evbuffer_get_length(bufferevent_get_output(io)))
			conn_kill(c, NULL);
		return;
	}
	for (p = LIST_FIRST(&c->parts); p; p = next) {
		next = LIST_NEXT(p, link);
		if (p->ops->room)
			p->ops->room(p);
	}
	serve(c);
}

static void on_event(struct bufferevent *io, short what, void *arg)
{
	struct conn *c = arg;

	if (what & BEV_EVENT_TIMEOUT) {
		if (conn_is_full(c)) {
			conn_kill(c, "the client takes no data");
			return;
		}
		bufferevent_enable(io, EV_WRITE);
		return;
	}
	conn_kill(c, what & BEV_EVENT_ERROR ? strerror(errno) : NULL);
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct conn *c = arg;

	(void)fd;
	(void)what;
	if (c->state == CONN_GREETING)
		conn_kill(c, "the client says nothing");
	else if (c->state == CONN_CLOSING)
		conn_kill(c, "the client does not take the farewell");
}

static void on_reap(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	conn_free(arg);
}

// ---- life ------------------------------------------------------------------

static int conn_open_io(struct conn *c, int fd)
{
	struct event_base *base = c->server->base;
	struct timeval stall = { STALL_SECONDS, 0 }, hello = { HELLO_SECONDS, 0 };

	evutil_make_socket_nonblocking(fd);
	c->io = bufferevent_socket_new(base, fd, BEV_OPT_CLOSE_ON_FREE);
	if (!c->io) {
		close(fd);
		return -ENOMEM;
	}
	c->timer = evtimer_new(base, on_timer, c);
	c->turn = evtimer_new(base, on_turn, c);
	c->reap = event_new(base, -1, 0, on_reap, c);
	if (!c->timer || !c->turn || !c->reap)
		return -ENOMEM;
	bufferevent_setcb(c->io, on_read, on_write, on_event, c);
	bufferevent_set_timeouts(c->io, NULL, &stall);
	bufferevent_set_max_single_write(c->io, WRITE_AT_ONCE);
	bufferevent_setwatermark(c->io, EV_READ, 0, FRAME_HEADER + PROTO_FRAME_HELLO);
	bufferevent_setwatermark(c->io, EV_WRITE, QUEUE_LOW, 0);
	bufferevent_enable(c->io, EV_READ | EV_WRITE);
	evtimer_add(c->timer, &hello);
	return 0;
}

int conn_new(struct conn **cp, struct server *server, int fd)
{
	struct conn *c = calloc(1, sizeof *c);
	struct reason why;
	int r;

	if (!c) {
		close(fd);
		return -ENOMEM;
	}
	c->server = server;
	c->state = CONN_GREETING;
	LIST_INIT(&c->parts);
	LIST_INSERT_HEAD(&server->conns, c, link);
	r = peer_init(&c->peer, fd);
	if (r < 0) {
		close(fd);
	} else {
		policy_bind(server->policy, &c->peer);
		r = conn_open_io(c, fd);
	}
	if (r >= 0)
		r = charge_take(&c->charge, &server->charges, &c->peer, CHARGE_CONNECTIONS, 1, &why);
	if (r < 0) {
		conn_free(c);
		return r;
	}
	if (r == CHARGE_E_LIMIT) {
		conn_fail(c, 0, DTRACED__FAILURE_CODE__FAILURE_LIMIT, "%s", why.text);
		conn_close(c);
	}
	log_debug("pid %d, uid %u connected", c->peer.pid, c->peer.uid);
	*cp = c;
	return 0;
}

struct conn *conn_free(struct conn *c)
{
	if (!c)
		return NULL;
	c->state = CONN_DEAD;
	while (!LIST_EMPTY(&c->parts))
		LIST_FIRST(&c->parts)->ops->gone(LIST_FIRST(&c->parts));
	LIST_REMOVE(c, link);
	if (c->timer)
		event_free(c->timer);
	if (c->turn)
		event_free(c->turn);
	if (c->reap)
		event_free(c->reap);
	if (c->io)
		bufferevent_free(c->io);
	charge_release(&c->charge);
	peer_deinit(&c->peer);
	server_conn_gone(c->server);
	free(c);
	return NULL;
}

void conns_free(struct server *server)
{
	while (!LIST_EMPTY(&server->conns))
		conn_free(LIST_FIRST(&server->conns));
}

void conn_add_part(struct conn *c, struct conn_part *p, const struct conn_part_ops *ops)
{
	p->ops = ops;
	LIST_INSERT_HEAD(&c->parts, p, link);
}

void conn_remove_part(struct conn_part *p)
{
	if (p->ops)
		LIST_REMOVE(p, link);
	p->ops = NULL;
}

void conn_kill(struct conn *c, const char *why)
{
	if (c->state == CONN_DEAD)
		return;
	if (why)
		log_info("pid %d, uid %u: closed: %s", c->peer.pid, c->peer.uid, why);
	c->state = CONN_DEAD;
	bufferevent_disable(c->io, EV_READ | EV_WRITE);
	event_active(c->reap, 0, 0);
}

void conn_close(struct conn *c)
{
	struct timeval farewell = { FAREWELL_SECONDS, 0 };

	if (c->state & (CONN_DEAD | CONN_CLOSING))
		return;
	c->state = CONN_CLOSING;
	bufferevent_disable(c->io, EV_READ);
	bufferevent_setwatermark(c->io, EV_WRITE, 0, 0);
	evtimer_add(c->timer, &farewell);
	if (!evbuffer_get_length(bufferevent_get_output(c->io)))
		conn_kill(c, NULL);
}

// ---- sending ---------------------------------------------------------------

void conn_send(struct conn *c, uint32_t tag, Dtraced__Reply *reply)
{
	struct evbuffer *out = conn_output(c);
	struct evbuffer_iovec space;
	size_t len;

	if (!out)
		return;
	reply->tag = tag;
	len = dtraced__reply__get_packed_size(reply);
	if (len > PROTO_FRAME_SERVER) {
		log_error("a reply of %zu bytes does not fit into a frame", len);
		conn_kill(c, "a reply is too large");
		return;
	}
	if (evbuffer_reserve_space(out, (ev_ssize_t)(FRAME_HEADER + len), &space, 1) < 1) {
		conn_kill(c, "out of memory");
		return;
	}
	frame_put_header(space.iov_base, (uint32_t)len);
	dtraced__reply__pack(reply, (uint8_t *)space.iov_base + FRAME_HEADER);
	space.iov_len = FRAME_HEADER + len;
	evbuffer_commit_space(out, &space, 1);
}

void conn_done(struct conn *c, uint32_t tag)
{
	Dtraced__Reply reply = DTRACED__REPLY__INIT;
	Dtraced__Done done = DTRACED__DONE__INIT;

	reply.body_case = DTRACED__REPLY__BODY_DONE;
	reply.done = &done;
	conn_send(c, tag, &reply);
}

void conn_fail(struct conn *c, uint32_t tag, Dtraced__FailureCode code, const char *format, ...)
{
	Dtraced__Reply reply = DTRACED__REPLY__INIT;
	Dtraced__Failure failure = DTRACED__FAILURE__INIT;
	struct reason why;
	va_list ap;

	va_start(ap, format);
	vsnprintf(why.text, sizeof why.text, format, ap);
	va_end(ap);
	log_info("pid %d, uid %u: refused: %s", c->peer.pid, c->peer.uid, why.text);
	if (code == DTRACED__FAILURE_CODE__FAILURE_DENIED || code == DTRACED__FAILURE_CODE__FAILURE_LIMIT)
		audit(&c->server->audit,
			&(struct audit_entry){ .event = AUDIT_DENY, .peer = &c->peer, .reason = why.text });
	failure.code = code;
	failure.text = why.text;
	reply.body_case = DTRACED__REPLY__BODY_FAILURE;
	reply.failure = &failure;
	conn_send(c, tag, &reply);
}

struct evbuffer *conn_output(struct conn *c)
{
	return c->state == CONN_DEAD ? NULL : bufferevent_get_output(c->io);
}

bool conn_is_full(const struct conn *c)
{
	return evbuffer_get_length(bufferevent_get_output(c->io)) >= QUEUE_FULL;
}
