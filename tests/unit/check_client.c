// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The whole client against a fake daemon on a socket pair: a child answers each
// request from a script of replies and sends the session's events.

#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client/cmd.h"
#include "client/decode/records.h"
#include "proto/dtraced.pb-c.h"
#include "proto/frame.h"
#include "proto/limits.h"
#include "proto/version.h"
#include "tests/unit/suite.h"

// ---- the daemon's side -----------------------------------------------------

struct rec {
	uint64_t word;
	uint32_t len, form;
	uint64_t time;
	uint32_t probe, spec;
	uint64_t data;
	uint64_t more;
};

static void reply(int fd, uint32_t tag, Dtraced__Reply *m)
{
	uint8_t *body;
	size_t n;

	m->tag = tag;
	n = dtraced__reply__get_packed_size(m);
	body = malloc(n + 1);
	dtraced__reply__pack(m, body);
	frame_write(fd, body, n);
	free(body);
}

static void reply_done(int fd, uint32_t tag)
{
	Dtraced__Reply m = DTRACED__REPLY__INIT;
	Dtraced__Done done = DTRACED__DONE__INIT;

	m.body_case = DTRACED__REPLY__BODY_DONE;
	m.done = &done;
	reply(fd, tag, &m);
}

static void reply_hello(int fd, uint32_t tag)
{
	Dtraced__Reply m = DTRACED__REPLY__INIT;
	Dtraced__HelloReply hello = DTRACED__HELLO_REPLY__INIT;

	hello.version = PROTO_VERSION;
	hello.max_frame = PROTO_FRAME_CLIENT;
	m.body_case = DTRACED__REPLY__BODY_HELLO;
	m.hello = &hello;
	reply(fd, tag, &m);
}

// printf("%d"), then exit(3) with printa(@num) before it, then clear(@num).
static void reply_compiled(int fd, uint32_t tag)
{
	Dtraced__Reply m = DTRACED__REPLY__INIT;
	Dtraced__Compiled compiled = DTRACED__COMPILED__INIT;
	Dtraced__Schema s = DTRACED__SCHEMA__INIT;
	Dtraced__Clause clause = DTRACED__CLAUSE__INIT, *clauses[] = { &clause };
	Dtraced__Value value = DTRACED__VALUE__INIT, *values[] = { &value };
	Dtraced__Action actions[] = { DTRACED__ACTION__INIT, DTRACED__ACTION__INIT, DTRACED__ACTION__INIT,
				      DTRACED__ACTION__INIT, DTRACED__ACTION__INIT };
	Dtraced__Action *print[] = { &actions[0] }, *leave[] = { &actions[1], &actions[2], &actions[3], &actions[4] };
	Dtraced__Form forms[] = { DTRACED__FORM__INIT, DTRACED__FORM__INIT }, *formps[] = { &forms[0], &forms[1] };
	Dtraced__Agg aggs[] = { DTRACED__AGG__INIT, DTRACED__AGG__INIT }, *aggps[] = { &aggs[0], &aggs[1] };
	Dtraced__Site site = DTRACED__SITE__INIT, *sites[] = { &site };
	Dtraced__ProbeInfo probe = DTRACED__PROBE_INFO__INIT, *probes[] = { &probe };
	uint32_t ids[] = { 42 }, agg[] = { 0 }, matched[] = { 1 };
	uint8_t packed[2048];

	value.offset = REC_DATA;
	value.size = 8;
	value.is_signed = true;
	actions[0].kind = DTRACED__ACTION_KIND__ACTION_PRINTF;
	actions[0].has_format = true;
	actions[0].format.data = (uint8_t *)"n=%d";
	actions[0].format.len = 4;
	actions[0].values = values;
	actions[0].n_values = 1;
	actions[1].kind = actions[3].kind = DTRACED__ACTION_KIND__ACTION_PRINTA;
	actions[2].kind = DTRACED__ACTION_KIND__ACTION_CLEAR;
	for (int i = 1; i < 4; i++) {
		actions[i].aggs = agg;
		actions[i].n_aggs = 1;
	}
	actions[4].kind = DTRACED__ACTION_KIND__ACTION_EXIT;
	actions[4].values = values;
	actions[4].n_values = 1;
	forms[0].size = forms[1].size = 40;
	forms[0].actions = print;
	forms[0].n_actions = 1;
	forms[1].actions = leave;
	forms[1].n_actions = 4;
	for (int i = 0; i < 2; i++) {
		aggs[i].name = (char *)"num";
		aggs[i].nwords = 1;
		aggs[i].order = (uint32_t)i;
	}
	aggs[1].func = DTRACED__AGG_FUNC__AGG_FUNC_SUM;
	clause.epid_base = 7;
	clause.probes = ids;
	clause.n_probes = 1;
	site.action = 1;
	site.line = 1;
	site.column = 9;
	probe.id = 42;
	probe.prov = (char *)"syscall";
	probe.mod = (char *)"vmlinux";
	probe.func = (char *)"read";
	probe.name = (char *)"entry";
	s.clauses = clauses;
	s.forms = formps;
	s.aggs = aggps;
	s.sites = sites;
	s.probes = probes;
	s.matched = matched;
	s.n_clauses = s.n_sites = s.n_probes = s.n_matched = 1;
	s.n_forms = s.n_aggs = 2;
	compiled.session = 5;
	compiled.schema.len = dtraced__schema__pack(&s, packed);
	compiled.schema.data = packed;
	m.body_case = DTRACED__REPLY__BODY_COMPILED;
	m.compiled = &compiled;
	reply(fd, tag, &m);
}

