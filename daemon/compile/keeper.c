// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The keeper and the zygote. Both see only fixed packets from the core and wait
// statuses from the kernel, nothing that a user wrote.

#include "daemon/compile/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/compile/control.h"
#include "daemon/compile/jail.h"
#include "daemon/compile/warm.h"
#include "daemon/compile/worker.h"
#include "daemon/log.h"
#include "daemon/util.h"
#include "dlang/base/arena.h"
#include "providers/catalogue.h"

// Descriptors, fixed so that everything above can be closed.
enum { CONTROL_FD = 3, CHILDREN_FD = 4, JOB_FD = 3 };

enum { MAX_WORKERS = 256 };

struct zygote_process {
	const struct warm *warm;
	pid_t self;
	struct {
		pid_t pid;	// 0: free
		uint64_t job;
	} workers[MAX_WORKERS];
};

// The parent may have died before this process could ask to be told.
static void die_with(pid_t parent)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
		_exit(1);
}

// ---- workers ---------------------------------------------------------------

static void __attribute__((noreturn)) be_worker(const struct zygote_process *z, int socket,
	const struct control *m)
{
	const struct jail_limits limits = { m->cpu_ms, m->wall_ms, m->memory };
	const char *what;
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_NAME, "dtraced-compile");
	if (z->self != getppid())
		_exit(WORKER_IO);
	if (dup3(socket, JOB_FD, 0) < 0 || jail_worker(JOB_FD, z->warm->mapped, &limits, &what) < 0)
		_exit(WORKER_NO_JAIL);
	_exit(worker_run(z->warm, JOB_FD, m->memory));
}

static void report(uint64_t job, int status)
{
	control_send(CONTROL_FD, &(struct control){
		.type = CONTROL_EXITED, .job = job, .status = status }, -1);
}

// The status of a worker that could not even be forked.
static void report_unforked(uint64_t job)
{
	report(job, W_EXITCODE(WORKER_NO_JAIL, 0));
}

static void start_worker(struct zygote_process *z, int socket, const struct control *m)
{
	size_t i = 0;

	while (i < MAX_WORKERS && z->workers[i].pid)
		i++;
	if (i == MAX_WORKERS || socket < 0) {
		report_unforked(m->job);
		return;
	}
	z->workers[i].pid = fork();
	z->workers[i].job = m->job;
	if (z->workers[i].pid == 0)
		be_worker(z, socket, m);
	if (z->workers[i].pid < 0) {
		z->workers[i].pid = 0;
		report_unforked(m->job);
	}
}

static void kill_worker(const struct zygote_process *z, uint64_t job)
{
	for (size_t i = 0; i < MAX_WORKERS; i++) {
		if (z->workers[i].pid && z->workers[i].job == job)
			kill(z->workers[i].pid, SIGKILL);
	}
}

static void reap(struct zygote_process *z)
{
	struct signalfd_siginfo drained[8];
	int status;
	pid_t pid;

	if (read(CHILDREN_FD, drained, sizeof drained) < 0 && errno != EAGAIN)
		_exit(1);
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (size_t i = 0; i < MAX_WORKERS; i++) {
			if (z->workers[i].pid == pid) {
				z->workers[i].pid = 0;
				report(z->workers[i].job, status);
			}
		}
	}
}

// ---- zygote ----------------------------------------------------------------

static void serve_one(struct zygote_process *z)
{
	struct control m;
	int fd, r = control_receive(CONTROL_FD, &m, &fd);

	if (r == 0)
		_exit(0);	// the core is gone or wants no more
	if (r < 0 && r != -EAGAIN && r != -EMFILE)
		_exit(1);
	if (r == 1 && m.type == CONTROL_JOB)
		start_worker(z, fd, &m);
	if (r == 1 && m.type == CONTROL_KILL)
		kill_worker(z, m.job);
	close_fd(fd);
}

static void __attribute__((noreturn)) be_zygote(const struct warm *w, pid_t keeper)
{
	struct zygote_process z = { .warm = w, .self = getpid() };
	struct pollfd p[2] = {
		{ .fd = CONTROL_FD, .events = POLLIN },
		{ .fd = CHILDREN_FD, .events = POLLIN },
	};
	sigset_t children;

	die_with(keeper);
	prctl(PR_SET_NAME, "dtraced-zygote");
	sigemptyset(&children);
	sigaddset(&children, SIGCHLD);
	if (sigprocmask(SIG_SETMASK, &children, NULL) < 0 ||
		signalfd(-1, &children, SFD_NONBLOCK | SFD_CLOEXEC) != CHILDREN_FD)
		_exit(1);
	for (;;) {
		if (poll(p, NELEMS(p), -1) < 0 && errno != EINTR)
			_exit(1);
		if (p[1].revents)
			reap(&z);
		if (p[0].revents)
			serve_one(&z);
	}
}

// ---- keeper ----------------------------------------------------------------

static void sleep_until_second_after(uint64_t start)
{
	uint64_t due = start + 1000000000;
	struct timespec t = { (time_t)(due / 1000000000), (long)(due % 1000000000) };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR)
		;
}

static void __attribute__((noreturn)) keep(const struct warm *w)
{
	pid_t self = getpid();

	for (;;) {
		uint64_t start = clock_ns(CLOCK_MONOTONIC);
		struct control m = { .type = CONTROL_RESTARTED };
		pid_t pid = fork();

		if (pid == 0)
			be_zygote(w, self);
		if (pid > 0 && waitpid(pid, &m.status, 0) == pid && WIFEXITED(m.status) &&
			WEXITSTATUS(m.status) == 0)
			_exit(0);
		// The workers died with it; what they held is reported first.
		if (control_send(CONTROL_FD, &m, -1) == -EPIPE)
			_exit(0);
		sleep_until_second_after(start);
	}
}

static void __attribute__((noreturn)) fail(const char *what, int r)
{
	struct control m = { .type = CONTROL_FAILED };

	snprintf(m.text, sizeof m.text, "the compile zygote cannot start: %s: %s", what, strerror(-r));
	control_send(CONTROL_FD, &m, -1);
	_exit(1);
}

static void warn(const struct warm *w)
{
	struct control m = { .type = CONTROL_WARNING };

	for (uint32_t i = 0; i < w->complaints.n; i++) {
		snprintf(m.text, sizeof m.text, "%s", w->complaints.v[i]);
		control_send(CONTROL_FD, &m, -1);
	}
}

static void ready(const struct warm *w)
{
	struct control m = {
		.type = CONTROL_READY,
		.nprobes = catalogue_count(w->catalogue),
		.next_id = catalogue_next_id(w->catalogue),
	};

	warn(w);
	control_send(CONTROL_FD, &m, -1);
}

void keeper_main(int control, const char *providers, bool verbose)
{
	struct warm w = { .providers = providers };
	const char *what = "file descriptors";
	int r;

	jail_reset_signals();
	prctl(PR_SET_NAME, "dtraced-keeper");
	r = jail_arrange_fds(control, CONTROL_FD, verbose);
	if (r == 0)
		r = warm_init(&w, &what);
	if (r == 0)
		r = jail_enter(CONTROL_FD, &what);
	if (r < 0)
		fail(what, r);
	ready(&w);
	keep(&w);
}
