// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The core's side of the symbol worker, see sym.h. Jobs are a queue whose first one
// is with the worker. Frames go out and come in by one stream socket.

#include "daemon/sym/sym.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "daemon/budget.h"
#include "daemon/frame_in.h"
#include "daemon/log.h"
#include "daemon/sym/channel.h"
#include "daemon/sym/job.h"
#include "daemon/sym/user.h"
#include "daemon/sym/worker.h"
#include "daemon/util.h"
#include "proto/dtraced.pb-c.h"
#include "proto/frame.h"
#include "proto/limits.h"

enum {
	ANSWER_SECONDS = 10,	// of a batch; the first one reads the kernel's list
	IDLE_SECONDS = 30,	// then the worker gives its memory back
	WORKER_FD = 3,		// the socket in a new program
};

// Memory that one unpacked reply may take in the core.
#define REPLY_MEMORY ((size_t)32 << 20)

struct syms {
	struct event_base *base;
	const char *program;		// NULL: only fork
	struct event *timer;		// an answer is late, or nobody asks
	struct event *kick;		// the next job, from the event loop
	TAILQ_HEAD(, syms_job) jobs;
	uint64_t last_id;
	bool asking;			// the first job is with the worker
	pid_t pid;			// 0: no worker
	int socket;
	struct bufferevent *stream;
	bool knows_kernel;		// the worker has the kernel's list
	struct user *user;		// NULL in one that is apart
	struct syms *apart;		// see syms_submit_apart(); NULL: not yet
};

static void arm(struct syms *s, int seconds)
{
	struct timeval t = { seconds, 0 };

	evtimer_add(s->timer, &t);
}

// ---- the worker ------------------------------------------------------------

// In the child: the program anew. Only what is safe between fork and exec in a
// process with threads.
static void __attribute__((noreturn)) run_program(const struct syms *s, int socket)
{
	char number[] = { (char)('0' + WORKER_FD), '\0' };
	char *argv[] = { (char *)"dtraced", (char *)"--symbols", number,
		log_level >= LOG_LEVEL_DEBUG ? (char *)"--verbose" : NULL, (char *)"--verbose", NULL };
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (socket == WORKER_FD ? fcntl(socket, F_SETFD, 0) == 0 : dup2(socket, WORKER_FD) >= 0)
		execv(s->program, argv);
	_exit(1);
}

