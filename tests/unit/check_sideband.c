// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The side-band on this kernel: a child that maps known libraries, forks and
// executes a known program, and what is told of it, counted. Needs
// CAP_PERFMON; without it there is nothing to run.

#include <bpf/libbpf.h>
#include <check.h>
#include <dlfcn.h>
#include <event2/event.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/sym/sideband.h"
#include "tests/unit/suite.h"

#define LIBRARY "libBrokenLocale.so.1"	// of libc, and nobody uses it

enum { FORKS = 300, EVENTS = 32768 };

struct seen {
	struct sideband_event e;
	char path[256];
};

// What was told, in order, of the processes below the test.
static struct seen log_[EVENTS];
static size_t nlog;

static void note(void *arg, const struct sideband_event *e)
{
	(void)arg;
	ck_assert_uint_lt(nlog, EVENTS);
	log_[nlog].e = *e;
	snprintf(log_[nlog].path, sizeof log_[nlog].path, "%s", e->path ? e->path : "");
	nlog++;
}

struct rig {
	struct event_base *base;
	struct sideband *s;
	struct sideband_listener l;
};

static void rig_open(struct rig *r)
{
	*r = (struct rig){ .base = event_base_new(), .l = { .fn = note } };
	nlog = 0;
	ck_assert_int_eq(sideband_new(&r->s, r->base, (uint32_t)libbpf_num_possible_cpus()), 0);
	ck_assert_int_eq(sideband_listen(r->s, &r->l), 0);
}

static void rig_close(struct rig *r)
{
	sideband_leave(r->s, &r->l);
	sideband_free(r->s);
	event_base_free(r->base);
}

static size_t count(enum sideband_kind kind, pid_t pid, const char *path)
{
	size_t n = 0;

	for (size_t i = 0; i < nlog; i++)
		n += log_[i].e.kind == kind && log_[i].e.pid == pid &&
		     (!path || strstr(log_[i].path, path));
	return n;
}

static const struct seen *find(enum sideband_kind kind, pid_t pid, const char *path)
{
	for (size_t i = 0; i < nlog; i++) {
		if (log_[i].e.kind == kind && log_[i].e.pid == pid &&
		    (!path || strstr(log_[i].path, path)))
			return &log_[i];
	}
	ck_abort_msg("pid %d, kind %d, path %s: not told", pid, kind, path ? path : "");
}

static pid_t run(void (*child)(void))
{
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		child();
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	return pid;
}

// ---- cases -----------------------------------------------------------------

static void *nothing(void *arg)
{
	return arg;
}

