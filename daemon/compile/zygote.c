// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The core's side of compiling. A job is a socket pair: one end rides to the
// zygote, which gives it to a worker; on the other the request goes out and the
// reply comes in. How the worker ended comes separately, by the control socket,
// in any order with the end of the job's own stream; a job without a reply is
// over when both are known.

#include "daemon/compile/zygote.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "daemon/budget.h"
#include "daemon/compile/control.h"
#include "daemon/compile/ending.h"
#include "daemon/compile/keeper.h"
#include "daemon/compile/register.h"
#include "daemon/compile/worker.h"
#include "daemon/frame_in.h"
#include "daemon/log.h"
#include "daemon/util.h"
#include "proto/frame.h"
#include "proto/limits.h"

enum {
	START_MS = 120000,	// reading the kernel, on a machine that is busy or emulated
	GRACE_MS = 2000,	// beyond a worker's own wall clock
	RETRIES = 16,		// on conflicts over probe ids
	KEEPER_FD = 3,		// the control socket in a new program
};

// Memory that one unpacked reply may take in the core.
#define REPLY_MEMORY ((size_t)64 << 20)

struct zygote_job {
	struct zygote *zygote;
	TAILQ_ENTRY(zygote_job) link;	// of waiting or running
	uint64_t id;
	zygote_done_fn *done;
	void *arg;
	uint8_t *request;		// packed, without next_id and known
	size_t request_len;
	struct control limits;

	bool running;
	struct bufferevent *stream;
	struct event *timer;
	uint32_t first_id;		// what the worker was told
	int tries;
	bool closed;			// the stream has ended without a reply
	bool exited;			// status is known
	bool orphaned;			// the zygote died; it may have been this one's
	int status;
};

TAILQ_HEAD(job_list, zygote_job);

struct zygote {
	int control;			// -1: there is no zygote now
	pid_t keeper;
	const char *program;		// NULL: start_keeper() only forks
	bool verbose;
	const char *providers;		// the administrator's folder of them
	bool ready;
	char failure[sizeof(((struct control *)NULL)->text)];
	struct zygote_facts facts;
	struct zygote_limits limits;
	struct probe_register probes;

	struct event_base *base;
	struct event *control_event, *restart_event;
	uint64_t started;
	uint64_t last_job;
	uint32_t nrunning;
	struct job_list waiting, running;
};

static int job_start(struct zygote_job *job);

// ---- failures --------------------------------------------------------------

static void describe(const struct zygote_job *job, int status, struct reason *why)
{
	const struct jail_limits limits = {
		job->limits.cpu_ms, job->limits.wall_ms, job->limits.memory,
	};

	ending_describe(status, &limits, why);
}

static void describe_end(const struct zygote_job *job, struct reason *why)
{
	if (!job->exited)
		reason_set(why, "the compiler's parent process died; try again");
	else
		describe(job, job->status, why);
}

// ---- jobs ------------------------------------------------------------------

static void job_disconnect(struct zygote_job *job)
{
	if (job->stream)
		bufferevent_free(job->stream);
	if (job->timer)
		event_free(job->timer);
	job->stream = NULL;
	job->timer = NULL;
}

static void job_unlink(struct zygote_job *job)
{
	struct zygote *z = job->zygote;

	TAILQ_REMOVE(job->running ? &z->running : &z->waiting, job, link);
	z->nrunning -= job->running;
	job->running = false;
}

static struct zygote_job *job_free(struct zygote_job *job)
{
	if (job) {
		job_disconnect(job);
		free(job->request);
		free(job);
	}
	return NULL;
}

static void job_freep(struct zygote_job **job)
{
	job_free(*job);
}

static void job_finish(struct zygote_job *job, Dtraced__WorkerReply *reply,
	const char *failure);

// Takes jobs from the queue while there is room.
static void start_waiting(struct zygote *z)
{
	struct zygote_job *job;

	while (z->ready && z->nrunning < z->limits.workers && (job = TAILQ_FIRST(&z->waiting))) {
		struct reason why;
		int r = job_start(job);

		if (r == 0)
			continue;
		reason_set(&why, "the compiler cannot be started: %s", strerror(-r));
		job_finish(job, NULL, why.text);
	}
}

