// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Naming addresses, with the real symbol worker and the real list of symbols.
// Needs root.

#include <check.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/compile/jail.h"
#include "daemon/compile/symbols.h"
#include "daemon/policy/policy.h"
#include "daemon/sym/elf.h"
#include "daemon/sym/sym.h"
#include "daemon/sym/unwind_job.h"
#include "dlang/base/arena.h"
#include "dlang/dlang.h"
#include "tests/unit/outcome.h"
#include "tests/unit/suite.h"

static const struct policy_scope everyone = { .all = true };

static struct event_base *base;
static struct syms *syms;
static struct outcome outcome;

static void setup(void)
{
	base = event_base_new();
	ck_assert_int_eq(syms_new(&syms, base, NULL), 0);
	outcome = (struct outcome){ 0 };
}

static void teardown(void)
{
	syms = syms_free(syms);
	event_base_free(base);
}

static struct syms_job *submit(const struct sym_query *q, size_t n, struct outcome *o)
{
	struct syms_job *job = NULL;

	o->base = base;
	ck_assert_int_eq(syms_resolve(syms, q, n, &everyone, false, outcome_take, o, &job), 0);
	ck_assert_ptr_nonnull(job);
	return job;
}

static void ask(const struct sym_query *q, size_t n)
{
	outcome.calls = 0;
	submit(q, n, &outcome);
	ck_assert_int_eq(outcome.calls, 0);
	event_base_dispatch(base);
	ck_assert_int_eq(outcome.calls, 1);
}

// The list, read here in another way than the worker does.
struct expected {
	uint64_t address;
	char name[256], module[64];
};

static struct expected list[512];
static size_t nlist;

// Every 300th function of the kernel whose neighbours have other addresses.
static void read_list(void)
{
	FILE *f = fopen("/proc/kallsyms", "r");
	char line[1024];
	struct expected previous = { 0 }, e, last = { 0 };
	size_t n = 0;

	ck_assert_ptr_nonnull(f);
	nlist = 0;
	while (fgets(line, sizeof line, f) && nlist < 512) {
		char type;

		memset(&e, 0, sizeof e);
		if (sscanf(line, "%lx %c %255s [%63[^]]]", &e.address, &type, e.name, e.module) < 3)
			continue;
		if (!*e.module)
			strcpy(e.module, "vmlinux");
		if (n++ % 300 == 0 && last.address < previous.address &&
			previous.address + 1 < e.address && !strcmp(e.module, "vmlinux"))
			list[nlist++] = previous;
		last = previous;
		previous = e;
	}
	fclose(f);
}

static pid_t worker_pid(void)
{
	char path[64];
	pid_t pid = 0;
	FILE *f;

	snprintf(path, sizeof path, "/proc/self/task/%d/children", getpid());
	f = fopen(path, "r");
	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq(fscanf(f, "%d", &pid), 1);
	fclose(f);
	return pid;
}

// ---- tests -----------------------------------------------------------------

START_TEST(kernel_addresses)
{
	struct sym_query q[512];

	read_list();
	ck_assert_uint_ge(nlist, 50);
	for (size_t i = 0; i < nlist; i++)
		q[i] = (struct sym_query){ .space = SYM_KERNEL, .address = list[i].address + i % 2 };
	ask(q, nlist);
	ck_assert_str_eq(outcome.failure, "");
	ck_assert_uint_eq(outcome.n, nlist);
	for (size_t i = 0; i < nlist; i++) {
		ck_assert_str_eq(outcome.answers[i].symbol, list[i].name);
		ck_assert_str_eq(outcome.answers[i].module, list[i].module);
		ck_assert_uint_eq(outcome.answers[i].offset, i % 2);
	}
}
END_TEST

