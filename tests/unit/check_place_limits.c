// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Places of user probes in processes that somebody has made to be a burden: they cost the
// core neither its fds nor its time, nor others theirs. Needs root.

#include <check.h>
#include <elf.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "daemon/policy/policy.h"
#include "daemon/sym/places.h"
#include "daemon/sym/sym.h"
#include "tests/unit/workdir.h"

static struct workdir dir;
static struct event_base *base;
static struct syms *syms;
static const struct policy_scope everyone = { .all = true };

struct running {
	pid_t pid;
	int in;
	char prov[24];
};

static void start(struct running *r, const char *name, uid_t uid)
{
	int out[2], in[2];
	char path[256], c;

	snprintf(path, sizeof path, "%s/%s", dir.path, name);
	ck_assert_int_eq(pipe2(out, O_CLOEXEC), 0);
	ck_assert_int_eq(pipe2(in, O_CLOEXEC), 0);
	r->pid = fork();
	ck_assert_int_ge(r->pid, 0);
	if (r->pid == 0) {
		dup2(in[0], 0);
		dup2(out[1], 1);
		if (uid && setresuid(uid, uid, uid))
			_exit(1);
		execl(path, path, NULL);
		_exit(1);
	}
	close(in[0]);
	close(out[1]);
	ck_assert_int_eq(read(out[0], &c, 1), 1);
	close(out[0]);
	r->in = in[1];
	snprintf(r->prov, sizeof r->prov, "pid%d", r->pid);
}

static void stop(struct running *r)
{
	close(r->in);
	waitpid(r->pid, NULL, 0);
}

struct result {
	struct places *places;
	int error, calls;
	char why[512];
};

static void take(void *arg, int error, struct places *places, const char *why)
{
	struct result *r = arg;

	r->calls++;
	r->error = error;
	r->places = places;
	snprintf(r->why, sizeof r->why, "%s", why ? why : "");
	event_base_loopbreak(base);
}

static void find(struct result *r, const struct place_want *w, size_t n, const struct policy_scope *scope,
	uint32_t max)
{
	struct places_job *job;

	*r = (struct result){ .places = NULL };
	ck_assert_int_eq(places_find(syms, w, n, scope, max, take, r, &job), 0);
	while (!r->calls)
		event_base_loop(base, EVLOOP_ONCE);
	ck_assert(!r->error == !!r->places);
}

static void done(struct result *r)
{
	ck_assert_str_eq(r->why, "");
	r->places = places_free(r->places);
}

static const struct place *place_named(const struct places *p, const char *name)
{
	for (size_t i = 0; i < p->n; i++) {
		if (strcmp(p->v[i].name, name) == 0)
			return &p->v[i];
	}
	ck_abort_msg("no place %s", name);
}

// ---- processes that are made to be a burden --------------------------------

// Has itself mapped under other names, and the first of these many times.
static const char mapper[] =
	"#include <fcntl.h>\n#include <stdio.h>\n#include <string.h>\n#include <sys/mman.h>\n#include <sys/stat.h>\n#include <unistd.h>\n"
	"__attribute__((noinline)) int shown(int x) { return x + getppid(); }\n"
	"static void map(const char *name, int n) {\n"
	"	int fd = open(name, O_RDONLY); struct stat st;\n"
	"	fstat(fd, &st); while (n--) mmap(0, st.st_size, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0); close(fd); }\n"
	"int main(int argc, char **argv) {\n"
	"	char c, name[300] = \"many.so\"; strrchr(argv[0], '/')[0] = 0; chdir(argv[0]);\n"
	"	memset(name + 7, '.', 240); map(name, 20000);\n"
	"	for (int i = 0; i < 300; i++) { sprintf(name, \"c%d\", i); map(name, 1); }\n"
	"	write(1, \"r\", 1); return read(0, &c, 1) && shown(argc); }\n";

static void start_mapper(struct running *r)
{
	workdir_write(&dir, "mapper.c", mapper);
	workdir_shell(&dir, "gcc -w -O2 -o mapper mapper.c && for i in $(seq 0 299); do cp mapper c$i; done && "
		"cp mapper many.so$(printf '%%240s' | tr ' ' .)");
	start(r, "mapper", 0);
}

static int count_fds(void)
{
	FILE *f = popen("ls /proc/$PPID/fd | wc -l", "r");
	int n;

	ck_assert_int_eq(fscanf(f, "%d", &n), 1);
	pclose(f);
	return n;
}

START_TEST(test_many_files)
{
	static const struct policy_scope others = { .all = true, .uid = 1000 };
	struct places_job *jobs[5];
	struct result got[5];
	struct running r;
	int before, most = 0;

	start_mapper(&r);
	before = count_fds();
	for (int i = 0; i < 5; i++) {
		struct place_want w = { r.pid, r.prov, i < 4 ? "c[0-9]*" : "mapper", i < 4 ? "nosuch" : "shown", "entry" };

		got[i] = (struct result){ .places = NULL };
		ck_assert_int_eq(places_find(syms, &w, 1, i < 4 ? &everyone : &others, 100, take, &got[i], &jobs[i]), 0);
	}
	for (int i = 0; !got[3].calls; i++) {
		ck_assert_msg(!got[0].calls || got[4].calls, "the small job waits for the large one");
		event_base_loop(base, EVLOOP_ONCE);
		if (i % 64 == 0 && count_fds() > most)
			most = count_fds();
	}
	ck_assert_int_lt(most - before, 100);
	ck_assert_int_eq(got[3].error, -ENOENT);
	done(&got[4]);
	find(&got[0], &(struct place_want){ r.pid, r.prov, "c[0-9]*", "shown", "entry" }, 1, &everyone, 1000);
	ck_assert_int_eq(got[0].error, -E2BIG);
	ck_assert_str_eq(got[0].why, "more than 256 files have what matches; say in which objects or processes");
	stop(&r);
}
END_TEST