static void end_worker(struct syms *s)
{
	if (s->stream)
		bufferevent_free(s->stream);
	s->stream = NULL;
	s->socket = -1;
	if (s->pid > 0) {
		kill(s->pid, SIGKILL);
		while (waitpid(s->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	s->pid = 0;
	s->knows_kernel = false;
	if (s->user)
		user_unload(s->user);
}

static void on_readable(struct bufferevent *stream, void *arg);
static void on_stream_event(struct bufferevent *stream, short what, void *arg);

static int start_worker(struct syms *s)
{
	CLEANUP(closep) int far = -1;
	int ends[2];

	if (s->pid)
		return 0;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	far = ends[1];
	s->socket = ends[0];
	evutil_make_socket_nonblocking(s->socket);
	s->stream = bufferevent_socket_new(s->base, s->socket, BEV_OPT_CLOSE_ON_FREE);
	if (!s->stream) {
		s->socket = close_fd(s->socket);
		return -ENOMEM;
	}
	bufferevent_setcb(s->stream, on_readable, NULL, on_stream_event, s);
	s->pid = fork();
	if (s->pid == 0 && s->program)
		run_program(s, far);
	if (s->pid == 0)
		sym_worker_main(far, log_level >= LOG_LEVEL_DEBUG);
	if (s->pid < 0 || bufferevent_enable(s->stream, EV_READ | EV_WRITE) < 0) {
		int r = s->pid < 0 ? -errno : -ENOMEM;

		end_worker(s);
		return r;
	}
	return 0;
}

// ---- jobs ------------------------------------------------------------------

// Without a failure, the job has its answer.
static void finish_first(struct syms *s, const char *failure)
{
	struct syms_job *job = TAILQ_FIRST(&s->jobs);

	TAILQ_REMOVE(&s->jobs, job, link);
	s->asking = false;
	if (failure)
		log_warning("%s", failure);
	if (!job->cancelled)
		job->kind->done(job, failure);
	job->kind->free(job);
	event_active(s->kick, 0, 0);
}

// A job may have thousands of files, of which each takes as long as a worker may: others come in
// between, of another user if there is one, however many the first one has.
static void take_turns(struct syms *s)
{
	struct syms_job *job = TAILQ_FIRST(&s->jobs), *next;

	if (s->user || !TAILQ_NEXT(job, link))
		return;
	TAILQ_REMOVE(&s->jobs, job, link);
	TAILQ_FOREACH(next, &s->jobs, link) {
		if (next->uid != job->uid)
			break;
	}
	TAILQ_INSERT_TAIL(&s->jobs, job, link);
	if (next) {
		TAILQ_REMOVE(&s->jobs, next, link);
		TAILQ_INSERT_HEAD(&s->jobs, next, link);
	}
	job->renew = true;
	TAILQ_FIRST(&s->jobs)->renew = true;
}

static void on_lost(struct syms *s, const char *why)
{
	struct syms_job *job = TAILQ_FIRST(&s->jobs);
	struct reason all;

	reason_set(&all, "%s: %.400s", job->kind->what, why);
	if (job->cancelled || !job->kind->lost || !job->kind->lost(job)) {
		finish_first(s, all.text);
		return;
	}
	log_warning("%s", all.text);
	s->asking = false;
	take_turns(s);
	event_active(s->kick, 0, 0);
}

// What it was asked is lost, and with it what it knew.
static void PRINTF_LIKE(2, 3) give_up(struct syms *s, const char *format, ...)
{
	struct reason why;
	va_list ap;

	va_start(ap, format);
	vsnprintf(why.text, sizeof why.text, format, ap);
	va_end(ap);
	end_worker(s);
	evtimer_del(s->timer);
	if (s->asking)
		on_lost(s, why.text);
	else
		log_warning("symbols: %s", why.text);
}

static int send_request(struct syms *s, const Dtraced__SymRequest *m, const int *fds, size_t nfds)
{
	size_t len = dtraced__sym_request__get_packed_size(m);
	CLEANUP(freep) uint8_t *body = malloc(len);
	int r;

	if (!body)
		return -ENOMEM;
	dtraced__sym_request__pack(m, body);
	r = sym_send_header(s->socket, (uint32_t)len, fds, nfds);
	if (r < 0)
		return r;
	return bufferevent_write(s->stream, body, len) < 0 ? -ENOMEM : 0;
}

// 1: asked; 0: the job has nothing to ask; or a negative errno.
static int ask(struct syms *s, struct syms_job *job)
{
	Dtraced__SymRequest m = DTRACED__SYM_REQUEST__INIT;
	CLEANUP(closep) int kallsyms = -1;
	int fds[SYM_MAX_FDS + 1];
	size_t nfds = 0;
	int r = job->kind->ask(job, &m, fds + 1, &nfds);

	if (r <= 0)
		return r;
	if (job->renew)
		end_worker(s);
	job->renew = false;
	r = start_worker(s);
	if (r < 0)
		return r;
	if (m.n_kernel && !s->knows_kernel) {
		kallsyms = open("/proc/kallsyms", O_RDONLY | O_CLOEXEC);
		if (kallsyms < 0)
			return -errno;
	}
	m.id = ++s->last_id;
	m.has_kallsyms = kallsyms >= 0;
	fds[0] = kallsyms;
	r = send_request(s, &m, fds + !m.has_kallsyms, nfds + m.has_kallsyms);
	s->knows_kernel |= m.has_kallsyms && r == 0;
	return r < 0 ? r : 1;
}

static void ask_first(struct syms *s)
{
	struct syms_job *job = TAILQ_FIRST(&s->jobs);
	struct reason why;
	int r = ask(s, job);

	if (r > 0)
		return;
	if (r == -EPIPE || r == -ECONNRESET) {
		give_up(s, "the symbol worker crashed");
		return;
	}
	reason_set(&why, "%s: %s", job->kind->what, strerror(-r));
	finish_first(s, r < 0 ? why.text : NULL);
}

// Gives the worker the first job, if it has none.
static void go_on(struct syms *s)
{
	const struct syms_job *job = TAILQ_FIRST(&s->jobs);

	if (s->asking)
		return;
	if (!job && s->pid)
		arm(s, IDLE_SECONDS);
	if (!job)
		return;
	s->asking = true;
	arm(s, ANSWER_SECONDS);
	ask_first(s);
}

// ---- answers ---------------------------------------------------------------

static void on_reply(struct syms *s, const uint8_t *body, size_t len)
{
	struct syms_job *job = TAILQ_FIRST(&s->jobs);
	size_t left = REPLY_MEMORY;
	ProtobufCAllocator allocator = budget_allocator(&left);
	Dtraced__SymReply *reply = dtraced__sym_reply__unpack(&allocator, len, body);
	int r = -EBADMSG;

	if (reply && s->asking && reply->id == s->last_id)
		r = job->cancelled ? 0 : job->kind->decode(job, reply);
	if (r == -EBADMSG)
		give_up(s, "the symbol worker's answer makes no sense");
	else if (r < 0)
		give_up(s, "%s", strerror(-r));
	else if (r == 0)
		finish_first(s, NULL);
	if (reply)
		dtraced__sym_reply__free_unpacked(reply, &allocator);
	if (r == 1) {
		s->asking = false;
		take_turns(s);
		go_on(s);
	}
}

static void on_readable(struct bufferevent *stream, void *arg)
{
	CLEANUP(freep) uint8_t *body = NULL;
	uint32_t len;
	int r = frame_in(stream, &body, &len);

	if (r < 0)
		give_up(arg, "%s", r == -ENOMEM ? "out of memory" : "the symbol worker's answer is too large");
	else if (r == 0)
		on_reply(arg, body, len);
}

static void on_stream_event(struct bufferevent *stream, short what, void *arg)
{
	(void)stream;
	(void)what;
	give_up(arg, "the symbol worker crashed; the next question starts it again");
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct syms *s = arg;

	(void)fd;
	(void)what;
	if (s->asking)
		give_up(s, "the symbol worker takes too long");
	else
		end_worker(s);
}

// ---- what others call ------------------------------------------------------

static void on_kick(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	go_on(arg);
}

static int queue_new(struct syms **sp, struct event_base *base)
{
	struct syms *s = calloc(1, sizeof *s);

	if (!s)
		return -ENOMEM;
	TAILQ_INIT(&s->jobs);
	s->base = base;
	s->socket = -1;
	s->timer = evtimer_new(base, on_timer, s);
	s->kick = event_new(base, -1, 0, on_kick, s);
	if (!s->timer || !s->kick) {
		syms_free(s);
		return -ENOMEM;
	}
	*sp = s;
	return 0;
}

int syms_new(struct syms **sp, struct event_base *base, struct sideband *sideband)
{
	struct syms *s;

	if (queue_new(&s, base) < 0)
		return -ENOMEM;
	if (user_new(&s->user, base, sideband) < 0) {
		syms_free(s);
		return -ENOMEM;
	}
	*sp = s;
	return 0;
}

void syms_set_program(struct syms *s, const char *path)
{
	s->program = path;
}

struct syms *syms_free(struct syms *s)
{
	struct syms_job *job;

	if (!s)
		return NULL;
	while ((job = TAILQ_FIRST(&s->jobs))) {
		TAILQ_REMOVE(&s->jobs, job, link);
		job->kind->free(job);
	}
	syms_free(s->apart);
	end_worker(s);
	user_free(s->user);
	if (s->timer)
		event_free(s->timer);
	if (s->kick)
		event_free(s->kick);
	free(s);
	return NULL;
}

struct user *syms_user(struct syms *s)
{
	return s->user;
}

void syms_submit(struct syms *s, struct syms_job *job)
{
	job->syms = s;
	TAILQ_INSERT_TAIL(&s->jobs, job, link);
	event_active(s->kick, 0, 0);
}

int syms_submit_apart(struct syms *s, struct syms_job *job)
{
	int r = s->apart ? 0 : queue_new(&s->apart, s->base);

	if (r < 0)
		return r;
	s->apart->program = s->program;
	syms_submit(s->apart, job);
	return 0;
}

struct event_base *syms_base(struct syms *s)
{
	return s->base;
}

// The one that is with the worker stays, as nobody's: its answer is still to come.
void syms_cancel(struct syms_job *job)
{
	struct syms *s = job ? job->syms : NULL;

	if (job && s->asking && job == TAILQ_FIRST(&s->jobs)) {
		job->cancelled = true;
	} else if (job) {
		TAILQ_REMOVE(&s->jobs, job, link);
		job->kind->free(job);
	}
}