// How many symbols have the name, and where the last one is.
static int count_symbols(const char *name, uint64_t *address)
{
	FILE *f = fopen("/proc/kallsyms", "r");
	char line[1024];
	int n = 0;

	ck_assert_ptr_nonnull(f);
	while (fgets(line, sizeof line, f)) {
		const char *at = strstr(line, name);

		if (!at || at[-1] != ' ' || !strchr("\t\n", at[strlen(name)]))
			continue;
		*address = strtoull(line, NULL, 16);
		n++;
	}
	fclose(f);
	return n;
}

// The compiler's list: a name that several symbols have is nobody's.
START_TEST(addresses_of_functions)
{
	struct symbol_place places[] = { { .name = "vfs_read" }, { .name = "no_such_function" }, { .name = "c_start" } };
	struct arena *a = arena_new(0, NULL, NULL);
	struct symbol_source source;
	uint64_t vfs_read = 0, c_start = 0;
	bool one = count_symbols("c_start", &c_start) == 1;	// it is cpuinfo's and crypto's

	ck_assert_int_eq(count_symbols("vfs_read", &vfs_read), 1);
	close(symbols_read(a, &source));
	symbols_place(&source, a, places, 3);
	ck_assert_uint_eq(places[0].address, vfs_read);
	ck_assert_uint_eq(places[1].address, 0);
	ck_assert_uint_eq(places[2].address, one ? c_start : 0);
	arena_free(a);
}
END_TEST

START_TEST(what_has_no_name)
{
	struct sym_query q[] = {
		{ .space = SYM_KERNEL, .address = 0 },
		{ .space = SYM_KERNEL, .address = 0x4711 },
		{ .space = SYM_KERNEL, .address = UINT64_C(0xffff800000000000) },
		{ .space = SYM_KERNEL, .address = UINT64_MAX },
		{ .space = SYM_USER, .process = 1, .address = 0x401000 },
	};

	ask(q, 5);
	ck_assert_uint_eq(outcome.n, 5);
	for (size_t i = 0; i < 5; i++) {
		ck_assert_str_eq(outcome.answers[i].symbol, "");
		ck_assert_str_eq(outcome.answers[i].module, "");
		ck_assert_uint_eq(outcome.answers[i].offset, q[i].address);
	}
	ask(q, 0);
	ck_assert_uint_eq(outcome.n, 0);
	ck_assert_str_eq(outcome.failure, "");
}
END_TEST

START_TEST(jobs_keep_their_order)
{
	static struct outcome first, second, cancelled;
	struct sym_query a, b;
	struct syms_job *job;

	read_list();
	a = (struct sym_query){ .space = SYM_KERNEL, .address = list[3].address };
	b = (struct sym_query){ .space = SYM_KERNEL, .address = list[7].address };
	submit(&a, 1, &first);
	job = submit(&a, 1, &cancelled);
	submit(&b, 1, &second);
	syms_cancel(job);
	event_base_dispatch(base);
	ck_assert_int_eq(first.calls, 1);
	ck_assert_int_eq(second.calls, 0);
	event_base_dispatch(base);
	ck_assert_int_eq(second.calls, 1);
	ck_assert_int_eq(cancelled.calls, 0);
	ck_assert_str_eq(first.answers[0].symbol, list[3].name);
	ck_assert_str_eq(second.answers[0].symbol, list[7].name);
}
END_TEST

// What is with the worker when it dies fails; the next question finds another one.
START_TEST(a_worker_dies)
{
	struct sym_query q = { .space = SYM_KERNEL };
	pid_t first;

	read_list();
	q.address = list[5].address;
	ask(&q, 1);
	first = worker_pid();
	ck_assert_int_eq(kill(first, SIGSTOP), 0);
	submit(&q, 1, &outcome);
	event_base_loop(base, EVLOOP_NONBLOCK);
	ck_assert_int_eq(kill(first, SIGKILL), 0);
	outcome.calls = 0;
	event_base_dispatch(base);
	ck_assert_int_eq(outcome.calls, 1);
	ck_assert_ptr_nonnull(strstr(outcome.failure, "the symbol worker crashed"));
	ck_assert_uint_eq(outcome.n, 0);
	ask(&q, 1);
	ck_assert_str_eq(outcome.failure, "");
	ck_assert_str_eq(outcome.answers[0].symbol, list[5].name);
	ck_assert_int_ne(worker_pid(), first);
}
END_TEST