// The last thing that happens to a job.
static void job_finish(struct zygote_job *job, Dtraced__WorkerReply *reply,
	const char *failure)
{
	struct zygote *z = job->zygote;
	bool was_running = job->running;

	job_unlink(job);
	job_disconnect(job);
	if (failure)
		log_debug("job %llu: %s", (unsigned long long)job->id, failure);
	if (was_running)
		start_waiting(z);
	job->done(job->arg, reply, failure);
	job_free(job);
}

static void job_check_end(struct zygote_job *job)
{
	struct reason why;

	if (!job->closed || (!job->exited && !job->orphaned))
		return;
	describe_end(job, &why);
	job_finish(job, NULL, why.text);
}

static void job_kill(const struct zygote_job *job)
{
	if (job->running && job->zygote->control >= 0)
		control_send(job->zygote->control,
			&(struct control){ .type = CONTROL_KILL, .job = job->id }, -1);
}

static void job_fail(struct zygote_job *job, const char *why)
{
	job_kill(job);
	job_finish(job, NULL, why);
}

// ---- replies ---------------------------------------------------------------

// Compiles again, with what the register says now.
static void job_retry(struct zygote_job *job)
{
	struct zygote *z = job->zygote;

	job_unlink(job);
	job_disconnect(job);
	job->closed = job->exited = job->orphaned = false;
	TAILQ_INSERT_HEAD(&z->waiting, job, link);
	start_waiting(z);
}

static void on_reply(struct zygote_job *job, const uint8_t *body, size_t len)
{
	size_t left = REPLY_MEMORY;
	ProtobufCAllocator allocator = budget_allocator(&left);
	Dtraced__WorkerReply *reply = dtraced__worker_reply__unpack(&allocator, len, body);
	int r = -EBADMSG;

	if (reply && reply->body_case != DTRACED__WORKER_REPLY__BODY__NOT_SET)
		r = register_enter(&job->zygote->probes, job->first_id, reply->created,
			reply->n_created);
	if (r == 0)
		job_finish(job, reply, NULL);
	else if (r == REGISTER_E_CONFLICT && job->tries < RETRIES)
		job_retry(job);
	else
		job_fail(job, r == -ENOMEM ? "out of memory" : r == REGISTER_E_CONFLICT ?
			"too many programs make new probes at once; try again" :
			"the compiler's answer makes no sense");
	if (reply)
		dtraced__worker_reply__free_unpacked(reply, &allocator);
}

static void on_readable(struct bufferevent *stream, void *arg)
{
	CLEANUP(freep) uint8_t *body = NULL;
	uint32_t len;
	int r = frame_in(stream, &body, &len);

	if (r < 0)
		job_fail(arg, r == -ENOMEM ? "out of memory" : "the compiler's answer is too large");
	else if (r == 0)
		on_reply(arg, body, len);
}

static void on_stream_event(struct bufferevent *stream, short what, void *arg)
{
	struct zygote_job *job = arg;

	// A worker that cannot be written to any more may have answered nevertheless.
	if ((what & BEV_EVENT_WRITING) && !(what & BEV_EVENT_READING)) {
		bufferevent_disable(stream, EV_WRITE);
		return;
	}
	bufferevent_disable(stream, EV_READ | EV_WRITE);
	job->closed = true;
	job_check_end(job);
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct zygote_job *job = arg;
	struct reason why;

	(void)fd;
	(void)what;
	describe(job, W_EXITCODE(0, SIGALRM), &why);
	job_fail(job, why.text);
}

// ---- starting a job --------------------------------------------------------

// The request, then next_id and known: messages that follow each other merge.
static int write_request(struct zygote_job *job)
{
	struct probe_register *p = &job->zygote->probes;
	Dtraced__WorkerRequest extra = DTRACED__WORKER_REQUEST__INIT;
	CLEANUP(freep) uint8_t *packed = NULL;
	uint8_t header[FRAME_HEADER];
	size_t len;

	job->first_id = p->next_id;
	extra.next_id = p->next_id;
	extra.n_known = p->n;
	extra.known = p->known;
	len = dtraced__worker_request__get_packed_size(&extra);
	packed = malloc(len);
	if (!packed)
		return -ENOMEM;
	dtraced__worker_request__pack(&extra, packed);
	frame_put_header(header, (uint32_t)(job->request_len + len));
	if (bufferevent_write(job->stream, header, sizeof header) < 0 ||
		bufferevent_write(job->stream, job->request, job->request_len) < 0 ||
		bufferevent_write(job->stream, packed, len) < 0)
		return -ENOMEM;
	return 0;
}

