// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// latency [-r ROUNDS] [-p PAUSE-MS] [-i] COMMAND...
// Runs a command ROUNDS times and prints the medians "FIRST END", in ms: from
// fork to the first line of its output, and from that line to its end, reaped.
// Meanwhile another thread calls getppid(). With -i the command runs on after
// its first line, until SIGINT half a second later: END is from that signal.

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_ROUNDS = 101 };

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

// Calls all the time, but leaves the CPU to others: 20 calls a millisecond.
static void *caller(void *unused)
{
	for (;;) {
		struct timespec pause = { .tv_nsec = 500000 };

		for (int i = 0; i < 10; i++)
			syscall(SYS_getppid);
		nanosleep(&pause, NULL);
	}
	return unused;
}

static pid_t start(char **argv, int *out)
{
	int fds[2];
	pid_t pid;

	if (pipe(fds) || (pid = fork()) < 0)
		exit(EXIT_FAILURE);
	if (!pid) {
		dup2(fds[1], 1);
		close(fds[0]);
		close(fds[1]);
		execvp(argv[0], argv);
		_exit(127);
	}
	close(fds[1]);
	*out = fds[0];
	return pid;
}

// false: the output ended without a line, or none came within a minute.
static bool await_line(int out)
{
	double end = now_ms() + 60000;
	char buf[4096];
	ssize_t n;

	while (now_ms() < end) {
		struct pollfd p = { .fd = out, .events = POLLIN };

		if (poll(&p, 1, 1000) <= 0)
			continue;
		n = read(out, buf, sizeof buf);
		if (n <= 0)
			return false;
		if (memchr(buf, '\n', (size_t)n))
			return true;
	}
	return false;
}

static void drain(int out)
{
	char buf[65536];

	while (read(out, buf, sizeof buf) > 0)
		;
	close(out);
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	static double first[MAX_ROUNDS], last[MAX_ROUNDS];
	int rounds = 11, pause = 100, opt;
	bool interrupt = false;
	pthread_t thread;

	while ((opt = getopt(argc, argv, "+r:p:i")) != -1) {
		switch (opt) {
		case 'r': rounds = atoi(optarg) < MAX_ROUNDS ? atoi(optarg) : MAX_ROUNDS; break;
		case 'p': pause = atoi(optarg); break;
		case 'i': interrupt = true; break;
		default: return EXIT_FAILURE;
		}
	}
	pthread_create(&thread, NULL, caller, NULL);
	for (int i = 0; i < rounds; i++) {
		double begin = now_ms(), line;
		int out, status;
		pid_t pid = start(argv + optind, &out);

		if (!await_line(out)) {
			puts("- -");
			kill(pid, SIGKILL);
			return EXIT_FAILURE;
		}
		line = now_ms();
		first[i] = line - begin;
		if (interrupt) {
			usleep(500000);
			line = now_ms();
			kill(pid, SIGINT);
		}
		drain(out);
		waitpid(pid, &status, 0);
		last[i] = now_ms() - line;
		usleep((useconds_t)pause * 1000);
	}
	qsort(first, (size_t)rounds, sizeof *first, by_value);
	qsort(last, (size_t)rounds, sizeof *last, by_value);
	printf("%.2f %.2f\n", first[rounds / 2], last[rounds / 2]);
	return 0;
}