static void send_records(int fd, uint32_t cpu, struct rec *recs, size_t n)
{
	Dtraced__Reply m = DTRACED__REPLY__INIT;
	Dtraced__Records records = DTRACED__RECORDS__INIT;

	records.session = 5;
	records.cpu = cpu;
	records.data.data = (uint8_t *)recs;
	records.data.len = n * sizeof(*recs);
	m.body_case = DTRACED__REPLY__BODY_RECORDS;
	m.records = &records;
	reply(fd, 0, &m);
}

static struct rec make(uint64_t time, uint32_t form, uint64_t data)
{
	return (struct rec){ 0, sizeof(struct rec), form, time, 42, 0, data, 0xdead };
}

static void send_status(int fd, uint64_t watermark, uint64_t lost)
{
	Dtraced__Reply m = DTRACED__REPLY__INIT;
	Dtraced__Status status = DTRACED__STATUS__INIT;
	Dtraced__Drop drop = DTRACED__DROP__INIT, *drops[] = { &drop };

	drop.cpu = 1;
	drop.count = lost;
	status.watermark = watermark;
	status.drops = drops;
	status.n_drops = 1;
	m.body_case = DTRACED__REPLY__BODY_STATUS;
	m.status = &status;
	reply(fd, 0, &m);
}

static void send_ended(int fd)
{
	Dtraced__Reply m = DTRACED__REPLY__INIT;
	Dtraced__Ended ended = DTRACED__ENDED__INIT;

	m.body_case = DTRACED__REPLY__BODY_ENDED;
	m.ended = &ended;
	reply(fd, 0, &m);
}

static void send_session(int fd)
{
	struct rec first[] = { make(20, FORM_FIRST, 2), make(30, FORM_FIRST, (uint64_t)-3) };
	struct rec second[] = { make(10, FORM_FIRST, 1), make(40, FORM_FIRST + 1, 3) };
	struct rec error = make(15, FORM_ERROR, (uint64_t)1 << 32);	// site 0, fault 1

	send_records(fd, 0, first, 2);
	send_records(fd, 1, second, 2);
	send_records(fd, 2, &error, 1);
	send_status(fd, 35, 0);
	send_status(fd, 50, 3);
	send_ended(fd);
}

static void reply_tables(int fd, const Dtraced__Request *req, uint64_t count)
{
	Dtraced__Reply m = DTRACED__REPLY__INIT;
	Dtraced__Tables tables = DTRACED__TABLES__INIT;
	Dtraced__Table table = DTRACED__TABLE__INIT, *tablep[] = { &table };

	for (size_t i = 0; i < req->snapshot->n_aggs; i++) {
		table.agg = req->snapshot->aggs[i];
		table.nwords = 1;
		table.rows.data = (uint8_t *)&count;
		table.rows.len = sizeof(count);
		tables.tables = tablep;
		tables.n_tables = 1;
		tables.more = i + 1 < req->snapshot->n_aggs;
		m.body_case = DTRACED__REPLY__BODY_TABLES;
		m.tables = &tables;
		reply(fd, req->tag, &m);
	}
}

static void reply_failure(int fd, uint32_t tag)
{
	Dtraced__Reply m = DTRACED__REPLY__INIT;
	Dtraced__Failure failure = DTRACED__FAILURE__INIT;
	Dtraced__Diagnostic d = DTRACED__DIAGNOSTIC__INIT, *ds[] = { &d, &d };

	d.tag = (char *)"D_PDESC_ZERO";
	d.location = (char *)"line 1:";
	d.text = (char *)"no probe matches";
	d.excerpt = (char *)"nonsense\n^~~~";
	d.hint = (char *)"did you mean sense?";
	failure.diagnostics = ds;
	failure.n_diagnostics = 2;
	m.body_case = DTRACED__REPLY__BODY_FAILURE;
	m.failure = &failure;
	reply(fd, tag, &m);
}

