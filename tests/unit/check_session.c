// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The core from Hello to Ended, with objects assembled by hand instead of a
// compiler: a server in a child process, its client here. Needs root.

#include <check.h>
#include <errno.h>
#include <event2/event.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/compile/zygote.h"
#include "daemon/policy/policy_load.h"
#include "daemon/service.h"
#include "dlang/object.h"
#include "proto/frame.h"
#include "proto/limits.h"
#include "proto/version.h"
#include "tests/unit/hand_object.h"
#include "tests/unit/suite.h"

// ---- a zygote that answers every compile with one object --------------------

// A worker that somebody has taken over: what it wants of the server's own process.
struct hostile {
	uint32_t wants;		// of them in an answer
	uint32_t length;	// of a name
	uint32_t answers;	// with wants, before there is an object
	uint32_t ids;		// that they ask for
	bool placed;		// whose program names a set of places
	const char *failure;
};

struct zygote {
	struct event_base *base;
	struct hand_options options;
	struct hostile hostile;
};

struct zygote_job {
	struct zygote *zygote;
	zygote_done_fn *done;
	void *arg;
	struct event *event;
};

int zygote_attach(struct zygote *z, struct event_base *base)
{
	z->base = base;
	return 0;
}

static Dtraced__Wants *hostile_wants(const struct hostile *h)
{
	Dtraced__Wants *m = malloc(sizeof *m);

	dtraced__wants__init(m);
	m->n_wants = h->wants;
	m->ids = h->ids;
	m->wants = calloc(h->wants + 1, sizeof(void *));
	for (uint32_t i = 0; i < h->wants; i++) {
		Dtraced__Want *w = m->wants[i] = malloc(sizeof *w);

		dtraced__want__init(w);
		w->pid = getpid();
		w->prov = strdup("pid1");
		w->func = memset(calloc(h->length + 1, 1), 'x', h->length);
	}
	return m;
}

static void answer_wants(struct zygote_job *job)
{
	Dtraced__WorkerReply reply = DTRACED__WORKER_REPLY__INIT;

	job->zygote->hostile.answers--;
	reply.body_case = DTRACED__WORKER_REPLY__BODY_WANTS;
	reply.wants = hostile_wants(&job->zygote->hostile);
	job->done(job->arg, &reply, NULL);
	if (reply.wants)
		dtraced__wants__free_unpacked(reply.wants, NULL);
	zygote_cancel(job);
}

static void name_places(Dtraced__Program *p)
{
	p->hook = HOOK_UPROBE;
	p->n_slots = 0;
	p->set = 3;
}

static void answer(evutil_socket_t fd, short what, void *arg)
{
	struct zygote_job *job = arg;
	Dtraced__WorkerReply reply = DTRACED__WORKER_REPLY__INIT;

	(void)fd;
	(void)what;
	if (job->zygote->hostile.answers) {
		answer_wants(job);
		return;
	}
	reply.body_case = DTRACED__WORKER_REPLY__BODY_OBJECT;
	reply.object = hand_object(&job->zygote->options);
	if (job->zygote->hostile.placed)
		name_places(reply.object->programs[0]);
	reply.schema.data = (uint8_t *)"schema";
	reply.schema.len = 6;
	job->done(job->arg, &reply, NULL);
	dtraced__object__free_unpacked(reply.object, NULL);
	zygote_cancel(job);
}

int zygote_submit(struct zygote *z, const Dtraced__WorkerRequest *request, zygote_done_fn *done,
	void *arg, struct zygote_job **jobp)
{
	struct zygote_job *job = calloc(1, sizeof *job);

	(void)request;
	*job = (struct zygote_job){ z, done, arg, NULL };
	job->event = event_new(z->base, -1, 0, answer, job);
	event_active(job->event, 0, 0);
	*jobp = job;
	return 0;
}

void zygote_cancel(struct zygote_job *job)
{
	event_free(job->event);
	free(job);
}

uint32_t zygote_reserve_ids(struct zygote *z, uint32_t n)
{
	(void)z;
	(void)n;
	return 0;
}

struct zygote *zygote_stop(struct zygote *z)
{
	free(z);
	return NULL;
}

// ---- the server in a child, and a client ------------------------------------

static pid_t server_pid;
static int sock;

