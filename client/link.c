// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The connection, see link.h.

#include "client/link.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "client/connect.h"
#include "proto/frame.h"
#include "proto/limits.h"
#include "proto/version.h"

enum { READ_STEP = 256 * 1024, KEEP = 512 * 1024 };
static const uint64_t SAME_PRESS = 200000000;	// ns within which signals are one ^C: timeout(1) sends it twice

struct event {
	struct event *next;
	Dtraced__Reply *reply;
};

struct link {
	int fd, sigfd, watched;
	uint8_t *buf;
	size_t start, len, cap;		// bytes read: buf[start .. len)
	struct event *first, **last;	// events kept back by link_call()
	int (*take)(void *arg, Dtraced__Reply **replyp);	// which are offered here before; NULL: none are
	void *arg;
	uint32_t tag, max_frame;
	unsigned int interrupts;
	uint64_t interrupted;		// when the last that counts came, ns
};

void reply_freep(Dtraced__Reply **reply)
{
	if (*reply)
		dtraced__reply__free_unpacked(*reply, NULL);
	*reply = NULL;
}

struct link *link_close(struct link *l)
{
	if (!l)
		return NULL;
	while (l->first) {
		struct event *e = l->first;

		l->first = e->next;
		reply_freep(&e->reply);
		free(e);
	}
	if (l->fd >= 0)
		close(l->fd);
	if (l->sigfd >= 0)
		close(l->sigfd);
	free(l->buf);
	free(l);
	return NULL;
}

// ---- signals ---------------------------------------------------------------

int link_catch_signals(struct link *l)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	l->sigfd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (l->sigfd < 0)
		return -errno;
	return sigprocmask(SIG_BLOCK, &set, NULL) < 0 ? -errno : 0;
}

bool link_interrupted(const struct link *l)
{
	return l->interrupts > 0;
}

bool link_aborted(const struct link *l)
{
	return l->interrupts > 1;
}

