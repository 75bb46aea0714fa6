// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Links that threads make and close. A kernel without kprobe.multi refuses them, which is an answer, too.
// Needs root.

#include <bpf/bpf.h>
#include <check.h>
#include <event2/event.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/kernel/insn.h"
#include "daemon/kernel/linker.h"
#include "daemon/util.h"
#include "tests/unit/suite.h"

static struct event_base *base;
static struct linker *linker;

struct told {
	int calls, fd;
};

static void setup(void)
{
	base = event_base_new();
	ck_assert_int_eq(linker_new(&linker, base), 0);
}

static void teardown(void)
{
	ck_assert_ptr_null(linker_free(linker));
	event_base_free(base);
}

static void on_link(void *arg, int fd)
{
	struct told *t = arg;

	t->calls++;
	t->fd = fd;
}

static int load_empty(void)
{
	struct bpf_insn insns[] = { insn_mov_imm(BPF_REG_0, 0), insn_exit() };
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = BPF_TRACE_KPROBE_MULTI);

	return bpf_prog_load(BPF_PROG_TYPE_KPROBE, "check", "Dual BSD/GPL", insns, NELEMS(insns), &opts);
}

static struct linking *start(int prog, struct told *t)
{
	struct link_request q = { .names = strdup("bpf_fentry_test1"), .cookies = calloc(1, sizeof(uint64_t)), .n = 1 };
	struct linking *k = NULL;

	ck_assert_int_eq(linker_start(linker, prog, &q, on_link, t, &k), 0);
	ck_assert_ptr_null(q.names);
	ck_assert_ptr_nonnull(k);
	return k;
}

START_TEST(who_waits_is_told_once)
{
	struct told t[3] = { 0 };
	int prog = load_empty(), before;

	ck_assert_int_ge(prog, 0);
	before = link_functions(prog, &(struct link_request){
		.names = (char *)"bpf_fentry_test1", .cookies = &(uint64_t){ 1 }, .n = 1 });
	close_fd(before);
	for (int i = 0; i < 3; i++)
		start(prog, &t[i]);
	close(prog);		// they have their own
	ck_assert_int_eq(t[0].calls, 0);
	while (t[0].calls + t[1].calls + t[2].calls < 3)
		ck_assert_int_eq(event_base_loop(base, EVLOOP_ONCE), 0);
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(t[i].calls, 1);
		if (before < 0)
			ck_assert_int_eq(t[i].fd, before);
		else
			ck_assert_int_ge(t[i].fd, 0);
		close_fd(t[i].fd);
	}
}
END_TEST

START_TEST(who_has_left_is_not_told)
{
	struct told left = { 0 }, stays = { 0 };
	int prog = load_empty();

	linking_cancel(start(prog, &left));
	start(prog, &stays);
	while (!stays.calls)
		ck_assert_int_eq(event_base_loop(base, EVLOOP_ONCE), 0);
	linking_cancel(start(prog, &left));
	linking_cancel(NULL);
	linker = linker_free(linker);	// waits for it
	ck_assert_int_eq(left.calls, 0);
	close_fd(stays.fd);
	close(prog);
}
END_TEST

// Whether the pipe has no writer any more.
static bool is_closed(int fd)
{
	struct pollfd p = { fd, POLLIN, 0 };

	return poll(&p, 1, 0) == 1 && p.revents & POLLHUP;
}

START_TEST(all_are_closed)
{
	enum { PIPES = 40 };
	int pipes[PIPES][2], closed;

	for (int i = 0; i < PIPES; i++)
		ck_assert_int_eq(pipe2(pipes[i], O_CLOEXEC), 0);
	for (int i = 0; i < PIPES; i += 2) {
		int *two = malloc(2 * sizeof *two);

		two[0] = pipes[i][1];
		two[1] = pipes[i + 1][1];
		linker_close(linker, two, 2);
	}
	do {
		ck_assert_int_eq(event_base_loop(base, EVLOOP_ONCE), 0);
		closed = 0;
		for (int i = 0; i < PIPES; i++)
			closed += is_closed(pipes[i][0]);
	} while (closed < PIPES);
	for (int i = 0; i < PIPES; i++)
		close(pipes[i][0]);
	linker_close(linker, NULL, 0);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("linker");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, who_waits_is_told_once);
	tcase_add_test(t, who_has_left_is_not_told);
	tcase_add_test(t, all_are_closed);
	return suite_run("linker", t);
}
