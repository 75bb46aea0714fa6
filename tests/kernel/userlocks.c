// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// userlocks FREE TAKEN KINDS: takes a mutex FREE times when it is free, and lets another thread wait for it TAKEN times, each
// time until that is seen asleep; the same for a mutex with inheritance of priorities, and for a reader of a
// reader/writer lock. Then, KINDS times, what else can happen to locks (kinds()).
// Prints "mutex ADDRESS" and so on, and for each wait "wait NAME LEAST MOST": ns that it took at least and at most.

#include <errno.h>
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

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER, inheriting, recursive, checking, robust;
static pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;

static int take_mutex(void *lock)
{
	return pthread_mutex_lock(lock);
}

static int release_mutex(void *lock)
{
	return pthread_mutex_unlock(lock);
}

static int take_reader(void *lock)
{
	return pthread_rwlock_rdlock(lock);
}

static int take_writer(void *lock)
{
	return pthread_rwlock_wrlock(lock);
}

static int release_rw(void *lock)
{
	return pthread_rwlock_unlock(lock);
}

// What is held while a thread waits, and as what it waits.
struct contended {
	const char *name;
	void *lock;
	int (*hold)(void *lock);
	int (*take)(void *lock);
	int (*release)(void *lock);
};

static const struct contended contendeds[] = {
	{ "mutex", &mutex, take_mutex, take_mutex, release_mutex },
	{ "inheriting", &inheriting, take_mutex, take_mutex, release_mutex },
	{ "rw", &rw, take_writer, take_reader, release_rw },
};

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
	const struct contended *c = arg;

	tid = (pid_t)syscall(SYS_gettid);
	before = now();
	at_it = true;
	c->take(c->lock);
	after = now();
	c->release(c->lock);
	return NULL;
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

static void contend(const struct contended *c)
{
	struct timespec hold = { 0, HOLD_MS * 1000000L };
	int64_t asleep, released;
	pthread_t t;

	at_it = false;
	c->hold(c->lock);
	if (pthread_create(&t, NULL, run, (void *)c) != 0)
		exit(EXIT_FAILURE);
	while (!at_it || !is_asleep())
		;
	asleep = now();
	nanosleep(&hold, NULL);
	released = now();
	c->release(c->lock);
	pthread_join(t, NULL);
	printf("wait %s %lld %lld\n", c->name, (long long)(released - asleep), (long long)(after - before));
}

// ---- kinds -----------------------------------------------------------------

static void expect(int got, int want)
{
	if (got == want)
		return;
	fprintf(stderr, "userlocks: %s instead of %s\n", strerror(got), strerror(want));
	exit(EXIT_FAILURE);
}

static struct timespec soon(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_nsec += 1000000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	return t;
}

static void init(pthread_mutex_t *m, int type, int protocol, int robustness)
{
	pthread_mutexattr_t a;

	pthread_mutexattr_init(&a);
	pthread_mutexattr_settype(&a, type);
	pthread_mutexattr_setprotocol(&a, protocol);
	pthread_mutexattr_setrobust(&a, robustness);
	expect(pthread_mutex_init(m, &a), 0);
}

static void mutexes(void)
{
	struct timespec t = soon();

	for (int i = 0; i < 3; i++)
		expect(pthread_mutex_lock(&recursive), 0);
	for (int i = 0; i < 3; i++)
		expect(pthread_mutex_unlock(&recursive), 0);
	expect(pthread_mutex_trylock(&mutex), 0);
	expect(pthread_mutex_trylock(&mutex), EBUSY);
	expect(pthread_mutex_timedlock(&mutex, &t), ETIMEDOUT);
	expect(pthread_mutex_unlock(&mutex), 0);
	expect(pthread_mutex_lock(&checking), 0);
	expect(pthread_mutex_lock(&checking), EDEADLK);
	expect(pthread_mutex_unlock(&checking), 0);
	expect(pthread_mutex_unlock(&checking), EPERM);
}

static void *leave(void *arg)
{
	expect(pthread_mutex_lock(&robust), 0);
	return arg;
}

// The last owner is dead; a wait for what nobody tells.
static void owners(void)
{
	struct timespec t = soon();
	pthread_t thread;

	expect(pthread_create(&thread, NULL, leave, NULL), 0);
	pthread_join(thread, NULL);
	expect(pthread_mutex_lock(&robust), EOWNERDEAD);
	pthread_mutex_consistent(&robust);
	expect(pthread_cond_timedwait(&cond, &robust, &t), ETIMEDOUT);
	expect(pthread_mutex_unlock(&robust), 0);
}

static void readers(void)
{
	struct timespec t = soon();

	expect(pthread_rwlock_rdlock(&rw), 0);
	expect(pthread_rwlock_tryrdlock(&rw), 0);
	expect(pthread_rwlock_timedwrlock(&rw, &t), ETIMEDOUT);
	expect(pthread_rwlock_unlock(&rw), 0);
	expect(pthread_rwlock_unlock(&rw), 0);
	expect(pthread_rwlock_wrlock(&rw), 0);
	expect(pthread_rwlock_tryrdlock(&rw), EBUSY);
	expect(pthread_rwlock_trywrlock(&rw), EBUSY);
	expect(pthread_rwlock_unlock(&rw), 0);
}

static void print_addresses(void)
{
	const struct { const char *name; const void *lock; } locks[] = {
		{ "mutex", &mutex }, { "inheriting", &inheriting }, { "recursive", &recursive },
		{ "checking", &checking }, { "robust", &robust }, { "rw", &rw },
	};

	for (size_t i = 0; i < sizeof locks / sizeof *locks; i++)
		printf("%s %lld\n", locks[i].name, (long long)(intptr_t)locks[i].lock);
}

int main(int argc, char **argv)
{
	if (argc < 4)
		return EXIT_FAILURE;
	init(&inheriting, PTHREAD_MUTEX_NORMAL, PTHREAD_PRIO_INHERIT, PTHREAD_MUTEX_STALLED);
	init(&recursive, PTHREAD_MUTEX_RECURSIVE, PTHREAD_PRIO_NONE, PTHREAD_MUTEX_STALLED);
	init(&checking, PTHREAD_MUTEX_ERRORCHECK, PTHREAD_PRIO_NONE, PTHREAD_MUTEX_STALLED);
	init(&robust, PTHREAD_MUTEX_NORMAL, PTHREAD_PRIO_NONE, PTHREAD_MUTEX_ROBUST);
	print_addresses();
	for (int n = atoi(argv[1]); n > 0; n--) {
		pthread_mutex_lock(&mutex);
		pthread_mutex_unlock(&mutex);
	}
	for (size_t i = 0; i < sizeof contendeds / sizeof *contendeds; i++)
		for (int n = atoi(argv[2]); n > 0; n--)
			contend(&contendeds[i]);
	for (int n = atoi(argv[3]); n > 0; n--) {
		mutexes();
		owners();
		readers();
	}
	fflush(stdout);
	return 0;
}