static void read_signals(struct link *l)
{
	struct signalfd_siginfo info;
	struct timespec ts;
	uint64_t now;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	now = (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
	while (read(l->sigfd, &info, sizeof(info)) == sizeof(info)) {
		if (l->interrupts && now - l->interrupted < SAME_PRESS)
			continue;
		l->interrupts++;
		l->interrupted = now;
	}
}

// ---- reading ---------------------------------------------------------------

// Room for n more bytes behind what is there.
static int make_room(struct link *l, size_t n)
{
	uint8_t *grown;

	if (l->start) {
		memmove(l->buf, l->buf + l->start, l->len - l->start);
		l->len -= l->start;
		l->start = 0;
	}
	if (l->cap - l->len >= n)
		return 0;
	grown = realloc(l->buf, l->len + n);
	if (!grown)
		return -ENOMEM;
	l->buf = grown;
	l->cap = l->len + n;
	return 0;
}

// A frame in the buffer: 1, *body and *len; 0: not all of it is here, *want more bytes needed.
static int peek_frame(const struct link *l, const uint8_t **body, uint32_t *len, size_t *want)
{
	size_t have = l->len - l->start;
	int r = frame_peek(l->buf + l->start, have, PROTO_FRAME_SERVER, len);

	*want = FRAME_HEADER;
	if (r == -EAGAIN)
		return 0;
	if (r < 0)
		return r;
	if (have - FRAME_HEADER < *len) {
		*want = *len - (have - FRAME_HEADER);
		return 0;
	}
	*body = l->buf + l->start + FRAME_HEADER;
	return 1;
}

// Reads what is there. 0, or -ECONNRESET at the end of the stream.
static int fill(struct link *l)
{
	const uint8_t *body;
	uint32_t len;
	size_t want;
	ssize_t n;
	int r;

	r = peek_frame(l, &body, &len, &want);
	if (r)
		return r < 0 ? r : 0;
	r = make_room(l, want > READ_STEP ? want : READ_STEP);
	if (r < 0)
		return r;
	n = recv(l->fd, l->buf + l->len, l->cap - l->len, MSG_DONTWAIT);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	l->len += (size_t)n;
	return n ? 0 : -ECONNRESET;
}

// The next reply in the buffer: 1, or 0.
static int parse(struct link *l, Dtraced__Reply **replyp)
{
	const uint8_t *body;
	uint32_t len;
	size_t want;
	int r;

	r = peek_frame(l, &body, &len, &want);
	if (r <= 0)
		return r;
	*replyp = dtraced__reply__unpack(NULL, len, body);
	if (!*replyp)
		return -EBADMSG;
	l->start += FRAME_HEADER + (size_t)len;
	if (l->start == l->len) {
		l->start = l->len = 0;
		if (l->cap > KEEP) {
			free(l->buf);
			l->buf = NULL;
			l->cap = 0;
		}
	}
	return 1;
}

static int keep(struct link *l, Dtraced__Reply *reply)
{
	struct event *e = calloc(1, sizeof(*e));

	if (!e) {
		reply_freep(&reply);
		return -ENOMEM;
	}
	e->reply = reply;
	*l->last = e;
	l->last = &e->next;
	return 0;
}

int link_next(struct link *l, Dtraced__Reply **replyp)
{
	struct event *e = l->first;

	if (!e)
		return parse(l, replyp);
	l->first = e->next;
	if (!l->first)
		l->last = &l->first;
	*replyp = e->reply;
	free(e);
	return 1;
}

void link_divert(struct link *l, int (*take)(void *arg, Dtraced__Reply **replyp), void *arg)
{
	l->take = take;
	l->arg = arg;
}

bool link_pending(const struct link *l)
{
	const uint8_t *body;
	uint32_t len;
	size_t want;

	return l->first || peek_frame(l, &body, &len, &want) != 0;
}

void link_watch(struct link *l, int fd)
{
	l->watched = fd;
}

int link_wait(struct link *l, int timeout)
{
	struct pollfd fds[] = { { .fd = l->fd, .events = POLLIN }, { .fd = l->sigfd, .events = POLLIN },
		{ .fd = l->watched, .events = POLLIN } };

	if (poll(fds, sizeof(fds) / sizeof(fds[0]), timeout) < 0)
		return errno == EINTR ? 0 : -errno;
	if (fds[1].revents)
		read_signals(l);
	return fds[0].revents ? fill(l) : 0;
}

// ---- requests --------------------------------------------------------------

int link_send(struct link *l, Dtraced__Request *req)
{
	size_t len;
	uint8_t *body;
	int r;

	req->tag = ++l->tag ? l->tag : ++l->tag;
	len = dtraced__request__get_packed_size(req);
	if (len > l->max_frame)
		return -EMSGSIZE;
	body = malloc(len);
	if (!body)
		return -ENOMEM;
	dtraced__request__pack(req, body);
	r = frame_write(l->fd, body, len);
	free(body);
	return r;
}

int link_more(struct link *l, Dtraced__Reply **replyp)
{
	Dtraced__Reply *reply;
	int r;

	for (;;) {
		r = parse(l, &reply);
		if (r < 0)
			return r;
		if (r == 0) {
			r = link_wait(l, -1);
			if (r < 0)
				return r;
			if (link_aborted(l))
				return -EINTR;
			continue;
		}
		if (reply->tag == l->tag) {
			*replyp = reply;
			return 0;
		}
		r = l->take ? l->take(l->arg, &reply) : 0;
		if (r == 0)
			r = keep(l, reply);
		if (r < 0)
			return r;
	}
}

int link_call(struct link *l, Dtraced__Request *req, Dtraced__Reply **replyp)
{
	int r = link_send(l, req);

	return r < 0 ? r : link_more(l, replyp);
}

// ---- opening ---------------------------------------------------------------

static int hello(struct link *l)
{
	Dtraced__Hello body = DTRACED__HELLO__INIT;
	Dtraced__Request req = DTRACED__REQUEST__INIT;
	_cleanup_reply_ Dtraced__Reply *reply = NULL;
	int r;

	body.version = PROTO_VERSION;
	body.client = (char *)"dtrace " DTRACED_VERSION;
	req.body_case = DTRACED__REQUEST__BODY_HELLO;
	req.hello = &body;
	r = link_call(l, &req, &reply);
	if (r == -ECONNRESET || r == -EPIPE) {
		fprintf(stderr, "dtrace: failed to initialize dtrace: dtraced has closed the connection\n");
		return 1;
	}
	if (r < 0)
		return r;
	if (reply->body_case == DTRACED__REPLY__BODY_FAILURE) {
		fprintf(stderr, "dtrace: failed to initialize dtrace: %s\n", reply->failure->text);
		return 1;
	}
	if (reply->body_case != DTRACED__REPLY__BODY_HELLO || reply->hello->version != PROTO_VERSION) {
		fprintf(stderr, "dtrace: failed to initialize dtrace: dtraced speaks another version of the "
			"protocol\n");
		return 1;
	}
	l->max_frame = reply->hello->max_frame ? reply->hello->max_frame : PROTO_FRAME_CLIENT;
	return 0;
}

int link_open_fd(int fd, struct link **linkp)
{
	__attribute__((cleanup(link_closep))) struct link *l = calloc(1, sizeof(*l));
	int r;

	if (!l) {
		close(fd);
		return -ENOMEM;
	}
	l->fd = fd;
	l->sigfd = l->watched = -1;
	l->last = &l->first;
	l->max_frame = PROTO_FRAME_HELLO;
	r = hello(l);
	if (r)
		return r;
	*linkp = l;
	l = NULL;	// moved
	return 0;
}

int link_open(struct link **linkp)
{
	int fd = -1, r = connect_daemon(&fd);

	return r ? r : link_open_fd(fd, linkp);
}

int link_open_service(struct link **linkp)
{
	int fd = -1, r = connect_service(&fd);

	return r ? r : link_open_fd(fd, linkp);
}

int link_open_maker(struct link **linkp)
{
	int fd = -1, r = connect_maker(&fd);

	return r ? r : link_open_fd(fd, linkp);
}
