// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The zygote with a compiler that does as it is told: the text of the program
// is what the worker shall try.

#include <check.h>
#include <event2/event.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/compile/jail.h"
#include "daemon/compile/register.h"
#include "daemon/compile/zygote.h"
#include "daemon/log.h"
#include "dlang/dlang.h"
#include "dlang/syntax/source.h"
#include "tests/unit/suite.h"

// ---- the double ------------------------------------------------------------

static void try_crash(struct dlang_env *env)
{
	(void)env;
	raise(SIGSEGV);
}

static void try_abort(struct dlang_env *env)
{
	(void)env;
	abort();
}

static void try_spin(struct dlang_env *env)
{
	volatile unsigned long n = 1;

	(void)env;
	while (n)
		n |= 1;
}

static void try_wait(struct dlang_env *env)
{
	int word = 0;

	(void)env;
	syscall(SYS_futex, &word, FUTEX_WAIT, 0, NULL, NULL, 0);
}

static void try_arena(struct dlang_env *env)
{
	for (;;)
		arena_alloc(env->arena, 1 << 20);
}

static void try_malloc(struct dlang_env *env)
{
	(void)env;
	for (int i = 0; i < 1 << 20; i++) {
		if (!malloc(1 << 20))
			return;
	}
	raise(SIGSEGV);
}

static void try_open(struct dlang_env *env)
{
	(void)env;
	open("/etc/passwd", O_RDONLY);
}

static void try_socket(struct dlang_env *env)
{
	(void)env;
	socket(AF_UNIX, SOCK_STREAM, 0);
}

