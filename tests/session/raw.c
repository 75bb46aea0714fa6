// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// A client that behaves badly: raw SOCKET CASE [SESSION]. Prints what came back, a line
// each: "hello", "failure CODE TEXT", "ended REASON TEXT", "reply KIND",
// "closed". Exits with 0 unless it could not do its part.

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "proto/dtraced.pb-c.h"
#include "proto/frame.h"
#include "proto/limits.h"
#include "proto/version.h"

static const char *socket_path, *session_name;

static void die(const char *what)
{
	fprintf(stderr, "raw: %s: %s\n", what, strerror(errno));
	exit(2);
}

static int dial(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(a.sun_path, sizeof a.sun_path, "%s", path);
	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof a) < 0)
		die(path);
	return fd;
}

// ---- sending ---------------------------------------------------------------

static void send_bytes(int fd, const void *p, size_t n)
{
	while (n) {
		ssize_t r = send(fd, p, n, MSG_NOSIGNAL);

		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0)
			return;		// closed on us: that is an answer too
		p = (const char *)p + r;
		n -= (size_t)r;
	}
}

static void send_header(int fd, uint32_t len)
{
	uint8_t header[FRAME_HEADER];

	frame_put_header(header, len);
	send_bytes(fd, header, sizeof header);
}

static void send_request(int fd, const Dtraced__Request *r)
{
	size_t n = dtraced__request__get_packed_size(r);
	uint8_t *bytes = malloc(n + 1);

	dtraced__request__pack(r, bytes);
	send_header(fd, (uint32_t)n);
	send_bytes(fd, bytes, n);
	free(bytes);
}

static void send_hello(int fd, uint32_t version)
{
	Dtraced__Request r = DTRACED__REQUEST__INIT;
	Dtraced__Hello h = DTRACED__HELLO__INIT;

	h.version = version;
	h.client = (char *)"raw\n\033[31m";
	r.tag = 1;
	r.body_case = DTRACED__REQUEST__BODY_HELLO;
	r.hello = &h;
	send_request(fd, &r);
}

static void send_compile(int fd, const char *d)
{
	Dtraced__Request r = DTRACED__REQUEST__INIT;
	Dtraced__Compile c = DTRACED__COMPILE__INIT;
	Dtraced__Text t = DTRACED__TEXT__INIT, *texts = &t;

	t.kind = DTRACED__TEXT_KIND__TEXT_NAME;
	t.name = (char *)"raw";
	t.text.data = (uint8_t *)(uintptr_t)d;
	t.text.len = strlen(d);
	c.texts = &texts;
	c.n_texts = 1;
	r.tag = 2;
	r.body_case = DTRACED__REQUEST__BODY_COMPILE;
	r.compile = &c;
	send_request(fd, &r);
}

static void send_start(int fd, uint64_t session)
{
	Dtraced__Request r = DTRACED__REQUEST__INIT;
	Dtraced__Start s = DTRACED__START__INIT;

	s.session = session;
	r.tag = 3;
	r.body_case = DTRACED__REQUEST__BODY_START;
	r.start = &s;
	send_request(fd, &r);
}

static void send_snapshot(int fd, uint64_t session)
{
	Dtraced__Request r = DTRACED__REQUEST__INIT;
	Dtraced__Snapshot s = DTRACED__SNAPSHOT__INIT;

	s.session = session;
	r.tag = 4;
	r.body_case = DTRACED__REQUEST__BODY_SNAPSHOT;
	r.snapshot = &s;
	send_request(fd, &r);
}

// Names of n addresses, of which every other one is in a process.
static void send_resolve(int fd, uint64_t session, size_t n)
{
	Dtraced__Request r = DTRACED__REQUEST__INIT;
	Dtraced__Resolve q = DTRACED__RESOLVE__INIT;
	Dtraced__Address *addresses = calloc(n, sizeof *addresses);
	Dtraced__Address **list = calloc(n, sizeof *list);

	for (size_t i = 0; i < n; i++) {
		dtraced__address__init(&addresses[i]);
		addresses[i].space = i % 2 ? DTRACED__SPACE__SPACE_USER : DTRACED__SPACE__SPACE_KERNEL;
		addresses[i].process = i % 2 ? i : 0;
		addresses[i].address = UINT64_C(0xffffffff81000000) + i * 64;
		list[i] = &addresses[i];
	}
	q.session = session;
	q.n_addresses = n;
	q.addresses = list;
	r.tag = 5;
	r.body_case = DTRACED__REQUEST__BODY_RESOLVE;
	r.resolve = &q;
	send_request(fd, &r);
	free(list);
	free(addresses);
}