static void serve(int fd, const struct hand_options *options, const struct hostile *hostile)
{
	struct service_source source = { .listen_fd = -1, .connection_fd = fd };
	struct zygote *z = calloc(1, sizeof *z);
	const struct policy_source none = { .group = "" };
	struct policy *policy;
	struct service service;
	struct reason why;

	z->options = *options;
	z->hostile = *hostile;
	if (policy_load(&policy, &none, &why) < 0 || service_init(&service, z, policy, &why) < 0 || service_open(&service, &source, &why) < 0) {
		fprintf(stderr, "%s\n", why.text);
		_exit(1);
	}
	service_run(&service);
	service_deinit(&service);
	_exit(0);
}

static void start_hostile(const struct hand_options *options, const struct hostile *hostile)
{
	int pair[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	server_pid = fork();
	ck_assert_int_ge(server_pid, 0);
	if (!server_pid) {
		close(pair[0]);
		serve(pair[1], options, hostile);
	}
	close(pair[1]);
	sock = pair[0];
}

static void start_server(const struct hand_options *options)
{
	start_hostile(options, &(struct hostile){ 0 });
}

static void finish_server(void)
{
	int status = -1;

	close(sock);
	ck_assert_int_eq(waitpid(server_pid, &status, 0), server_pid);
	ck_assert_int_eq(status, 0);
}

static void send_request(Dtraced__Request *r, uint32_t tag)
{
	size_t n;
	uint8_t *bytes;

	r->tag = tag;
	n = dtraced__request__get_packed_size(r);
	bytes = malloc(n);
	dtraced__request__pack(r, bytes);
	ck_assert_int_eq(frame_write(sock, bytes, n), 0);
	free(bytes);
}

static Dtraced__Reply *receive(void)
{
	Dtraced__Reply *reply;
	uint8_t *bytes;
	size_t n;

	ck_assert_int_eq(frame_read(sock, PROTO_FRAME_SERVER, &bytes, &n), 1);
	reply = dtraced__reply__unpack(NULL, n, bytes);
	free(bytes);
	ck_assert_ptr_nonnull(reply);
	return reply;
}

// What came in since the session began.
struct seen {
	uint64_t records, form[8], last[256], watermark;
	uint64_t drops[256];	// in all, by CPU
	uint64_t count;		// of the snapshot
	bool ended;
	Dtraced__EndReason reason;
};

static void take_records(struct seen *seen, const Dtraced__Records *r)
{
	for (size_t at = 0; at < r->data.len;) {
		const uint8_t *p = r->data.data + at;
		uint32_t len, form;
		uint64_t word, datum;

		memcpy(&word, p + REC_WORD, 8);
		memcpy(&len, p + REC_LEN, 4);
		memcpy(&form, p + REC_FORM, 4);
		memcpy(&datum, p + REC_DATA, 8);
		ck_assert_uint_eq(word, 0);	// the secret stays in the daemon
		ck_assert_uint_eq(len, HAND_RECORD);
		ck_assert_uint_lt(form, 8);
		if (form == HAND_FORM) {
			ck_assert_uint_gt(datum, seen->last[r->cpu]);
			seen->last[r->cpu] = datum;
		}
		seen->form[form]++;
		seen->records++;
		at += len;
	}
}

static void take(struct seen *seen, const Dtraced__Reply *r)
{
	switch (r->body_case) {
	case DTRACED__REPLY__BODY_RECORDS:
		take_records(seen, r->records);
		break;
	case DTRACED__REPLY__BODY_STATUS:
		ck_assert_uint_ge(r->status->watermark, seen->watermark);
		seen->watermark = r->status->watermark;
		for (size_t i = 0; i < r->status->n_drops; i++)
			if (r->status->drops[i]->kind == DROP_PRINCIPAL)
				seen->drops[r->status->drops[i]->cpu] = r->status->drops[i]->count;
		break;
	case DTRACED__REPLY__BODY_ENDED:
		seen->ended = true;
		seen->reason = r->ended->reason;
		break;
	case DTRACED__REPLY__BODY_TABLES:
		for (size_t i = 0; i < r->tables->n_tables; i++) {
			const ProtobufCBinaryData *rows = &r->tables->tables[i]->rows;

			if (rows->len)
				memcpy(&seen->count, rows->data, 8);
		}
		break;
	case DTRACED__REPLY__BODY_FAILURE:
		ck_abort_msg("%s", r->failure->text);
		break;
	default:
		break;
	}
}

// Takes replies until the answer to tag, or until Ended for tag 0.
static uint64_t take_until(struct seen *seen, uint32_t tag)
{
	for (;;) {
		Dtraced__Reply *r = receive();
		uint64_t session = 0;
		bool more, end;

		take(seen, r);
		more = r->body_case == DTRACED__REPLY__BODY_TABLES && r->tables->more;
		end = tag ? r->tag == tag && !more : seen->ended;
		if (r->body_case == DTRACED__REPLY__BODY_COMPILED)
			session = r->compiled->session;
		dtraced__reply__free_unpacked(r, NULL);
		if (end)
			return session;
	}
}

static void hello(struct seen *seen)
{
	Dtraced__Request r = DTRACED__REQUEST__INIT;
	Dtraced__Hello h = DTRACED__HELLO__INIT;

	h.version = PROTO_VERSION;
	r.body_case = DTRACED__REQUEST__BODY_HELLO;
	r.hello = &h;
	send_request(&r, 1);
	take_until(seen, 1);
}

static void send_compile(void)
{
	Dtraced__Request r = DTRACED__REQUEST__INIT;
	Dtraced__Compile c = DTRACED__COMPILE__INIT;

	r.body_case = DTRACED__REQUEST__BODY_COMPILE;
	r.compile = &c;
	send_request(&r, 2);
}

static uint64_t compile(struct seen *seen)
{
	send_compile();
	return take_until(seen, 2);
}

// Start, Stop, Snapshot and Close have the session in the same place.
static void request_session(struct seen *seen, Dtraced__Request__BodyCase body, uint64_t session)
{
	Dtraced__Request r = DTRACED__REQUEST__INIT;
	Dtraced__Start start = DTRACED__START__INIT;
	Dtraced__Stop stop = DTRACED__STOP__INIT;
	Dtraced__Close cl = DTRACED__CLOSE__INIT;
	Dtraced__Snapshot snapshot = DTRACED__SNAPSHOT__INIT;

	start.session = stop.session = snapshot.session = cl.session = session;
	r.body_case = body;
	if (body == DTRACED__REQUEST__BODY_START)
		r.start = &start;
	else if (body == DTRACED__REQUEST__BODY_STOP)
		r.stop = &stop;
	else if (body == DTRACED__REQUEST__BODY_CLOSE)
		r.close = &cl;
	else
		r.snapshot = &snapshot;
	send_request(&r, 3);
	take_until(seen, 3);
}

static void fire(int n)
{
	for (int i = 0; i < n; i++)
		syscall(SYS_getppid);
}

static uint64_t begin_session(struct seen *seen, const struct hand_options *options)
{
	uint64_t session;

	start_server(options);
	hello(seen);
	session = compile(seen);
	ck_assert_uint_ne(session, 0);
	request_session(seen, DTRACED__REQUEST__BODY_START, session);
	return session;
}

static void end_session(struct seen *seen, uint64_t session)
{
	request_session(seen, DTRACED__REQUEST__BODY_STOP, session);
	if (!seen->ended)
		take_until(seen, 0);
	request_session(seen, DTRACED__REQUEST__BODY_SNAPSHOT, session);
	request_session(seen, DTRACED__REQUEST__BODY_CLOSE, session);
	finish_server();
}

START_TEST(counts_without_records)
{
	struct hand_options o = { .syscall = SYS_getppid };
	struct seen seen = { 0 };
	uint64_t session = begin_session(&seen, &o);

	fire(10000);
	end_session(&seen, session);
	ck_assert_uint_ge(seen.count, 10000);
	ck_assert_uint_eq(seen.records, 0);
	ck_assert_int_eq(seen.reason, DTRACED__END_REASON__END_STOPPED);
}
END_TEST

START_TEST(every_record_arrives_or_is_a_drop)
{
	struct hand_options o = { .syscall = SYS_getppid, .records = true };
	struct seen seen = { 0 };
	uint64_t session = begin_session(&seen, &o), drops = 0;

	for (int i = 0; i < 20; i++) {
		fire(500);
		usleep(i * 1000);
	}
	fire(100000);	// more than the rings hold
	end_session(&seen, session);
	for (size_t i = 0; i < 256; i++)
		drops += seen.drops[i];
	ck_assert_uint_ge(seen.count, 110000);
	ck_assert_uint_gt(drops, 0);
	ck_assert_uint_eq(seen.form[HAND_FORM] + drops, seen.count);
	ck_assert_uint_eq(seen.form[HAND_FORM_BEGIN], 1);
	ck_assert_uint_eq(seen.form[HAND_FORM_END], 1);
}
END_TEST

START_TEST(exit_ends_the_session)
{
	struct hand_options o = { .syscall = SYS_getppid, .records = true, .exit_at = 100 };
	struct seen seen = { 0 };
	uint64_t session = begin_session(&seen, &o);

	while (!seen.ended) {
		struct pollfd p = { sock, POLLIN, 0 };

		fire(10);
		while (!seen.ended && poll(&p, 1, 0) == 1) {
			Dtraced__Reply *r = receive();

			take(&seen, r);
			dtraced__reply__free_unpacked(r, NULL);
		}
	}
	ck_assert_int_eq(seen.reason, DTRACED__END_REASON__END_EXIT);
	end_session(&seen, session);
	ck_assert_uint_ge(seen.count, 100);
	ck_assert_uint_le(seen.count, 200);
	ck_assert_uint_eq(seen.form[HAND_FORM_END], 1);
}
END_TEST

START_TEST(fill_ends_when_full)
{
	struct hand_options o = { .syscall = SYS_getppid, .records = true, .policy = RING_FILL };
	struct seen seen = { 0 };
	uint64_t session = begin_session(&seen, &o);

	fire(5 * HAND_RING / HAND_RECORD);
	take_until(&seen, 0);
	ck_assert_int_eq(seen.reason, DTRACED__END_REASON__END_FULL);
	ck_assert_uint_ge(seen.form[HAND_FORM], HAND_RING / HAND_RECORD - 1);
	end_session(&seen, session);
}
END_TEST

START_TEST(sigterm_tells_the_client)
{
	struct hand_options o = { .syscall = SYS_getppid, .records = true };
	struct seen seen = { 0 };

	begin_session(&seen, &o);
	kill(server_pid, SIGTERM);
	take_until(&seen, 0);
	ck_assert_int_eq(seen.reason, DTRACED__END_REASON__END_KILLED);
	finish_server();
}
END_TEST

START_TEST(hostile_answers)
{
	static const struct hostile cases[] = {
		{ .wants = 1, .length = 3, .answers = 2, .failure = "Bad message" },
		{ .wants = 100, .length = 3, .answers = 2, .failure = "Bad message" },
		{ .wants = 0, .answers = 1, .failure = "Bad message" },
		{ .wants = 1, .length = 3, .answers = 1, .ids = UINT32_MAX, .failure = "Bad message" },
		{ .wants = 1, .length = 100000, .answers = 1, .failure = "Bad message" },
		{ .placed = true, .failure = "set 3 of places" },
		{ .wants = 1, .length = 3, .answers = 1, .placed = true, .failure = "set 3 of places" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct hand_options o = { .syscall = SYS_getppid };
		struct seen seen = { 0 };
		Dtraced__Reply *r;

		start_hostile(&o, &cases[i]);
		hello(&seen);
		send_compile();
		r = receive();
		ck_assert_msg(r->body_case == DTRACED__REPLY__BODY_FAILURE, "case %zu", i);
		ck_assert_msg(strstr(r->failure->text, cases[i].failure), "case %zu: %s", i, r->failure->text);
		dtraced__reply__free_unpacked(r, NULL);
		finish_server();
	}
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("core");

	signal(SIGPIPE, SIG_IGN);
	tcase_set_timeout(t, 30);
	if (!geteuid() && !access("/sys/kernel/btf/vmlinux", R_OK)) {
		tcase_add_test(t, counts_without_records);
		tcase_add_test(t, every_record_arrives_or_is_a_drop);
		tcase_add_test(t, exit_ends_the_session);
		tcase_add_test(t, fill_ends_when_full);
		tcase_add_test(t, sigterm_tells_the_client);
		tcase_add_test(t, hostile_answers);
	}
	return suite_run("session", t);
}
