// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The audit: records as a journal gets them, and what happens when it does not.

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/log.h"
#include "daemon/policy/audit.h"
#include "daemon/policy/policy_load.h"
#include "tests/unit/suite.h"
#include "tests/unit/workdir.h"

static struct workdir dir;
static char path[96], record[1 << 16];
static struct audit a;
static struct peer peer = { .uid = 1000, .gid = 100, .pid = 42, .comm = (char *)"dt\nrace", .exe = (char *)"/bin/dtrace",
	.has_loginuid = true, .loginuid = 1001 };
static int journal;

static int open_journal(void)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	snprintf(at.sun_path, sizeof at.sun_path, "%s", path);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
	return fd;
}

static void setup(void)
{
	workdir_init(&dir);
	snprintf(path, sizeof path, "%s/socket", dir.path);
	journal = open_journal();
	audit_open(&a, path, false);
}

static void teardown(void)
{
	audit_close(&a);
	close(journal);
	workdir_deinit(&dir);
}

// The next record; false if there is none.
static bool take(void)
{
	ssize_t n = recv(journal, record, sizeof record - 1, MSG_DONTWAIT);

	record[n < 0 ? 0 : n] = '\0';
	return n > 0;
}

// The value of a field, or NULL; at most one at a time.
static const char *field(const char *name)
{
	static char value[1 << 15];
	char key[64];
	const char *at;

	snprintf(key, sizeof key, "\n%s=", name);
	at = strstr(record, key);
	if (!at)
		return NULL;
	at += strlen(key);
	snprintf(value, sizeof value, "%.*s", (int)strcspn(at, "\n"), at);
	return value;
}

START_TEST(a_record_has_its_facts)
{
	static const char program[] = "BEGIN {\n\ttrace(\"\\\x01\"); }";
	struct audit_entry e = { .event = AUDIT_START, .peer = &peer, .session = 0xabc, .name = "mine", .program = program,
		.program_len = sizeof program - 1, .class = "user", .probes = 3 };

	ck_assert_int_eq(audit(&a, &e), 0);
	ck_assert(take());
	ck_assert_ptr_eq(strstr(record, "MESSAGE=start: uid 1000, pid 42, dt?race, session 'mine'\n"), record);
	ck_assert_str_eq(field("DTRACE_EVENT"), "start");
	ck_assert_uint_eq(strlen(field("MESSAGE_ID")), 32);
	ck_assert_str_eq(field("PRIORITY"), "5");
	ck_assert_str_eq(field("DTRACE_UID"), "1000");
	ck_assert_str_eq(field("DTRACE_GID"), "100");
	ck_assert_str_eq(field("DTRACE_PID"), "42");
	ck_assert_str_eq(field("DTRACE_LOGINUID"), "1001");
	ck_assert_str_eq(field("DTRACE_COMM"), "dt?race");
	ck_assert_str_eq(field("DTRACE_EXE"), "/bin/dtrace");
	ck_assert_str_eq(field("DTRACE_SESSION"), "0000000000000abc");
	ck_assert_str_eq(field("DTRACE_NAME"), "mine");
	ck_assert_str_eq(field("DTRACE_CLASS"), "user");
	ck_assert_str_eq(field("DTRACE_PROBE_COUNT"), "3");
	ck_assert_str_eq(field("DTRACE_PROGRAM"), "BEGIN {\\n\\ttrace(\"\\\\\\x01\"); }");
	ck_assert_ptr_null(field("DTRACE_ROLE"));
	ck_assert_ptr_null(field("DTRACE_DROPS"));
	ck_assert_ptr_null(field("DTRACE_LOST"));
}
END_TEST

START_TEST(role_and_rule_are_named)
{
	static const struct policy_source none = { .group = "" };
	struct peer root = { .uid = 0 };
	struct policy *p;
	struct reason why;

	ck_assert_int_eq(policy_load(&p, &none, &why), 0);
	policy_bind(p, &root);
	ck_assert_int_eq(audit(&a, &(struct audit_entry){ .event = AUDIT_KILL, .peer = &root, .reason = "too\nlong", .ended = true,
		.duration_us = 7, .drops = 9 }), 0);
	ck_assert(take());
	ck_assert_str_eq(field("DTRACE_ROLE"), "root");
	ck_assert_str_eq(field("DTRACE_RULE"), "the built-in policy: bindings[0]");
	ck_assert_str_eq(field("DTRACE_REASON"), "too?long");
	ck_assert_str_eq(field("DTRACE_DURATION_US"), "7");
	ck_assert_str_eq(field("DTRACE_DROPS"), "9");
	ck_assert_ptr_null(field("DTRACE_LOGINUID"));
	policy_unref(root.policy);
	policy_unref(p);
}
END_TEST

