// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// -c and -p, see target.h. A new process is stopped by ptrace at its exec or
// where -xevaltime says, an old one where it is; both are let go when tracing
// has started.

#include "client/target.h"

#include "client/evaltime.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TOLD = 1 };

struct target {
	pid_t pid;
	uint64_t start;		// when it began: no later process of the number did
	int pidfd;
	bool ours, stopped, gone;
};

struct targets {
	struct target *v;
	size_t n;
	int epoll;
};

// ---- starting --------------------------------------------------------------

// Words are what is between blanks; there is no quoting. At most every second character begins one.
static size_t split(char *text, char **words)
{
	size_t n = 0;

	for (char *w = strtok(text, " \t"); w; w = strtok(NULL, " \t"))
		words[n++] = w;
	words[n] = NULL;
	return n;
}

static void set_environment(const struct options *o)
{
	for (size_t i = 0; i < o->ngiven; i++) {
		const struct given_setting *g = &o->given[i];

		if (g->value && strcmp(g->name, "setenv") == 0)
			putenv((char *)g->value);
		else if (g->value && strcmp(g->name, "unsetenv") == 0)
			unsetenv(g->value);
	}
}

// In the child. What goes wrong is told through the pipe, which exec closes.
static void run_command(const struct options *o, char **words, int told)
{
	int err;

	signal(SIGPIPE, SIG_DFL);
	set_environment(o);
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0)
		execvp(words[0], words);
	err = errno;
	if (write(told, &err, sizeof(err)) < 0)
		_exit(126);
	_exit(127);
}

// To where its probes are looked for.
static int run_on(const struct options *o, struct target *t, const char *command)
{
	int status = 0;
	int r = evaltime_run(t->pid, (enum evaltime)settings_get(&o->settings, OPT_evaltime), &status);

	if (r == 0)
		return 0;
	if (r < 0) {
		fprintf(stderr, "dtrace: failed to control %s: %s\n", command, strerror(-r));
		kill(t->pid, SIGKILL);
		waitpid(t->pid, NULL, 0);
	} else {
		fprintf(stderr, "dtrace: %s ended before it could be traced\n", command);
	}
	return TOLD;
}

static int start(const struct options *o, const char *command, struct target *t)
{
	char *text = strdup(command), **words = calloc(strlen(command) / 2 + 2, sizeof(*words));
	int fds[2] = { -1, -1 }, err = 0, status;

	if (!text || !words)
		err = ENOMEM;
	else if (!split(text, words))
		err = ENOENT;
	else if (pipe2(fds, O_CLOEXEC) < 0)
		err = errno;
	t->pid = err ? -1 : fork();
	if (t->pid < 0 && !err)
		err = errno;
	if (t->pid == 0)
		run_command(o, words, fds[1]);
	close(fds[1]);
	if (t->pid > 0 && read(fds[0], &err, sizeof(err)) != sizeof(err))
		err = 0;
	close(fds[0]);
	if (t->pid > 0)
		waitpid(t->pid, &status, 0);	// stopped by its exec, or ended
	free(words);
	free(text);
	if (err) {
		fprintf(stderr, "dtrace: failed to execute %s: %s\n", command, strerror(err));
		return TOLD;
	}
	t->ours = t->stopped = true;
	return run_on(o, t, command);
}

// ---- grabbing --------------------------------------------------------------

static int grab(const char *arg, struct target *t)
{
	char *end;
	long pid = strtol(arg, &end, 10);
	int status;

	if (*end || pid < 1 || pid > INT32_MAX) {
		fprintf(stderr, "dtrace: invalid pid: %s\n", arg);
		return TOLD;
	}
	t->pid = (pid_t)pid;
	if (ptrace(PTRACE_SEIZE, t->pid, NULL, NULL) < 0) {
		fprintf(stderr, "dtrace: failed to grab pid %ld: %s\n", pid, strerror(errno));
		return TOLD;
	}
	if (ptrace(PTRACE_INTERRUPT, t->pid, NULL, NULL) == 0)
		t->stopped = waitpid(t->pid, &status, __WALL) == t->pid && WIFSTOPPED(status);
	return 0;
}

// ---- all of them -----------------------------------------------------------