START_TEST(it_is_in_jail)
{
	struct sym_query q = { .space = SYM_KERNEL };
	char path[64], line[256], status[8192] = "";
	FILE *f;

	ask(&q, 1);
	snprintf(path, sizeof path, "/proc/%d/status", worker_pid());
	f = fopen(path, "r");
	ck_assert_ptr_nonnull(f);
	while (fgets(line, sizeof line, f))
		strncat(status, line, sizeof status - strlen(status) - 1);
	fclose(f);
	ck_assert_ptr_nonnull(strstr(status, "\nUid:\t65534\t65534\t65534\t65534\n"));
	ck_assert_ptr_nonnull(strstr(status, "\nCapEff:\t0000000000000000\n"));
	ck_assert_ptr_nonnull(strstr(status, "\nCapBnd:\t0000000000000000\n"));
	ck_assert_ptr_nonnull(strstr(status, "\nNoNewPrivs:\t1\n"));
	if (jail_filters())
		ck_assert_ptr_nonnull(strstr(status, "\nSeccomp:\t2\n"));
}
END_TEST

// ---- unwind tables ---------------------------------------------------------

static struct {
	struct unwind_table expected;
	int error, calls;
	bool same;
} tables;

static void on_table(void *arg, const struct unwind_table *t, int error)
{
	const struct unwind_table *e = &tables.expected;

	(void)arg;
	tables.calls++;
	tables.error = error;
	tables.same = t && t->base == e->base && t->nrows == e->nrows && t->nrules == e->nrules &&
		      !memcmp(t->rows, e->rows, t->nrows * sizeof *t->rows) &&
		      !memcmp(t->rules, e->rules, t->nrules * sizeof *t->rules) &&
		      !memcmp(t->segments, e->segments, sizeof t->segments);
	event_base_loopbreak(base);
}

static int ask_table(const char *path)
{
	struct syms_job *job;
	int fd = open(path, O_RDONLY | O_CLOEXEC), r;

	ck_assert_int_ge(fd, 0);
	tables.calls = 0;
	r = syms_unwind(syms, fd, on_table, NULL, &job);
	ck_assert_int_eq(r, 0);
	event_base_dispatch(base);
	ck_assert_int_eq(tables.calls, 1);
	return tables.error;
}

START_TEST(tables_from_the_worker)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	struct elf_source source = elf_from_file(fd, (uint64_t)lseek(fd, 0, SEEK_END));
	struct elf e;

	ck_assert_int_eq(elf_open(&e, &source), 0);
	ck_assert_int_eq(unwind_build_elf(&tables.expected, &e), 0);
	elf_close(&e);
	close(fd);
	ck_assert_int_eq(ask_table("/proc/self/exe"), 0);
	ck_assert(tables.same);
	ck_assert_int_eq(ask_table("/bin/sh"), 0);
	ck_assert(!tables.same);
	ck_assert_int_eq(ask_table("/etc/passwd"), -ENOEXEC);
	ck_assert_int_eq(ask_table("/proc/self/exe"), 0);	// the worker is still there
	ck_assert(tables.same);
	unwind_table_deinit(&tables.expected);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("syms");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, kernel_addresses);
	tcase_add_test(t, addresses_of_functions);
	tcase_add_test(t, what_has_no_name);
	tcase_add_test(t, jobs_keep_their_order);
	tcase_add_test(t, a_worker_dies);
	tcase_add_test(t, it_is_in_jail);
	tcase_add_test(t, tables_from_the_worker);
	return suite_run_as_root("syms", t);
}