START_TEST(a_long_program_is_cut)
{
	char *program = malloc(10000);

	memset(program, 1, 10000);
	ck_assert_int_eq(audit(&a, &(struct audit_entry){ .event = AUDIT_START, .program = program, .program_len = 10000 }), 0);
	ck_assert(take());
	ck_assert_uint_eq(strlen(field("DTRACE_PROGRAM")), 4 * 4096);
	free(program);
}
END_TEST

START_TEST(denials_are_bounded_by_user)
{
	struct peer other = { .uid = 1001 };
	struct audit_entry deny = { .event = AUDIT_DENY, .peer = &peer, .reason = "no" };

	for (int i = 0; i < AUDIT_DENIALS + 5; i++) {
		ck_assert_int_eq(audit(&a, &deny), 0);
		ck_assert(take() == (i < AUDIT_DENIALS));
	}
	ck_assert_int_eq(audit(&a, &(struct audit_entry){ .event = AUDIT_DENY, .peer = &other, .reason = "no" }), 0);
	ck_assert(take());
	ck_assert_str_eq(field("DTRACE_UID"), "1001");
	a.denials[1000 % AUDIT_USERS].since -= AUDIT_SECONDS;
	ck_assert_int_eq(audit(&a, &deny), 0);
	ck_assert(take());
	ck_assert_str_eq(field("DTRACE_LEFT_OUT"), "5");
}
END_TEST

START_TEST(connections_are_bounded_and_leave_room_for_denials)
{
	struct audit_entry connect = { .event = AUDIT_CONNECT, .peer = &peer };

	for (int i = 0; i < AUDIT_CONNECTS + 3; i++) {
		ck_assert_int_eq(audit(&a, &connect), 0);
		ck_assert(take() == (i < AUDIT_CONNECTS));
	}
	ck_assert_int_eq(audit(&a, &(struct audit_entry){ .event = AUDIT_DENY, .peer = &peer, .reason = "no" }), 0);
	ck_assert(take());
	a.connects[peer.uid % AUDIT_USERS].since -= AUDIT_SECONDS;
	ck_assert_int_eq(audit(&a, &connect), 0);
	ck_assert(take());
	ck_assert_str_eq(field("DTRACE_LEFT_OUT"), "3");
}
END_TEST

START_TEST(what_the_journal_does_not_take_is_counted)
{
	struct audit_entry e = { .event = AUDIT_START, .peer = &peer };
	int n = 0;

	while (audit(&a, &e) == 0)	// nobody reads: it never waits
		n++;
	ck_assert_int_gt(n, 0);
	ck_assert_int_eq(audit(&a, &e), -EAGAIN);
	for (; n; n--)
		ck_assert(take());
	ck_assert_int_eq(audit(&a, &e), 0);
	ck_assert(take());
	ck_assert_str_eq(field("DTRACE_LOST"), "2");
	close(journal);
	unlink(path);
	ck_assert_int_eq(audit(&a, &e), -ENOENT);
	journal = open_journal();	// another journal
	ck_assert_int_eq(audit(&a, &e), 0);
	ck_assert(take());
	ck_assert_str_eq(field("DTRACE_LOST"), "1");
	ck_assert_int_eq(audit(&a, &e), 0);
	ck_assert(take());
	ck_assert_ptr_null(field("DTRACE_LOST"));
}
END_TEST

START_TEST(without_a_journal_nothing_fails)
{
	struct audit none;

	audit_open(&none, "/nonexistent/socket", false);
	ck_assert_int_eq(audit(&none, &(struct audit_entry){ .event = AUDIT_START, .peer = &peer }), 0);
	audit_close(&none);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("audit");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_record_has_its_facts);
	tcase_add_test(t, role_and_rule_are_named);
	tcase_add_test(t, a_long_program_is_cut);
	tcase_add_test(t, denials_are_bounded_by_user);
	tcase_add_test(t, connections_are_bounded_and_leave_room_for_denials);
	tcase_add_test(t, what_the_journal_does_not_take_is_counted);
	tcase_add_test(t, without_a_journal_nothing_fails);
	return suite_run("audit", t);
}