static void reply_listing(int fd, uint32_t tag)
{
	Dtraced__Reply m = DTRACED__REPLY__INIT;
	Dtraced__Listing listing = DTRACED__LISTING__INIT;
	Dtraced__ProbeInfo probe = DTRACED__PROBE_INFO__INIT, *probes[] = { &probe };
	char *args[] = { (char *)"int" };

	probe.id = 1;
	probe.prov = (char *)"dtrace";
	probe.name = (char *)"BEGIN";
	probe.attributes = (char *)"Stable/Stable/Common Evolving/Private/ISA";
	listing.probes = probes;
	listing.n_probes = 1;
	listing.more = true;
	m.body_case = DTRACED__REPLY__BODY_LISTING;
	m.listing = &listing;
	reply(fd, tag, &m);
	probe.id = 70000;
	probe.prov = (char *)"syscall";
	probe.mod = (char *)"vmlinux";
	probe.func = (char *)"read";
	probe.name = (char *)"entry";
	probe.args = args;
	probe.n_args = 1;
	listing.more = false;
	reply(fd, tag, &m);
}

enum { FAIL_COMPILE = 1, WAIT_FOR_STOP = 2 };

static void serve(int fd, int how)
{
	uint8_t *body;
	size_t n;

	while (frame_read(fd, PROTO_FRAME_CLIENT, &body, &n) == 1) {
		Dtraced__Request *req = dtraced__request__unpack(NULL, n, body);
		uint32_t tag = req->tag;

		free(body);
		switch (req->body_case) {
		case DTRACED__REQUEST__BODY_HELLO:
			reply_hello(fd, tag);
			break;
		case DTRACED__REQUEST__BODY_COMPILE:
			if (how == FAIL_COMPILE)
				reply_failure(fd, tag);
			else
				reply_compiled(fd, tag);
			break;
		case DTRACED__REQUEST__BODY_LIST:
			reply_listing(fd, tag);
			break;
		case DTRACED__REQUEST__BODY_START:
			reply_done(fd, tag);
			if (how == WAIT_FOR_STOP)
				kill(getppid(), SIGINT);
			else
				send_session(fd);
			break;
		case DTRACED__REQUEST__BODY_STOP:
			send_ended(fd);
			reply_done(fd, tag);
			break;
		case DTRACED__REQUEST__BODY_SNAPSHOT:
			reply_tables(fd, req, 12);
			break;
		default:
			reply_done(fd, tag);
		}
		dtraced__request__free_unpacked(req, NULL);
	}
}

// ---- the client's side -----------------------------------------------------

// What went to stdout and stderr, and the exit status.
struct result {
	char out[4096], err[4096];
	int status;
};

static void slurp(int fd, char *text, size_t n)
{
	ssize_t got = pread(fd, text, n - 1, 0);

	text[got > 0 ? got : 0] = '\0';
	close(fd);
}

// Runs in a process of its own, whose only child is the daemon.
static int client(int argc, char **argv, int how)
{
	struct options o;
	struct link *l = NULL;
	int fds[2], status;
	pid_t daemon;

	socketpair(AF_UNIX, SOCK_STREAM, 0, fds);
	daemon = fork();
	if (daemon == 0) {
		close(fds[0]);
		serve(fds[1], how);
		_exit(0);
	}
	close(fds[1]);
	if (options_parse(&o, argc, argv) || link_open_fd(fds[0], &l))
		return 99;
	status = o.mode == MODE_LIST ? cmd_list(&o, l) : cmd_trace(&o, l);
	link_close(l);
	options_deinit(&o);
	waitpid(daemon, NULL, 0);
	return status;
}

static void run(struct result *res, int how, const char *line)
{
	char copy[256], *argv[12];
	int argc = 0, out = open("/tmp", O_TMPFILE | O_RDWR, 0600), err = open("/tmp", O_TMPFILE | O_RDWR, 0600);
	pid_t pid;

	strcpy(copy, line);
	for (char *p = strtok(copy, " "); p && argc < 11; p = strtok(NULL, " "))
		argv[argc++] = p;
	argv[argc] = NULL;
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		dup2(out, STDOUT_FILENO);
		dup2(err, STDERR_FILENO);
		exit(client(argc, argv, how));
	}
	waitpid(pid, &res->status, 0);
	res->status = WIFEXITED(res->status) ? WEXITSTATUS(res->status) : -1;
	slurp(out, res->out, sizeof(res->out));
	slurp(err, res->err, sizeof(res->err));
}