// Names nothing that there is, many times.
static void send_many_aggs(int fd, uint64_t session, size_t n)
{
	Dtraced__Request r = DTRACED__REQUEST__INIT;
	Dtraced__Snapshot s = DTRACED__SNAPSHOT__INIT;

	s.session = session;
	s.n_aggs = n;
	s.aggs = calloc(n, sizeof *s.aggs);
	r.body_case = DTRACED__REQUEST__BODY_SNAPSHOT;
	r.snapshot = &s;
	send_request(fd, &r);
	r.body_case = DTRACED__REQUEST__BODY_TRUNC;
	r.trunc = (Dtraced__Trunc *)&(Dtraced__Trunc){ PROTOBUF_C_MESSAGE_INIT(&dtraced__trunc__descriptor), session, n, s.aggs };
	send_request(fd, &r);
	free(s.aggs);
}

static void send_many_targets(int fd, size_t n)
{
	Dtraced__Request r = DTRACED__REQUEST__INIT;
	Dtraced__List l = DTRACED__LIST__INIT;
	Dtraced__Target target = DTRACED__TARGET__INIT;

	l.targets = calloc(n, sizeof(void *));
	l.n_targets = n;
	for (size_t i = 0; i < n; i++)
		l.targets[i] = &target;
	r.body_case = DTRACED__REQUEST__BODY_LIST;
	r.list = &l;
	send_request(fd, &r);
	free(l.targets);
}

// ---- receiving -------------------------------------------------------------

static void show(const Dtraced__Reply *r)
{
	switch (r->body_case) {
	case DTRACED__REPLY__BODY_HELLO:
		puts("hello");
		break;
	case DTRACED__REPLY__BODY_FAILURE:
		printf("failure %d %s\n", r->failure->code, r->failure->text);
		break;
	case DTRACED__REPLY__BODY_ENDED:
		printf("ended %d %s\n", r->ended->reason, r->ended->text);
		break;
	default:
		printf("reply %d\n", r->body_case);
	}
	fflush(stdout);
}

// The next reply within ms, shown; NULL when there is none or the end is reached.
static Dtraced__Reply *take(int fd, int ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	Dtraced__Reply *reply;
	uint8_t *bytes;
	size_t n;

	if (poll(&p, 1, ms) != 1) {
		puts("silence");
		return NULL;
	}
	if (frame_read(fd, PROTO_FRAME_SERVER, &bytes, &n) <= 0) {
		puts("closed");
		return NULL;
	}
	reply = dtraced__reply__unpack(NULL, n, bytes);
	free(bytes);
	if (!reply)
		die("a reply that cannot be read");
	show(reply);
	return reply;
}

static void take_all(int fd, int ms)
{
	Dtraced__Reply *r;

	while ((r = take(fd, ms)))
		dtraced__reply__free_unpacked(r, NULL);
}

static void take_one(int fd)
{
	Dtraced__Reply *r = take(fd, 10000);

	if (r)
		dtraced__reply__free_unpacked(r, NULL);
}

static void greet(int fd)
{
	send_hello(fd, PROTO_VERSION);
	take_one(fd);
}

// A running session with this program; its id.
static uint64_t run_session(int fd, const char *d)
{
	Dtraced__Reply *r;
	uint64_t id;

	greet(fd);
	send_compile(fd, d);
	r = take(fd, 10000);
	if (!r || r->body_case != DTRACED__REPLY__BODY_COMPILED)
		die("no session");
	id = r->compiled->session;
	send_start(fd, id);
	dtraced__reply__free_unpacked(r, NULL);
	return id;
}

// ---- cases -----------------------------------------------------------------

static void garbage(int fd)
{
	uint8_t bytes[64];

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(i * 37 + 11);
	send_header(fd, sizeof bytes);
	send_bytes(fd, bytes, sizeof bytes);
	take_all(fd, 3000);
}

static void noise(int fd)
{
	uint8_t bytes[4096];

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)rand();
	send_bytes(fd, bytes, sizeof bytes);
	take_all(fd, 8000);
}

static void empty_frame(int fd)
{
	send_header(fd, 0);
	take_all(fd, 3000);
}

static void no_body(int fd)
{
	Dtraced__Request r = DTRACED__REQUEST__INIT;

	r.tag = 9;
	send_request(fd, &r);
	take_all(fd, 3000);
}