START_TEST(test_slow_names)
{
	struct place_want wants[PLACE_WANTS_MAX];
	struct timespec begin, end;
	struct running r;
	struct result got;

	start_mapper(&r);
	for (size_t i = 0; i < PLACE_WANTS_MAX; i++)
		wants[i] = (struct place_want){ r.pid, r.prov, "*.*.*.*.*.*.x", "shown", "entry" };
	clock_gettime(CLOCK_MONOTONIC, &begin);
	find(&got, wants, PLACE_WANTS_MAX, &everyone, 1000);
	clock_gettime(CLOCK_MONOTONIC, &end);
	ck_assert_int_eq(got.error, -ENOENT);
	ck_assert_int_lt(end.tv_sec - begin.tv_sec, 20);	// each mapping anew would be minutes
	stop(&r);
}
END_TEST

// A probe with a name that is no name does not take the others with it.
START_TEST(test_long_names)
{
	struct running r;
	struct result got;
	char prov[32];

	workdir_write(&dir, "long.c", "#include <sys/sdt.h>\n#include <unistd.h>\n"
		"int main(void) { char c; write(1, \"r\", 1); STAP_PROBE(shop, first); STAP_PROBE(shop, LONG);\n"
		"	STAP_PROBE(shop, last); return read(0, &c, 1); }\n");
	workdir_shell(&dir, "sed -i s/LONG/$(printf '%%3000s' | tr ' ' x)/ long.c && gcc -w -O2 -o long long.c");
	start(&r, "long", 0);
	snprintf(prov, sizeof prov, "shop%d", r.pid);
	find(&got, &(struct place_want){ r.pid, prov, "", "", "" }, 1, &everyone, 100);
	ck_assert_str_eq(got.why, "");
	ck_assert_uint_eq(got.places->n, 2);
	ck_assert_str_eq(place_named(got.places, "first")->prov, prov);
	ck_assert_str_eq(place_named(got.places, "last")->prov, prov);
	done(&got);
	stop(&r);
}
END_TEST

// ---- all -------------------------------------------------------------------

// Says that the names of its symbols are more than will be read.
static void enlarge_names(const char *file)
{
	char path[256];
	Elf64_Ehdr e;
	Elf64_Shdr s;
	int fd, n = 0;

	snprintf(path, sizeof path, "%s/%s", dir.path, file);
	fd = open(path, O_RDWR | O_CLOEXEC);
	ck_assert_int_eq(pread(fd, &e, sizeof e, 0), sizeof e);
	for (off_t i = 0; i < e.e_shnum; i++) {
		off_t at = (off_t)e.e_shoff + i * (off_t)sizeof s;

		ck_assert_int_eq(pread(fd, &s, sizeof s, at), sizeof s);
		if (s.sh_type != SHT_STRTAB || s.sh_flags || i == e.e_shstrndx)
			continue;
		s.sh_size = (64 << 20) + 1;
		ck_assert_int_eq(pwrite(fd, &s, sizeof s, at), sizeof s);
		n++;
	}
	close(fd);
	ck_assert_int_eq(n, 1);
}

// A function that was not read is not said to be none.
START_TEST(test_many_symbols)
{
	struct running r;
	struct result got;

	workdir_write(&dir, "large.c", "#include <unistd.h>\nint main(void) { char c; write(1, \"r\", 1); return read(0, &c, 1); }\n");
	workdir_shell(&dir, "gcc -w -o large large.c");
	enlarge_names("large");
	start(&r, "large", 0);
	find(&got, &(struct place_want){ r.pid, r.prov, "large", "main", "entry" }, 1, &everyone, 100);
	ck_assert_int_eq(got.error, -ENOENT);
	ck_assert_str_eq(got.why, "of the symbols of large some cannot be read, or are too many (1,048,576, or 64 MB of a "
		"table): main may be one of them");
	stop(&r);
}
END_TEST

static void set_up(void)
{
	workdir_init(&dir);
	base = event_base_new();
	ck_assert_int_eq(syms_new(&syms, base, NULL), 0);
}

static void tear_down(void)
{
	syms_free(syms);
	event_base_free(base);
	workdir_deinit(&dir);
}

int main(void)
{
	const TTest *const tests[] = { test_many_files, test_slow_names, test_long_names, test_many_symbols };
	Suite *s = suite_create("place limits");
	TCase *c = tcase_create("place limits");
	SRunner *r;
	int failed;

	if (geteuid() != 0) {
		puts("skip check_place_limits: it needs root");
		return 77;
	}
	signal(SIGPIPE, SIG_IGN);
	tcase_add_checked_fixture(c, set_up, tear_down);
	tcase_set_timeout(c, 120);
	for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
		tcase_add_test(c, tests[i]);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
