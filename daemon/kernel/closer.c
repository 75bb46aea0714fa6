// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

#include "daemon/kernel/closer.h"

#include <pthread.h>
#include <unistd.h>

enum { THREADS = 64, STACK_SIZE = 64 * 1024 };

struct closing {
	int *fds;
	uint32_t n, next;	// next is shared
};

static void *close_some(void *arg)
{
	struct closing *c = arg;
	uint32_t i;

	while ((i = __atomic_fetch_add(&c->next, 1, __ATOMIC_RELAXED)) < c->n)
		close(c->fds[i]);
	return NULL;
}

void close_many(int *fds, uint32_t n)
{
	struct closing c = { fds, n, 0 };
	pthread_t threads[THREADS];
	pthread_attr_t attr;
	uint32_t started = 0;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_SIZE);
	while (started < THREADS && started + 1 < n &&
		!pthread_create(&threads[started], &attr, close_some, &c))
		started++;
	pthread_attr_destroy(&attr);
	close_some(&c);
	for (uint32_t i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
}