static void oversized_greeting(int fd)
{
	send_header(fd, PROTO_FRAME_HELLO + 1);
	take_all(fd, 3000);
}

static void oversized(int fd)
{
	greet(fd);
	send_header(fd, PROTO_FRAME_CLIENT + 1);
	take_all(fd, 3000);
}

static void truncated(int fd)
{
	greet(fd);
	send_header(fd, 1000);
	send_bytes(fd, "cut off", 7);
}

// Two bytes on the wire, more than a hundred in memory, a million times.
static void bomb(int fd)
{
	enum { N = 900 * 1024 };
	uint8_t *bytes = malloc(2 * N + 8), *p = bytes;

	greet(fd);
	*p++ = 3 << 3 | 2;	// Compile, of 2 N bytes
	for (uint32_t n = 2 * N; ; n >>= 7) {
		*p++ = (uint8_t)((n & 0x7f) | (n > 0x7f ? 0x80 : 0));
		if (n <= 0x7f)
			break;
	}
	for (int i = 0; i < N; i++) {
		*p++ = 1 << 3 | 2;	// an empty Text
		*p++ = 0;
	}
	send_header(fd, (uint32_t)(p - bytes));
	send_bytes(fd, bytes, (size_t)(p - bytes));
	free(bytes);
	take_all(fd, 3000);
}

static void other_version(int fd)
{
	send_hello(fd, 99);
	take_all(fd, 3000);
}

static void hello(int fd)
{
	greet(fd);
}

static void before_hello(int fd)
{
	send_compile(fd, "BEGIN { exit(0); }");
	take_one(fd);
	greet(fd);
}

static void twice(int fd)
{
	greet(fd);
	send_hello(fd, PROTO_VERSION);
	take_one(fd);
	send_start(fd, 12345);
	take_one(fd);
}

static void resolve(int fd)
{
	uint64_t session = run_session(fd, "BEGIN { trace(1); }");

	take_one(fd);	// Done
	send_resolve(fd, session + 1, 1);
	send_resolve(fd, session, PROTO_ADDRESSES + 1);
	send_resolve(fd, session, PROTO_ADDRESSES);
	send_resolve(fd, session, 0);
	take_all(fd, 2000);
	for (int i = 0; i < 50; i++)	// and leaves before the answers
		send_resolve(fd, session, PROTO_ADDRESSES);
}

// What the daemon would look up one by one.
static void many(int fd)
{
	uint64_t session = run_session(fd, "tick-1s { @ = count(); }");

	take_one(fd);	// Done
	send_many_aggs(fd, session, PROTO_AGGS);
	send_many_aggs(fd, session, PROTO_AGGS + 1);
	send_many_targets(fd, PROTO_TARGETS + 1);
	take_all(fd, 1000);
}

static void silent(int fd)
{
	take_all(fd, 9000);
}

// More connections than anybody may have, and what those that came last are told.
static void crowd(int fd)
{
	int fds[300] = { fd };
	Dtraced__Reply *r;

	for (int i = 1; i < 300; i++)
		fds[i] = dial(socket_path);
	for (int i = 299; i >= 0 && (r = take(fds[i], 3000)); i--)
		dtraced__reply__free_unpacked(r, NULL);
}

// Requests without end, never reading an answer.
static void endless(int fd)
{
	time_t end = time(NULL) + 3;

	greet(fd);
	while (time(NULL) < end) {
		struct pollfd p = { .fd = fd, .events = POLLOUT };

		if (poll(&p, 1, 100) == 1)
			send_start(fd, 1);
	}
}

// A frame that never ends, a byte at a time.
static void drip(int fd)
{
	greet(fd);
	send_header(fd, 1000);
	for (int i = 0; i < 20; i++) {
		send_bytes(fd, "x", 1);
		usleep(20000);
	}
}

static void never_reads(int fd)
{
	run_session(fd, "syscall:::entry { printf(\"%s %d\", execname, tid); }");
	for (int i = 0; i < 60; i++) {
		char byte;
		ssize_t r;

		sleep(1);
		// Looks for the end without taking anything.
		r = send(fd, "", 0, MSG_NOSIGNAL);
		if (r < 0 || (recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0)) {
			puts("closed");
			return;
		}
		struct pollfd p = { .fd = fd, .events = POLLOUT | POLLRDHUP };
		if (poll(&p, 1, 0) == 1 && p.revents & (POLLHUP | POLLERR | POLLRDHUP)) {
			puts("closed");
			return;
		}
	}
	puts("still open");
}