static void try_ptrace(struct dlang_env *env)
{
	(void)env;
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static void try_fork(struct dlang_env *env)
{
	(void)env;
	fork();
}

static void try_kill(struct dlang_env *env)
{
	(void)env;
	kill(getppid(), SIGKILL);
}

static void try_execmem(struct dlang_env *env)
{
	(void)env;
	mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void try_timer(struct dlang_env *env)
{
	(void)env;
	alarm(0);
}

static void try_nothing(struct dlang_env *env)
{
	(void)env;
}

static const struct trial {
	const char *text;
	void (*run)(struct dlang_env *env);
	const char *failure;		// NULL: an answer
	bool filtered;			// needs the seccomp filter
	bool limited;			// needs the address space limit
} trials[] = {
	{ "nothing", try_nothing, NULL, false, false },
	{ "crash", try_crash, "the compiler crashed: signal 11", false, false },
	{ "abort", try_abort, "the compiler crashed: signal 6", false, false },
	{ "spin", try_spin, "more than 0.3 seconds of CPU time", false, false },
	{ "wait", try_wait, "longer than 0.6 seconds", false, false },
	{ "arena", try_arena, "more than 32 MiB of memory", false, false },
	{ "malloc", try_malloc, NULL, true, true },
	{ "open", try_open, "its jail forbids", true, false },
	{ "socket", try_socket, "its jail forbids", true, false },
	{ "ptrace", try_ptrace, "its jail forbids", true, false },
	{ "fork", try_fork, "its jail forbids", true, false },
	{ "kill", try_kill, "its jail forbids", true, false },
	{ "execmem", try_execmem, "its jail forbids", true, false },
	{ "timer", try_timer, "its jail forbids", true, false },
};

enum { NTRIALS = sizeof trials / sizeof *trials };

// Stands in for the real one: does the trial, then makes an empty object, or a
// diagnostic for any other text.
int dlang_compile(struct dlang_env *env, const struct dlang_request *req, struct dlang_result *res)
{
	static struct sources sources;
	static struct object object;
	uint32_t source;

	sources_init(&sources, env->arena);
	source = sources_add(&sources, SOURCE_FILE, "x.d", req->texts[0].text, req->texts[0].len);
	res->sources = &sources;
	diags_init(&res->diags, env->arena, 10);
	for (size_t i = 0; i < NTRIALS; i++) {
		if (req->texts[0].len == strlen(trials[i].text) &&
			memcmp(req->texts[0].text, trials[i].text, req->texts[0].len) == 0) {
			trials[i].run(env);
			object.strsize = 256;
			res->object = &object;
			return 0;
		}
	}
	diag_error(&res->diags, (struct span){ source, 4, 7 }, D_SYNTAX, "no such trial");
	diag_hint(&res->diags, "did you mean nothing?");
	return 1;
}

// ---- the fixture -----------------------------------------------------------

struct fixture {
	struct event_base *base;
	struct zygote *zygote;
	int left;		// jobs not done
};

struct answer {
	struct fixture *f;
	bool done;
	char failure[256];
	int body;
	size_t nprobes;
	uint32_t id;
	char text[128], excerpt[128], location[64], hint[64];
};

static void copy(char *to, size_t n, const char *from)
{
	snprintf(to, n, "%s", from ? from : "");
}

static void on_done(void *arg, Dtraced__WorkerReply *reply, const char *failure)
{
	struct answer *a = arg;

	ck_assert(!a->done);
	ck_assert(!reply != !failure);
	a->done = true;
	copy(a->failure, sizeof a->failure, failure);
	if (reply) {
		a->body = reply->body_case;
		if (a->body == DTRACED__WORKER_REPLY__BODY_LISTING) {
			a->nprobes = reply->listing->n_probes;
			a->id = a->nprobes ? reply->listing->probes[0]->id : 0;
		} else if (a->body == DTRACED__WORKER_REPLY__BODY_FAILURE) {
			const Dtraced__Diagnostic *d = reply->failure->diagnostics[0];

			copy(a->text, sizeof a->text, d->text);
			copy(a->excerpt, sizeof a->excerpt, d->excerpt);
			copy(a->location, sizeof a->location, d->location);
			copy(a->hint, sizeof a->hint, d->hint);
		}
	}
	a->f->left--;
}

static void setup(struct fixture *f)
{
	const char *why = NULL;

	signal(SIGPIPE, SIG_IGN);
	log_level = LOG_LEVEL_ERROR;
	*f = (struct fixture){ 0 };
	ck_assert_msg(zygote_start(&f->zygote, 0, "/nonexistent", &why) == 0, "%s", why);
	f->base = event_base_new();
	ck_assert_int_eq(zygote_attach(f->zygote, f->base), 0);
	zygote_set_limits(f->zygote, &(struct zygote_limits){ 300, 20000, UINT64_C(32) << 20, 8 });
}

static void teardown(struct fixture *f)
{
	zygote_stop(f->zygote);
	event_base_free(f->base);
}

static int try_submit(struct fixture *f, struct answer *a, const char *text, bool list, struct zygote_job **job)
{
	Dtraced__WorkerRequest request = DTRACED__WORKER_REQUEST__INIT;
	Dtraced__Compile compile = DTRACED__COMPILE__INIT;
	Dtraced__List listing = DTRACED__LIST__INIT;
	Dtraced__Text t = DTRACED__TEXT__INIT, *texts[] = { &t };
	int r;

	t.kind = DTRACED__TEXT_KIND__TEXT_NAME;
	t.text.data = (uint8_t *)text;
	t.text.len = text ? strlen(text) : 0;
	compile.texts = listing.texts = texts;
	compile.n_texts = listing.n_texts = text ? 1 : 0;
	listing.verbose = true;
	if (list)
		request.list = &listing;
	else
		request.compile = &compile;
	*a = (struct answer){ .f = f };
	r = zygote_submit(f->zygote, &request, on_done, a, job);
	ck_assert(!a->done);
	f->left += r == 0;
	return r;
}

static struct zygote_job *submit(struct fixture *f, struct answer *a, const char *text, bool list)
{
	struct zygote_job *job = NULL;

	ck_assert_int_eq(try_submit(f, a, text, list, &job), 0);
	return job;
}

static void run(struct fixture *f)
{
	while (f->left)
		event_base_loop(f->base, EVLOOP_ONCE);
}

static void ask(struct fixture *f, struct answer *a, const char *text, bool list)
{
	submit(f, a, text, list);
	run(f);
}

static bool has_btf(void)
{
	return access("/sys/kernel/btf/vmlinux", R_OK) == 0;
}

// ---- tests -----------------------------------------------------------------

START_TEST(worker_ends)
{
	const struct trial *t = &trials[_i];
	struct fixture f;
	struct answer a;

	if (!jail_filters() && (t->filtered || t->limited))
		return;
	setup(&f);
	if (t->run == try_wait)
		zygote_set_limits(f.zygote, &(struct zygote_limits){ 300, 600, UINT64_C(32) << 20, 8 });
	ask(&f, &a, t->text, false);
	if (t->failure)
		ck_assert_msg(strstr(a.failure, t->failure), "%s: '%s'", t->text, a.failure);
	else
		ck_assert_msg(a.body == DTRACED__WORKER_REPLY__BODY_OBJECT, "%s: '%s'", t->text,
			a.failure);
	// Whatever happened, the next one is served.
	ask(&f, &a, "nothing", false);
	ck_assert_int_eq(a.body, DTRACED__WORKER_REPLY__BODY_OBJECT);
	teardown(&f);
}
END_TEST

START_TEST(diagnostics)
{
	struct fixture f;
	struct answer a;

	setup(&f);
	ask(&f, &a, "BEG {trace(0)}", false);
	ck_assert_int_eq(a.body, DTRACED__WORKER_REPLY__BODY_FAILURE);
	ck_assert_str_eq(a.text, "no such trial");
	ck_assert_str_eq(a.location, "\"x.d\", line 1:");
	ck_assert_str_eq(a.hint, "did you mean nothing?");
	ck_assert_ptr_nonnull(strstr(a.excerpt, "BEG {trace(0)}\n"));
	ck_assert_ptr_nonnull(strchr(a.excerpt, '^'));
	teardown(&f);
}
END_TEST

START_TEST(listings)
{
	struct fixture f;
	struct answer a;

	setup(&f);
	ask(&f, &a, NULL, true);
	ck_assert_msg(a.nprobes >= zygote_facts(f.zygote)->nprobes, "%zu: %s", a.nprobes, a.failure);
	ask(&f, &a, "profile-*,tick-1", true);
	ck_assert_uint_eq(a.nprobes, 8);
	ask(&f, &a, "a:b:c:d:e", true);
	ck_assert_ptr_nonnull(strstr(a.text, "Overspecified"));
	ask(&f, &a, "nosuchprobe", true);
	ck_assert_int_eq(a.body, DTRACED__WORKER_REPLY__BODY_LISTING);
	ck_assert_uint_eq(a.nprobes, 0);
	ask(&f, &a, "profile-9999", true);
	ck_assert_ptr_nonnull(strstr(a.text, "200 microseconds"));
	ask(&f, &a, "", true);
	ck_assert_int_eq(a.body, DTRACED__WORKER_REPLY__BODY_FAILURE);
	if (has_btf()) {
		ask(&f, &a, "1", true);
		ck_assert_uint_eq(a.nprobes, 1);
		ck_assert_uint_eq(a.id, 1);
	}
	teardown(&f);
}
END_TEST

START_TEST(ids_on_demand)
{
	struct fixture f;
	struct answer a, b;
	uint32_t first;

	setup(&f);
	first = zygote_facts(f.zygote)->next_id;
	ask(&f, &a, "profile-321", true);
	ck_assert_uint_eq(a.id, first);
	ask(&f, &b, "tick-321", true);
	ck_assert_uint_eq(b.id, first + 1);
	ask(&f, &b, "profile-321", true);
	ck_assert_uint_eq(b.id, first);
	teardown(&f);
}
END_TEST

// Side by side, all want new probes: each name has one id, and no two share one.
START_TEST(ids_side_by_side)
{
	enum { N = 24, NAMES = 6 };
	struct answer a[N];
	struct fixture f;
	char name[32];

	setup(&f);
	for (int i = 0; i < N; i++) {
		snprintf(name, sizeof name, "tick-%dms", i % NAMES + 2);
		submit(&f, &a[i], name, true);
	}
	run(&f);
	for (int i = 0; i < N; i++) {
		ck_assert_msg(a[i].nprobes == 1, "%d: %s", i, a[i].failure);
		for (int j = 0; j < i; j++)
			ck_assert((a[i].id == a[j].id) == (i % NAMES == j % NAMES));
	}
	teardown(&f);
}
END_TEST

START_TEST(many_at_once)
{
	enum { N = 200 };
	static struct answer a[N];
	struct fixture f;

	setup(&f);
	for (int i = 0; i < N; i++)
		submit(&f, &a[i], i % 3 == 0 ? "crash" : i % 3 == 1 ? "nothing" : "arena", false);
	run(&f);
	for (int i = 0; i < N; i++)
		ck_assert_int_eq(*a[i].failure == '\0', i % 3 == 1);
	teardown(&f);
}
END_TEST

START_TEST(hostile_forever)
{
	struct fixture f;
	struct answer a;

	setup(&f);
	for (int i = 0; i < 500; i++)
		ask(&f, &a, "crash", false);
	ask(&f, &a, "nothing", false);
	ck_assert_int_eq(a.body, DTRACED__WORKER_REPLY__BODY_OBJECT);
	teardown(&f);
}
END_TEST

START_TEST(cancelled)
{
	struct answer a[20], b;
	struct zygote_job *jobs[20];
	struct fixture f;

	setup(&f);
	for (int i = 0; i < 20; i++)
		jobs[i] = submit(&f, &a[i], "spin", false);
	event_base_loop(f.base, EVLOOP_NONBLOCK);
	for (int i = 0; i < 20; i++)
		zygote_cancel(jobs[i]);
	f.left = 0;
	zygote_cancel(NULL);
	ask(&f, &b, "nothing", false);
	ck_assert_int_eq(b.body, DTRACED__WORKER_REPLY__BODY_OBJECT);
	for (int i = 0; i < 20; i++)
		ck_assert(!a[i].done);
	teardown(&f);
}
END_TEST

START_TEST(too_large)
{
	Dtraced__WorkerRequest request = DTRACED__WORKER_REQUEST__INIT;
	Dtraced__List list = DTRACED__LIST__INIT;
	Dtraced__Text t = DTRACED__TEXT__INIT, *texts[] = { &t };
	struct zygote_job *job;
	struct fixture f;
	struct answer a = { 0 };

	setup(&f);
	t.text.len = 15 << 20;
	t.text.data = calloc(1, t.text.len);
	list.texts = texts;
	list.n_texts = 1;
	request.list = &list;
	ck_assert_int_lt(zygote_submit(f.zygote, &request, on_done, &a, &job), 0);
	free(t.text.data);
	teardown(&f);
}
END_TEST

// The first child of a process, which may not have been forked yet.
static pid_t child_of(pid_t pid)
{
	char path[64];
	int child = 0;

	snprintf(path, sizeof path, "/proc/%d/task/%d/children", pid, pid);
	for (int tries = 0; !child && tries < 1000; tries++) {
		FILE *p = fopen(path, "re");

		ck_assert_ptr_nonnull(p);
		if (fscanf(p, "%d", &child) != 1)
			usleep(1000);
		fclose(p);
	}
	return child;
}

static void kill_generation(int generation)
{
	struct zygote_job *job;
	struct fixture f;
	struct answer a;
	pid_t pid;

	setup(&f);
	zygote_set_limits(f.zygote, &(struct zygote_limits){ 9000, 9000, UINT64_C(32) << 20, 8 });
	submit(&f, &a, "spin", false);
	for (int i = 0; i < 50; i++) {
		event_base_loop(f.base, EVLOOP_NONBLOCK);
		usleep(1000);
	}
	pid = getpid();
	for (int i = 0; i < generation; i++)
		pid = child_of(pid);
	ck_assert_int_gt(pid, 1);
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	run(&f);
	ck_assert_msg(strstr(a.failure, "killed") || strstr(a.failure, "parent process died"), "%s",
		a.failure);
	// Another one goes on, when it has read the kernel.
	while (try_submit(&f, &a, "nothing", false, &job) == -EPIPE) {
		event_base_loop(f.base, EVLOOP_NONBLOCK);
		usleep(10000);
	}
	run(&f);
	ck_assert_int_eq(a.body, DTRACED__WORKER_REPLY__BODY_OBJECT);
	teardown(&f);
}

// 1 the keeper, 2 the zygote, 3 the worker.
START_TEST(killed)
{
	kill_generation(_i);
}
END_TEST

static void read_status(pid_t pid, char *text, size_t size)
{
	char path[64];
	size_t n;
	FILE *p;

	snprintf(path, sizeof path, "/proc/%d/status", pid);
	p = fopen(path, "re");
	ck_assert_ptr_nonnull(p);
	n = fread(text, 1, size - 1, p);
	text[n] = '\0';
	fclose(p);
}

START_TEST(no_rights)
{
	static const char *const wanted[] = {
		"CapEff:\t0000000000000000", "CapPrm:\t0000000000000000", "NoNewPrivs:\t1",
	};
	char text[8192];
	struct fixture f;
	pid_t zygote;

	setup(&f);
	for (int generation = 0; generation < 2; generation++) {
		zygote = generation ? child_of(child_of(getpid())) : child_of(getpid());
		ck_assert_int_gt(zygote, 1);
		read_status(zygote, text, sizeof text);
		for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
			ck_assert_msg(strstr(text, wanted[i]), "%s is missing", wanted[i]);
		if (jail_filters())
			ck_assert_ptr_nonnull(strstr(text, "Seccomp:\t2"));
		if (geteuid() == 0) {
			ck_assert_ptr_nonnull(strstr(text, "Uid:\t65534\t65534\t65534\t65534"));
			ck_assert_ptr_nonnull(strstr(text, "Gid:\t65534\t65534\t65534\t65534"));
			ck_assert_ptr_nonnull(strstr(text, "Groups:\t \n"));
		}
	}
	teardown(&f);
}
END_TEST

// ---- the jail by itself ----------------------------------------------------

static void jailed_open(void)
{
	open("/dev/null", O_RDONLY);
}

static void jailed_unlink(void)
{
	unlink("/tmp/no-such-file");
}

static void jailed_exec(void)
{
	char *args[] = { (char *)"true", NULL };

	execv("/bin/true", args);
}

static void jailed_bpf(void)
{
	syscall(SYS_bpf, 0, NULL, 0);
}

static void jailed_perf(void)
{
	syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0);
}

static void jailed_io_uring(void)
{
	syscall(425, 1, NULL);
}

static void jailed_unshare(void)
{
	unshare(CLONE_NEWUSER);
}

static void (*const forbidden[])(void) = {
	jailed_open, jailed_unlink, jailed_exec, jailed_bpf, jailed_perf, jailed_io_uring,
	jailed_unshare,
};

// Both walls, each alone against each call.
START_TEST(jail_forbids)
{
	int status;

	if (!jail_filters())
		return;
	for (int wall = 0; wall < 2; wall++) {
		pid_t pid = fork();

		if (pid == 0) {
			const struct jail_limits limits = { 1000, 1000, 1 << 20 };
			const char *what;

			if (jail_enter(2, &what) < 0 ||
				(wall && jail_worker(2, UINT64_C(1) << 30, &limits, &what) < 0))
				_exit(99);
			forbidden[_i]();
			_exit(0);
		}
		ck_assert_int_eq(waitpid(pid, &status, 0), pid);
		ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS, "status 0x%x", status);
	}
}
END_TEST