static int arm_timer(struct zygote_job *job)
{
	uint32_t ms = job->limits.wall_ms + GRACE_MS;
	struct timeval t = { ms / 1000, ms % 1000 * 1000 };

	job->timer = evtimer_new(job->zygote->base, on_timer, job);
	return job->timer && evtimer_add(job->timer, &t) == 0 ? 0 : -ENOMEM;
}

// Moves the job to the running ones. On an error it stays where it is.
static int job_start(struct zygote_job *job)
{
	struct zygote *z = job->zygote;
	CLEANUP(closep) int worker = -1;
	int ends[2], r;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	worker = ends[1];
	evutil_make_socket_nonblocking(ends[0]);
	job->stream = bufferevent_socket_new(z->base, ends[0], BEV_OPT_CLOSE_ON_FREE);
	if (!job->stream) {
		close(ends[0]);
		return -ENOMEM;
	}
	bufferevent_setcb(job->stream, on_readable, NULL, on_stream_event, job);
	r = write_request(job);
	if (r == 0)
		r = arm_timer(job);
	if (r == 0 && bufferevent_enable(job->stream, EV_READ | EV_WRITE) < 0)
		r = -ENOMEM;
	job->limits.type = CONTROL_JOB;
	job->limits.job = job->id = ++z->last_job;	// anew for each try
	if (r == 0)
		r = control_send(z->control, &job->limits, worker);
	if (r < 0) {
		job_disconnect(job);
		return r;
	}
	job->tries++;
	job_unlink(job);
	job->running = true;
	z->nrunning++;
	TAILQ_INSERT_TAIL(&z->running, job, link);
	return 0;
}

static void set_limits(struct zygote_job *job, const Dtraced__WorkerRequest *request)
{
	const struct zygote_limits *l = &job->zygote->limits;
	uint32_t ms = request->compile_ms;
	uint64_t bytes = request->compile_bytes;

	job->limits.cpu_ms = ms && ms < l->cpu_ms ? ms : l->cpu_ms;
	job->limits.wall_ms = l->wall_ms;
	job->limits.memory = bytes && bytes < l->memory ? bytes : l->memory;
}

static int pack_request(struct zygote_job *job, const Dtraced__WorkerRequest *request)
{
	Dtraced__WorkerRequest bare = *request;

	bare.next_id = 0;
	bare.n_known = 0;
	job->request_len = dtraced__worker_request__get_packed_size(&bare);
	// The worker takes more, for what write_request() adds.
	if (job->request_len > PROTO_FRAME_WORKER - PROTO_FRAME_CLIENT)
		return -EMSGSIZE;
	job->request = malloc(job->request_len + 1);
	if (!job->request)
		return -ENOMEM;
	dtraced__worker_request__pack(&bare, job->request);
	return 0;
}

int zygote_submit(struct zygote *z, const Dtraced__WorkerRequest *request, zygote_done_fn *done,
	void *arg, struct zygote_job **jobp)
{
	CLEANUP(job_freep) struct zygote_job *job = NULL;
	int r;

	if (!z->ready)
		return -EPIPE;
	job = calloc(1, sizeof *job);
	if (!job)
		return -ENOMEM;
	job->zygote = z;
	job->done = done;
	job->arg = arg;
	set_limits(job, request);
	r = pack_request(job, request);
	if (r < 0)
		return r;
	TAILQ_INSERT_TAIL(&z->waiting, job, link);
	if (z->nrunning < z->limits.workers) {
		r = job_start(job);
		if (r < 0) {
			job_unlink(job);
			return r;
		}
	}
	*jobp = job;
	job = NULL;	// the list's
	return 0;
}

uint32_t zygote_reserve_ids(struct zygote *z, uint32_t n)
{
	return register_reserve(&z->probes, n);
}

void zygote_cancel(struct zygote_job *job)
{
	struct zygote *z;

	if (!job)
		return;
	z = job->zygote;
	job_kill(job);
	job_unlink(job);
	job_free(job);
	start_waiting(z);
}

// ---- the control socket ----------------------------------------------------

static struct zygote_job *find_job(struct zygote *z, uint64_t id)
{
	struct zygote_job *job;