static void dies(int fd)
{
	run_session(fd, "syscall:::entry { trace(execname); }");
	usleep(100000);
	kill(getpid(), SIGKILL);
}

// Many costly requests at once: another client is answered before the last of them.
static void flood(int fd)
{
	enum { N = 200 };
	uint64_t session = run_session(fd, "#pragma D option aggsize=64m\n"
		"tick-1s { @[pid] = count(); }");
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int answered = 0;

	take_one(fd);
	for (int i = 0; i < N; i++)
		send_snapshot(fd, session);
	greet(dial(socket_path));
	for (; poll(&p, 1, 0) == 1 && answered < N; answered++)
		take_one(fd);
	puts(answered < N ? "in between" : "after all");
}

// Runs until the daemon ends it.
static void waits(int fd)
{
	run_session(fd, "syscall::getppid:entry { @ = count(); }");
	take_all(fd, 20000);
}

static void send_attach(int fd)
{
	Dtraced__Request r = DTRACED__REQUEST__INIT;
	Dtraced__Attach a = DTRACED__ATTACH__INIT;

	a.session = (char *)(uintptr_t)session_name;
	r.tag = 6;
	r.body_case = DTRACED__REQUEST__BODY_ATTACH;
	r.attach = &a;
	send_request(fd, &r);
}

// What a viewer was sent: records, and how many it was told that it has not got.
struct viewed {
	uint64_t records, drops[256];
};

static void count_viewed(struct viewed *v, const Dtraced__Reply *r)
{
	uint32_t len;

	if (r->body_case == DTRACED__REPLY__BODY_RECORDS) {
		for (size_t at = 0; at < r->records->data.len; at += len, v->records++)
			memcpy(&len, r->records->data.data + at + 8, sizeof len);
	} else if (r->body_case == DTRACED__REPLY__BODY_STATUS) {
		for (size_t i = 0; i < r->status->n_drops; i++) {
			if (r->status->drops[i]->kind == 0)
				v->drops[r->status->drops[i]->cpu % 256] = r->status->drops[i]->count;
		}
	}
}

// Attaches, takes nothing until SIGUSR1, and then all to the end.
static void views(int fd)
{
	struct viewed v = { 0 };
	bool ended = false;
	uint64_t drops = 0;
	sigset_t set;
	int sig;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	greet(fd);
	send_attach(fd);
	sigwait(&set, &sig);
	while (!ended) {
		Dtraced__Reply *reply;
		uint8_t *bytes;
		size_t n;

		if (frame_read(fd, PROTO_FRAME_SERVER, &bytes, &n) <= 0)
			die("closed before the end");
		reply = dtraced__reply__unpack(NULL, n, bytes);
		free(bytes);
		count_viewed(&v, reply);
		ended = reply->body_case == DTRACED__REPLY__BODY_ENDED;
		dtraced__reply__free_unpacked(reply, NULL);
	}
	for (size_t i = 0; i < 256; i++)
		drops += v.drops[i];
	printf("viewed %llu %llu\n", (unsigned long long)v.records, (unsigned long long)drops);
}

static const struct {
	const char *name;
	void (*run)(int fd);
} cases[] = {
	{ "garbage", garbage }, { "noise", noise }, { "empty", empty_frame }, { "no-body", no_body },
	{ "oversized-greeting", oversized_greeting }, { "oversized", oversized },
	{ "truncated", truncated }, { "bomb", bomb }, { "version", other_version },
	{ "hello", hello }, { "before-hello", before_hello }, { "twice", twice },
	{ "resolve", resolve }, { "many", many }, { "silent", silent }, { "crowd", crowd }, { "endless", endless }, { "drip", drip },
	{ "flood", flood }, { "never-reads", never_reads }, { "dies", dies }, { "waits", waits },
	{ "views", views },
};

int main(int argc, char **argv)
{
	signal(SIGPIPE, SIG_IGN);
	setvbuf(stdout, NULL, _IOLBF, 0);
	session_name = argc == 4 ? argv[3] : "";
	for (size_t i = 0; argc >= 3 && i < sizeof cases / sizeof *cases; i++) {
		if (!strcmp(argv[2], cases[i].name)) {
			socket_path = argv[1];
			cases[i].run(dial(socket_path));
			return 0;
		}
	}
	fprintf(stderr, "usage: raw SOCKET CASE [SESSION]\n");
	return 2;
}
