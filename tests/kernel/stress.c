// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// stress THREADS CALLS KEYS: the exact part of the stress test. Prints its pid,
// waits for a line on stdin, then makes THREADS x CALLS calls getppid(key,
// weight), with keys in an order that differs per thread and weight a function
// of the key. At last prints "key KEY CALLS WEIGHT" per key, "total CALLS".

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MAX_THREADS = 64, MAX_KEYS = 4096 };

struct thread {
	pthread_t id;
	uint32_t number, calls, keys;
	uint64_t made[MAX_KEYS];
};

static long weight(uint64_t key)
{
	return (long)(key * 1000003 + 17);
}

static void *run(void *arg)
{
	struct thread *t = arg;
	uint32_t key = t->number % t->keys, step = 1 + 2 * t->number;

	for (uint32_t i = 0; i < t->calls; i++) {
		syscall(SYS_getppid, (long)key, weight(key));
		t->made[key]++;
		key = (key + step) % t->keys;
	}
	return NULL;
}

static uint32_t number(const char *text, uint32_t most)
{
	uint32_t n = (uint32_t)strtoul(text, NULL, 10);

	return n < 1 || n > most ? most : n;
}

int main(int argc, char **argv)
{
	static struct thread threads[MAX_THREADS];
	uint32_t nthreads, keys;
	uint64_t total = 0;

	if (argc != 4)
		return EXIT_FAILURE;
	nthreads = number(argv[1], MAX_THREADS);
	keys = number(argv[3], MAX_KEYS);
	printf("pid %d\n", (int)getpid());
	fflush(stdout);
	if (getchar() == EOF)
		return EXIT_FAILURE;
	for (uint32_t i = 0; i < nthreads; i++) {
		threads[i].number = i;
		threads[i].calls = number(argv[2], UINT32_MAX);
		threads[i].keys = keys;
		if (pthread_create(&threads[i].id, NULL, run, &threads[i]))
			return EXIT_FAILURE;
	}
	for (uint32_t i = 0; i < nthreads; i++)
		pthread_join(threads[i].id, NULL);
	for (uint32_t key = 0; key < keys; key++) {
		uint64_t made = 0;

		for (uint32_t i = 0; i < nthreads; i++)
			made += threads[i].made[key];
		total += made;
		printf("key %u %llu %ld\n", key, (unsigned long long)made, weight(key));
	}
	printf("total %llu\n", (unsigned long long)total);
	return 0;
}
