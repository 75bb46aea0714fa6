// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// See filter.h.

#include "client/filter.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void limit(int resource, rlim_t most)
{
	struct rlimit r = { most, most };

	setrlimit(resource, &r);
}

static void run_child(char **argv, int in, int out, const struct filter_limits *l, const sigset_t *mask)
{
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	limit(RLIMIT_CPU, l->cpu_s);
	limit(RLIMIT_AS, l->memory);
	limit(RLIMIT_CORE, 0);
	sigprocmask(SIG_SETMASK, mask, NULL);
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	execvp(argv[0], argv);
	fprintf(stderr, "dtrace: failed to run %s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

static int milliseconds_left(const struct timespec *end)
{
	struct timespec now;
	long long ms;

	clock_gettime(CLOCK_MONOTONIC, &now);
	ms = (end->tv_sec - now.tv_sec) * 1000LL + (end->tv_nsec - now.tv_nsec) / 1000000;
	return ms > 0 ? (int)ms : 0;
}

// Reads until the end of the output, a limit, or a signal.
static int read_output(int fd, int signals, const struct filter_limits *l, char *data, size_t *len)
{
	struct pollfd fds[] = { { .fd = fd, .events = POLLIN }, { .fd = signals, .events = POLLIN } };
	struct timespec end;
	ssize_t n;
	int r;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += l->wall_s;
	for (*len = 0;;) {
		r = poll(fds, 2, milliseconds_left(&end));
		if (r == 0)
			return FILTER_TOO_LONG;
		if (r > 0 && fds[1].revents)
			return -EINTR;
		n = r < 0 ? -1 : read(fd, data + *len, l->output + 1 - *len);
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n == 0)
			return 0;
		*len += n > 0 ? (size_t)n : 0;
		if (*len > l->output)
			return FILTER_TOO_LARGE;
	}
}

static int run(char **argv, int in, const struct filter_limits *l, const sigset_t *mask, int signals, char *data,
	       size_t *len)
{
	int fds[2], status = 0, r;
	pid_t pid;

	if (pipe(fds) < 0)
		return -errno;
	pid = fork();
	if (pid == 0) {
		close(fds[0]);
		run_child(argv, in, fds[1], l, mask);
	}
	close(fds[1]);
	if (pid > 0)
		setpgid(pid, pid);	// whoever is first
	r = pid < 0 ? -errno : read_output(fds[0], signals, l, data, len);
	close(fds[0]);
	if (pid > 0 && r)
		kill(-pid, SIGKILL);
	if (pid > 0)
		waitpid(pid, &status, 0);
	return r ? r : status ? FILTER_FAILED : 0;
}

int filter_run(char **argv, int in, const struct filter_limits *limits, char **datap, size_t *len)
{
	char *data = malloc(limits->output + 1);
	sigset_t ending, old;
	int signals, r;

	if (!data)
		return -ENOMEM;
	sigemptyset(&ending);
	sigaddset(&ending, SIGINT);
	sigaddset(&ending, SIGTERM);
	sigaddset(&ending, SIGHUP);
	sigprocmask(SIG_BLOCK, &ending, &old);
	signals = signalfd(-1, &ending, SFD_CLOEXEC);
	r = signals < 0 ? -errno : run(argv, in, limits, &old, signals, data, len);
	if (signals >= 0)
		close(signals);
	sigprocmask(SIG_SETMASK, &old, NULL);	// what has come ends us now
	if (r) {
		free(data);
		return r;
	}
	*datap = data;
	return 0;
}