// Field 22 of /proc/PID/stat; the name in field 2 may hold anything. 0: not known.
static uint64_t read_start_time(pid_t pid)
{
	char path[32], text[1024], *p;
	size_t n = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	f = fopen(path, "re");
	if (f) {
		n = fread(text, 1, sizeof(text) - 1, f);
		fclose(f);
	}
	text[n] = '\0';
	p = strrchr(text, ')');
	for (int field = 2; p && field < 22; field++)
		p = strchr(p + 1, ' ');
	return p ? strtoull(p, NULL, 10) : 0;
}

static int watch(struct targets *all, struct target *t)
{
	struct epoll_event ev = { .events = EPOLLIN };

	t->start = read_start_time(t->pid);
	t->pidfd = (int)syscall(SYS_pidfd_open, t->pid, 0);
	if (t->pidfd < 0)
		return -errno;
	ev.data.fd = t->pidfd;
	return epoll_ctl(all->epoll, EPOLL_CTL_ADD, t->pidfd, &ev) < 0 ? -errno : 0;
}

int targets_open(const struct options *o, struct targets **targetsp)
{
	struct targets *t = calloc(1, sizeof(*t));
	int r = 0;

	if (!t)
		return -ENOMEM;
	*targetsp = t;
	t->epoll = epoll_create1(EPOLL_CLOEXEC);
	t->v = calloc(o->ntargets + 1, sizeof(*t->v));
	if (!t->v || t->epoll < 0)
		return -ENOMEM;
	for (size_t i = 0; i < o->ntargets && r == 0; i++) {
		const struct given_target *g = &o->targets[i];
		struct target *one = &t->v[t->n];

		one->pidfd = -1;
		r = g->is_command ? start(o, g->arg, one) : grab(g->arg, one);
		t->n += r == 0;
		if (r == 0)
			r = watch(t, one);
	}
	return r;
}

void targets_resume(struct targets *t)
{
	for (size_t i = 0; i < t->n; i++) {
		if (t->v[i].stopped)
			ptrace(PTRACE_DETACH, t->v[i].pid, NULL, NULL);
		t->v[i].stopped = false;
	}
}

struct targets *targets_close(struct targets *t)
{
	if (!t)
		return NULL;
	for (size_t i = 0; i < t->n; i++) {
		if (t->v[i].ours && !t->v[i].gone) {
			kill(t->v[i].pid, SIGKILL);
			waitpid(t->v[i].pid, NULL, 0);
		}
		if (t->v[i].pidfd >= 0)
			close(t->v[i].pidfd);
	}
	targets_resume(t);
	if (t->epoll >= 0)
		close(t->epoll);
	free(t->v);
	free(t);
	return NULL;
}

pid_t targets_first(const struct targets *t)
{
	return t && t->n ? t->v[0].pid : 0;
}

size_t targets_count(const struct targets *t)
{
	return t ? t->n : 0;
}

void targets_get(const struct targets *t, size_t i, pid_t *pid, uint64_t *began)
{
	*pid = t->v[i].pid;
	*began = t->v[i].start;
}

int targets_fd(const struct targets *t)
{
	return targets_count(t) ? t->epoll : -1;
}

// ---- the end of one --------------------------------------------------------

static void tell(const struct target *t, int status)
{
	const char *name;

	if (WIFSIGNALED(status)) {
		name = sigabbrev_np(WTERMSIG(status));
		fprintf(stderr, "dtrace: pid %d terminated by SIG%s\n", t->pid, name ? name : "?");
	} else if (WEXITSTATUS(status)) {
		fprintf(stderr, "dtrace: pid %d exited with status %d\n", t->pid, WEXITSTATUS(status));
	} else {
		fprintf(stderr, "dtrace: pid %d has exited\n", t->pid);
	}
}

static bool has_ended(const struct target *t)
{
	return syscall(SYS_pidfd_send_signal, t->pidfd, 0, NULL, 0) < 0 && errno == ESRCH;
}

bool targets_gone(struct targets *t, bool quiet)
{
	size_t gone = 0;

	for (size_t i = 0; i < targets_count(t); i++) {
		struct target *one = &t->v[i];
		int status = 0;

		if (!one->gone)
			one->gone = one->ours ? waitpid(one->pid, &status, WNOHANG) == one->pid : has_ended(one);
		else
			one->stopped = false;
		if (one->gone && one->pidfd >= 0) {
			if (!quiet)
				tell(one, status);
			close(one->pidfd);	// leaves the epoll
			one->pidfd = -1;
		}
		gone += one->gone;
	}
	return targets_count(t) && gone == t->n;
}