START_TEST(whole_session)
{
	struct result res;

	run(&res, 0, "dtrace -n read:entry{exit(3)}");
	ck_assert_str_eq(res.out,
		"CPU     ID                    FUNCTION:NAME\n"
		"  1     42                       read:entry n=1\n"
		"  0     42                       read:entry n=2\n"
		"  0     42                       read:entry n=-3\n"
		"  1     42                       read:entry \n"
		"               12\n"
		"\n"
		"                0\n"
		"\n"
		"\n"
		"               12\n");
	ck_assert_str_eq(res.err,
		"dtrace: description 'read:entry' matched 1 probe\n"
		"dtrace: error on enabled probe ID 7 (ID 42: syscall:vmlinux:read:entry): invalid address (0xdead) "
		"in action #1 at line 1, column 9\n"
		"dtrace: 3 drops on CPU 1\n");
	ck_assert_int_eq(res.status, 3);
}
END_TEST

START_TEST(quiet)
{
	struct result res;

	run(&res, 0, "dtrace -q -n read:entry{exit(3)} -x droptags");
	ck_assert_str_eq(res.out, "n=1n=2n=-3\n               12\n\n                0\n\n               12\n");
	ck_assert_ptr_nonnull(strstr(res.err, "dtrace: [DTRACEDROP_PRINCIPAL] 3 drops on CPU 1\n"));
	ck_assert_ptr_null(strstr(res.err, "matched"));
}
END_TEST

START_TEST(flow)
{
	struct result res;

	run(&res, 0, "dtrace -F -n read:entry");
	ck_assert_ptr_nonnull(strstr(res.out, "CPU FUNCTION                                 \n"
		"  1  => read                                  n=1\n"
		"  0  => read                                  n=2\n"
		"  0    => read                                n=-3\n"));
}
END_TEST

START_TEST(interrupted)
{
	struct result res;

	run(&res, WAIT_FOR_STOP, "dtrace -n read:entry");
	ck_assert_str_eq(res.out, "\n\n               12\n               12\n");
	ck_assert_int_eq(res.status, 0);
}
END_TEST

START_TEST(compile_error)
{
	struct result res;

	run(&res, FAIL_COMPILE, "dtrace -n nonsense");
	ck_assert_str_eq(res.err,
		"dtrace: invalid probe specifier nonsense: line 1: no probe matches\nnonsense\n^~~~\ndid you mean sense?\n"
		"dtrace: invalid probe specifier nonsense: line 1: no probe matches\nnonsense\n^~~~\ndid you mean sense?\n");
	ck_assert_int_eq(res.status, 1);
	run(&res, FAIL_COMPILE, "dtrace -x errtags -s /dev/null");
	ck_assert_ptr_nonnull(strstr(res.err,
		"dtrace: failed to compile script /dev/null: [D_PDESC_ZERO] line 1: no probe matches\n"));
}
END_TEST

START_TEST(listing)
{
	struct result res;

	run(&res, 0, "dtrace -l");
	ck_assert_str_eq(res.out,
		"   ID   PROVIDER            MODULE                          FUNCTION NAME\n"
		"    1     dtrace                                                     BEGIN\n"
		"70000    syscall           vmlinux                              read entry\n");
	ck_assert_int_eq(res.status, 0);
	run(&res, 0, "dtrace -lv");
	ck_assert_ptr_nonnull(strstr(res.out,
		"\n\tProbe Description Attributes\n"
		"\t\tIdentifier Names: Stable\n\t\tData Semantics:   Stable\n\t\tDependency Class: Common\n"
		"\n\tArgument Attributes\n"
		"\t\tIdentifier Names: Evolving\n\t\tData Semantics:   Private\n\t\tDependency Class: ISA\n"
		"\n\tArgument Types\n\t\tNone\n\n70000"));
	ck_assert_ptr_nonnull(strstr(res.out, "\n\tArgument Types\n\t\targs[0]: int\n\n"));
}
END_TEST

START_TEST(output_file)
{
	char path[] = "/tmp/check_client.XXXXXX", line[128], text[2048];
	int fd = mkstemp(path);
	struct result res;

	ck_assert_int_eq(write(fd, "kept\n", 5), 5);
	sprintf(line, "dtrace -o %s -q -n read:entry", path);
	run(&res, 0, line);
	ck_assert_str_eq(res.out, "");
	slurp(fd, text, sizeof(text));
	ck_assert(strncmp(text, "kept\nn=1n=2", 11) == 0);
	unlink(path);
	run(&res, 0, "dtrace -o /dev/full -n read:entry");
	ck_assert_int_eq(res.status, 1);
	ck_assert_ptr_nonnull(strstr(res.err, "No space left"));
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("client");

	signal(SIGPIPE, SIG_IGN);
	tcase_add_test(tc, whole_session);
	tcase_add_test(tc, quiet);
	tcase_add_test(tc, flow);
	tcase_add_test(tc, interrupted);
	tcase_add_test(tc, compile_error);
	tcase_add_test(tc, listing);
	tcase_add_test(tc, output_file);
	return suite_run("client", tc);
}