	TAILQ_FOREACH(job, &z->running, link) {
		if (job->id == id)
			return job;
	}
	return NULL;
}

static void on_exited(struct zygote *z, const struct control *m)
{
	struct zygote_job *job = find_job(z, m->job);

	if (!job)
		return;		// it has answered, or was cancelled
	job->exited = true;
	job->status = m->status;
	job_check_end(job);
}

// A running job whose stream has ended without a reply.
static struct zygote_job *find_closed(struct zygote *z)
{
	struct zygote_job *job;

	TAILQ_FOREACH(job, &z->running, link) {
		if (job->closed)
			return job;
	}
	return NULL;
}

// Jobs whose stream has ended fail; others may still be in the control socket,
// where the next zygote finds them.
static void on_restarted(struct zygote *z, const struct control *m)
{
	struct zygote_job *job;

	log_error("the compile zygote died (status 0x%x) and is started again", (unsigned)m->status);
	TAILQ_FOREACH(job, &z->running, link)
		job->orphaned = true;
	while ((job = find_closed(z)))
		job_check_end(job);
}

static void on_control_message(struct zygote *z, const struct control *m)
{
	switch (m->type) {
	case CONTROL_READY:
		z->facts = (struct zygote_facts){ m->nprobes, m->next_id };
		if (z->probes.next_id < m->next_id)
			z->probes.next_id = m->next_id;
		z->ready = true;
		break;
	case CONTROL_WARNING:
		log_warning("%.*s", (int)sizeof m->text, m->text);
		break;
	case CONTROL_FAILED:
		memcpy(z->failure, m->text, sizeof z->failure);
		z->failure[sizeof z->failure - 1] = '\0';
		break;
	case CONTROL_EXITED:
		on_exited(z, m);
		break;
	case CONTROL_RESTARTED:
		on_restarted(z, m);
		break;
	default:
		log_error("the compile zygote sent an unknown message");
	}
}

static void forget_keeper(struct zygote *z)
{
	if (z->control_event)
		event_free(z->control_event);
	z->control_event = NULL;
	z->control = close_fd(z->control);
	z->ready = false;
	if (z->keeper > 0) {
		kill(z->keeper, SIGKILL);
		while (waitpid(z->keeper, NULL, 0) < 0 && errno == EINTR)
			;
	}
	z->keeper = 0;
}

static void schedule_restart(struct zygote *z)
{
	uint64_t now = clock_ns(CLOCK_MONOTONIC), due = z->started + 1000000000;
	uint64_t us = due > now ? (due - now) / 1000 : 0;
	struct timeval t = { (time_t)(us / 1000000), (suseconds_t)(us % 1000000) };

	if (evtimer_add(z->restart_event, &t) < 0)
		log_error("the compile zygote cannot be started again: out of memory");
}

// The keeper is gone, and with it everything behind it.
static void on_keeper_gone(struct zygote *z)
{
	struct zygote_job *job;

	log_error("the compile zygote is gone%s%s; starting another one", *z->failure ? ": " : "",
		z->failure);
	forget_keeper(z);
	while ((job = TAILQ_FIRST(&z->running)))
		job_finish(job, NULL, "the compiler's parent process died; try again");
	while ((job = TAILQ_FIRST(&z->waiting)))
		job_finish(job, NULL, "the compiler's parent process died; try again");
	schedule_restart(z);
}

static void on_control(evutil_socket_t fd, short what, void *arg)
{
	struct zygote *z = arg;
	struct control m;
	int stray, r = control_receive(fd, &m, &stray);

	(void)what;
	close_fd(stray);
	if (r == -EAGAIN)
		return;
	if (r <= 0) {
		on_keeper_gone(z);
		return;
	}
	on_control_message(z, &m);
	start_waiting(z);
}

// ---- life ------------------------------------------------------------------

// In the child: the program anew, with the far end of the control socket. Only
// what is safe between fork and exec in a process with threads.
static void __attribute__((noreturn)) run_program(const struct zygote *z, int control)
{
	char number[] = { (char)('0' + KEEPER_FD), '\0' };
	char *argv[] = { (char *)"dtraced", (char *)"--zygote", number,
		(char *)"--providers", (char *)z->providers, z->verbose ? (char *)"--verbose" : NULL, (char *)"--verbose", NULL };
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (control == KEEPER_FD ? fcntl(control, F_SETFD, 0) == 0 : dup2(control, KEEPER_FD) >= 0)
		execv(z->program, argv);
	_exit(1);
}