static void map_things(void)
{
	void *library = dlopen(LIBRARY, RTLD_NOW);
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	pthread_t thread;

	mmap(NULL, page, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	mmap(NULL, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);	// not code
	pthread_create(&thread, NULL, nothing, NULL);
	pthread_join(thread, NULL);
	_exit(library ? 0 : 1);
}

START_TEST(libraries_are_told_once)
{
	const struct seen *map;
	struct rig r;
	struct stat st;
	pid_t pid;

	rig_open(&r);
	pid = run(map_things);
	sideband_read(r.s);
	ck_assert_uint_eq(count(SIDEBAND_FORK, pid, NULL), 1);
	ck_assert_uint_eq(count(SIDEBAND_MAP, pid, LIBRARY), 1);
	ck_assert_uint_eq(count(SIDEBAND_MAP, pid, "//anon"), 1);
	ck_assert_uint_eq(count(SIDEBAND_EXEC, pid, NULL), 0);
	ck_assert_uint_eq(count(SIDEBAND_EXIT, pid, NULL), 1);
	ck_assert_int_eq(find(SIDEBAND_FORK, pid, NULL)->e.parent, getpid());
	map = find(SIDEBAND_MAP, pid, LIBRARY);
	ck_assert_int_eq(stat(map->path, &st), 0);
	ck_assert_uint_eq(map->e.inode, st.st_ino);
	ck_assert_uint_eq(map->e.major, major(st.st_dev));
	ck_assert_uint_eq(map->e.minor, minor(st.st_dev));
	ck_assert_uint_gt(map->e.length, 0);
	ck_assert_uint_eq(sideband_lost(r.s), 0);
	rig_close(&r);
}
END_TEST

static void execute(void)
{
	execl("/bin/true", "true", NULL);
	_exit(1);
}

// The program, the loader, the vDSO; then the library.
START_TEST(an_exec_is_told_before_its_mappings)
{
	const struct seen *exec;
	struct rig r;
	pid_t pid;

	rig_open(&r);
	pid = run(execute);
	sideband_read(r.s);
	ck_assert_uint_eq(count(SIDEBAND_EXEC, pid, NULL), 1);
	ck_assert_uint_eq(count(SIDEBAND_MAP, pid, NULL), 4);
	ck_assert_uint_eq(count(SIDEBAND_MAP, pid, "/true"), 1);
	ck_assert_uint_eq(count(SIDEBAND_MAP, pid, "/ld-linux"), 1);
	ck_assert_uint_eq(count(SIDEBAND_MAP, pid, "[vdso]"), 1);
	ck_assert_uint_eq(count(SIDEBAND_MAP, pid, "/libc"), 1);
	exec = find(SIDEBAND_EXEC, pid, NULL);
	ck_assert(exec > find(SIDEBAND_FORK, pid, NULL));
	ck_assert(exec < find(SIDEBAND_MAP, pid, "/true"));
	ck_assert(find(SIDEBAND_MAP, pid, "/true") < find(SIDEBAND_MAP, pid, "/libc"));
	ck_assert(find(SIDEBAND_MAP, pid, "/libc") < find(SIDEBAND_EXIT, pid, NULL));
	rig_close(&r);
}
END_TEST

static void fork_again(void)
{
	for (int i = 0; i < FORKS; i++) {
		pid_t pid = fork();

		if (pid == 0)
			_exit(0);
		waitpid(pid, NULL, 0);
	}
}

// Parent and child run on different CPUs, as it happens.
START_TEST(order_over_all_cpus)
{
	struct rig r;
	pid_t pid;
	size_t forks = 0, exits = 0;

	rig_open(&r);
	pid = run(fork_again);
	sideband_read(r.s);
	for (size_t i = 0; i < nlog; i++) {
		const struct sideband_event *e = &log_[i].e;

		ck_assert(i == 0 || log_[i - 1].e.time <= e->time);
		if (e->kind != SIDEBAND_FORK || e->parent != pid)
			continue;
		forks++;
		exits += count(SIDEBAND_EXIT, e->pid, NULL);
		ck_assert(find(SIDEBAND_EXIT, e->pid, NULL) > &log_[i]);
	}
	ck_assert_uint_eq(forks, FORKS);
	ck_assert_uint_eq(exits, FORKS);
	rig_close(&r);
}
END_TEST

static void stop_loop(void *arg, const struct sideband_event *e)
{
	struct rig *r = arg;

	note(NULL, e);
	if (e->kind == SIDEBAND_MAP && strstr(e->path, "/libc"))
		event_base_loopbreak(r->base);
}

START_TEST(the_event_loop_is_woken)
{
	struct timeval patience = { 20, 0 };
	struct rig r;

	rig_open(&r);
	r.l.fn = stop_loop;
	r.l.arg = &r;
	run(execute);
	event_base_loopexit(r.base, &patience);
	ck_assert_int_eq(event_base_dispatch(r.base), 0);
	ck_assert(event_base_got_break(r.base));
	rig_close(&r);
}
END_TEST

START_TEST(nothing_is_told_when_nobody_listens)
{
	struct rig r;
	pid_t pid;

	rig_open(&r);
	sideband_leave(r.s, &r.l);
	pid = run(execute);
	sideband_read(r.s);
	ck_assert_uint_eq(count(SIDEBAND_MAP, pid, NULL), 0);
	ck_assert_int_eq(sideband_listen(r.s, &r.l), 0);
	pid = run(execute);
	sideband_read(r.s);
	ck_assert_uint_eq(count(SIDEBAND_MAP, pid, NULL), 4);
	rig_close(&r);
}
END_TEST

// More than the rings hold: what is told and what is lost are all.
START_TEST(what_is_lost_is_counted)
{
	enum { ROUNDS = 20000 };
	size_t page = (size_t)sysconf(_SC_PAGESIZE), told = 0, lost = 0;
	struct rig r;

	rig_open(&r);
	for (int i = 0; i < ROUNDS; i++) {
		void *p = mmap(NULL, page, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		munmap(p, page);
	}
	// The ring tells of what it lost with the next record that it takes.
	for (int round = 0; round < 2; round++) {
		sideband_read(r.s);
		for (size_t i = 0; i < nlog; i++) {
			told += log_[i].e.kind == SIDEBAND_MAP && log_[i].e.pid == getpid();
			lost += log_[i].e.kind == SIDEBAND_LOST ? log_[i].e.lost : 0;
		}
		nlog = 0;
		run(execute);
	}
	ck_assert_uint_gt(lost, 0);
	ck_assert_uint_eq(lost, sideband_lost(r.s));
	ck_assert_uint_ge(told + lost, ROUNDS);
	ck_assert_uint_lt(told, ROUNDS);
	rig_close(&r);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("sideband");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, libraries_are_told_once);
	tcase_add_test(tc, an_exec_is_told_before_its_mappings);
	tcase_add_test(tc, order_over_all_cpus);
	tcase_add_test(tc, the_event_loop_is_woken);
	tcase_add_test(tc, nothing_is_told_when_nobody_listens);
	tcase_add_test(tc, what_is_lost_is_counted);
	return suite_run_as_root("sideband", tc);
}
