// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// userlocks FREE TAKEN: takes a mutex FREE times when it is free, and lets another thread wait for it TAKEN times, each time
// until that is seen asleep. Prints "mutex ADDRESS", and for each wait "wait LEAST MOST": ns that it took at least and at most.

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { HOLD_MS = 20 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static volatile pid_t tid;
static volatile bool at_it;
static int64_t before, after;

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void *run(void *arg)
{
	tid = (pid_t)syscall(SYS_gettid);
	before = now();
	at_it = true;
	pthread_mutex_lock(&mutex);
	after = now();
	pthread_mutex_unlock(&mutex);
	return arg;
}

// In futex(2), by its number.
static bool is_asleep(void)
{
	char path[64], line[64] = "";
	FILE *f;

	snprintf(path, sizeof path, "/proc/self/task/%d/syscall", (int)tid);
	f = fopen(path, "re");
	if (f && !fgets(line, sizeof line, f))
		*line = 0;
	if (f)
		fclose(f);
	return *line && strncmp(line, "running", 7) != 0 && atol(line) == SYS_futex;
}

static void contend(void)
{
	struct timespec hold = { 0, HOLD_MS * 1000000L };
	int64_t asleep, released;
	pthread_t t;

	at_it = false;
	pthread_mutex_lock(&mutex);
	if (pthread_create(&t, NULL, run, NULL) != 0)
		exit(EXIT_FAILURE);
	while (!at_it || !is_asleep())
		;
	asleep = now();
	nanosleep(&hold, NULL);
	released = now();
	pthread_mutex_unlock(&mutex);
	pthread_join(t, NULL);
	printf("wait %lld %lld\n", (long long)(released - asleep), (long long)(after - before));
}

int main(int argc, char **argv)
{
	if (argc < 3)
		return EXIT_FAILURE;
	for (int n = atoi(argv[1]); n > 0; n--) {
		pthread_mutex_lock(&mutex);
		pthread_mutex_unlock(&mutex);
	}
	printf("mutex %lld\n", (long long)(intptr_t)&mutex);
	for (int n = atoi(argv[2]); n > 0; n--)
		contend();
	fflush(stdout);
	return 0;
}