// A forked process has a copy of this one's memory until it ends. The first is
// forked before there is anything in it; a later one, if somebody killed the
// keeper, is the program anew.
static int start_keeper(struct zygote *z)
{
	CLEANUP(closep) int far = -1;
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	far = ends[1];
	z->started = clock_ns(CLOCK_MONOTONIC);
	*z->failure = '\0';
	z->keeper = fork();
	if (z->keeper == 0 && z->program)
		run_program(z, far);
	if (z->keeper == 0)
		keeper_main(far, z->providers, z->verbose);
	if (z->keeper < 0) {
		int r = -errno;

		close(ends[0]);
		return r;
	}
	z->control = ends[0];
	return fcntl(z->control, F_SETFL, O_NONBLOCK) < 0 ? -errno : 0;
}

static int watch_control(struct zygote *z)
{
	z->control_event = event_new(z->base, z->control, EV_READ | EV_PERSIST, on_control, z);
	return z->control_event && event_add(z->control_event, NULL) == 0 ? 0 : -ENOMEM;
}

static void on_restart(evutil_socket_t fd, short what, void *arg)
{
	struct zygote *z = arg;
	int r = start_keeper(z);

	(void)fd;
	(void)what;
	if (r == 0)
		r = watch_control(z);
	if (r < 0) {
		log_error("the compile zygote cannot be started: %s", strerror(-r));
		forget_keeper(z);
		schedule_restart(z);
	}
}

// 1: another message was handled; negative errno.
static int wait_for_message(struct zygote *z)
{
	struct pollfd p = { .fd = z->control, .events = POLLIN };
	struct control m;
	int stray, r;

	do
		r = poll(&p, 1, START_MS);
	while (r < 0 && errno == EINTR);
	if (r <= 0)
		return r ? -errno : -ETIMEDOUT;
	r = control_receive(z->control, &m, &stray);
	close_fd(stray);
	if (r <= 0)
		return r ? r : -EPIPE;
	on_control_message(z, &m);
	return m.type == CONTROL_FAILED ? -ENOEXEC : 1;
}

static int wait_until_ready(struct zygote *z)
{
	int r = 1;

	while (r > 0 && !z->ready)
		r = wait_for_message(z);
	return r < 0 ? r : 0;
}

int zygote_start(struct zygote **zp, int verbose, const char *providers, const char **why)
{
	struct zygote *z = calloc(1, sizeof *z);
	int r;

	*why = "the compile zygote cannot be started";
	if (!z)
		return -ENOMEM;
	TAILQ_INIT(&z->waiting);
	TAILQ_INIT(&z->running);
	z->control = -1;
	z->verbose = verbose != 0;
	z->providers = providers;
	z->limits = zygote_default_limits();
	r = start_keeper(z);
	if (r == 0)
		r = wait_until_ready(z);
	if (r < 0) {
		char *text = *z->failure ? strdup(z->failure) : NULL;

		if (text)
			*why = text;	// kept until the process ends
		zygote_stop(z);
		return r;
	}
	*zp = z;
	return 0;
}

const struct zygote_facts *zygote_facts(const struct zygote *z)
{
	return &z->facts;
}

struct zygote_limits zygote_default_limits(void)
{
	return (struct zygote_limits){ 5000, 10000, UINT64_C(256) << 20, 8 };
}

void zygote_set_limits(struct zygote *z, const struct zygote_limits *l)
{
	z->limits = *l;
}

void zygote_set_program(struct zygote *z, const char *path)
{
	z->program = path;
}

int zygote_attach(struct zygote *z, struct event_base *base)
{
	z->base = base;
	z->restart_event = evtimer_new(base, on_restart, z);
	return z->restart_event ? watch_control(z) : -ENOMEM;
}

struct zygote *zygote_stop(struct zygote *z)
{
	struct zygote_job *job;

	if (!z)
		return NULL;
	while ((job = TAILQ_FIRST(&z->waiting)) || (job = TAILQ_FIRST(&z->running))) {
		job_unlink(job);
		job_free(job);
	}
	forget_keeper(z);
	if (z->restart_event)
		event_free(z->restart_event);
	register_deinit(&z->probes);
	free(z);
	return NULL;
}