START_TEST(jail_closes_files)
{
	int ends[2], status;
	pid_t pid;

	ck_assert_int_eq(pipe(ends), 0);
	pid = fork();
	if (pid == 0) {
		const char *what;

		if (jail_enter(2, &what) < 0)
			_exit(99);
		_exit(write(ends[1], "x", 1) == 1);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	close(ends[0]);
	close(ends[1]);
}
END_TEST

// ---- the register ----------------------------------------------------------

static Dtraced__ProbeInfo made(uint32_t id, const char *name)
{
	Dtraced__ProbeInfo p = DTRACED__PROBE_INFO__INIT;

	p.id = id;
	p.prov = (char *)"profile";
	p.name = (char *)name;
	return p;
}

START_TEST(register_of_probes)
{
	struct probe_register r = { .next_id = 100 };
	Dtraced__ProbeInfo a = made(100, "tick-1ms"), b = made(101, "tick-2ms"), c = made(100, "x");
	Dtraced__ProbeInfo d = made(102, "tick-2ms"), low = made(5, "y"), bad = made(103, "a\x1b[m");
	Dtraced__ProbeInfo *ab[] = { &a, &b }, *pc = &c, *pd = &d, *plow = &low, *pbad = &bad;
	char *longest = malloc(400);

	ck_assert_int_eq(register_enter(&r, 100, ab, 2), 0);
	ck_assert_uint_eq(r.next_id, 102);
	ck_assert_int_eq(register_enter(&r, 100, ab, 2), 0);
	ck_assert_uint_eq(r.n, 2);
	ck_assert_int_eq(register_enter(&r, 100, &pc, 1), REGISTER_E_CONFLICT);
	ck_assert_int_eq(register_enter(&r, 100, &pd, 1), REGISTER_E_CONFLICT);
	ck_assert_int_lt(register_enter(&r, 100, &plow, 1), 0);
	ck_assert_int_lt(register_enter(&r, 100, &pbad, 1), 0);
	memset(longest, 'x', 399);
	longest[399] = '\0';
	bad.name = longest;
	ck_assert_int_lt(register_enter(&r, 100, &pbad, 1), 0);
	ck_assert_uint_eq(r.n, 2);
	free(longest);
	register_deinit(&r);
}
END_TEST

START_TEST(register_is_bounded)
{
	struct probe_register r = { .next_id = 1 };
	char name[32];

	for (uint32_t i = 0; i < REGISTER_MAX + 10; i++) {
		snprintf(name, sizeof name, "tick-%u", i);
		Dtraced__ProbeInfo p = made(r.next_id, name), *pp = &p;

		ck_assert_int_eq(register_enter(&r, r.next_id, &pp, 1), 0);
	}
	ck_assert_uint_eq(r.n, REGISTER_MAX);
	register_deinit(&r);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("zygote");

	tcase_add_loop_test(t, worker_ends, 0, NTRIALS);
	tcase_add_test(t, diagnostics);
	tcase_add_test(t, listings);
	tcase_add_test(t, ids_on_demand);
	tcase_add_test(t, ids_side_by_side);
	tcase_add_test(t, many_at_once);
	tcase_add_test(t, hostile_forever);
	tcase_add_test(t, cancelled);
	tcase_add_test(t, too_large);
	tcase_add_loop_test(t, killed, 1, 4);
	tcase_add_test(t, no_rights);
	tcase_add_loop_test(t, jail_forbids, 0, sizeof forbidden / sizeof *forbidden);
	tcase_add_test(t, jail_closes_files);
	tcase_add_test(t, register_of_probes);
	tcase_add_test(t, register_is_bounded);
	tcase_set_timeout(t, 60);
	return suite_run("zygote", t);
}
