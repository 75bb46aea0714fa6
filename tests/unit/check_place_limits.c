// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Places of user probes in processes that somebody has made to be a burden: they cost the
// core neither its fds nor its time, nor others theirs. Needs root.

#include <check.h>
#include <elf.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/policy/policy.h"
#include "daemon/sym/places.h"
#include "tests/unit/places_rig.h"
#include "tests/unit/suite.h"

static struct rig rig;
static const struct policy_scope everyone = { .all = true };

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
	workdir_write(&rig.dir, "mapper.c", mapper);
	workdir_shell(&rig.dir, "gcc -w -O2 -o mapper mapper.c && for i in $(seq 0 299); do cp mapper c$i; done && "
		"cp mapper many.so$(printf '%%240s' | tr ' ' .)");
	rig_start(&rig, r, "mapper", 0);
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
	struct found got[5];
	struct running r;
	int before, most = 0;

	start_mapper(&r);
	before = count_fds();
	for (int i = 0; i < 5; i++) {
		struct place_want w = { r.pid, r.prov, i < 4 ? "c[0-9]*" : "mapper", i < 4 ? "nosuch" : "shown", "entry" };

		got[i] = (struct found){ .base = rig.base };
		ck_assert_int_eq(places_find(rig.syms, &w, 1, i < 4 ? &everyone : &others, 100, NULL, found_take, &got[i], &jobs[i]), 0);
	}
	for (int i = 0; !got[3].calls; i++) {
		ck_assert_msg(!got[0].calls || got[4].calls, "the small job waits for the large one");
		event_base_loop(rig.base, EVLOOP_ONCE);
		if (i % 64 == 0 && count_fds() > most)
			most = count_fds();
	}
	ck_assert_int_lt(most - before, 100);
	ck_assert_int_eq(got[3].error, -ENOENT);
	found_free(&got[4]);
	rig_find(&rig, &got[0], &(struct place_want){ r.pid, r.prov, "c[0-9]*", "shown", "entry" }, 1, &everyone, 1000);
	ck_assert_int_eq(got[0].error, -E2BIG);
	ck_assert_str_eq(got[0].why, "more than 256 files have what matches; say in which objects or processes");
	running_stop(&r);
}
END_TEST

// Matching each mapping anew would take minutes, longer than a test may.
START_TEST(test_slow_names)
{
	struct place_want wants[PLACE_WANTS_MAX];
	struct running r;
	struct found got;

	start_mapper(&r);
	for (size_t i = 0; i < PLACE_WANTS_MAX; i++)
		wants[i] = (struct place_want){ r.pid, r.prov, "*.*.*.*.*.*.x", "shown", "entry" };
	rig_find(&rig, &got, wants, PLACE_WANTS_MAX, &everyone, 1000);
	ck_assert_int_eq(got.error, -ENOENT);
	running_stop(&r);
}
END_TEST

// A probe with a name that is no name does not take the others with it.
START_TEST(test_long_names)
{
	struct running r;
	struct found got;
	char prov[32];

	workdir_write(&rig.dir, "long.c", "#include <sys/sdt.h>\n#include <unistd.h>\n"
		"int main(void) { char c; write(1, \"r\", 1); STAP_PROBE(shop, first); STAP_PROBE(shop, LONG);\n"
		"	STAP_PROBE(shop, last); return read(0, &c, 1); }\n");
	workdir_shell(&rig.dir, "sed -i s/LONG/$(printf '%%3000s' | tr ' ' x)/ long.c && gcc -w -O2 -o long long.c");
	rig_start(&rig, &r, "long", 0);
	snprintf(prov, sizeof prov, "shop%d", r.pid);
	rig_find(&rig, &got, &(struct place_want){ r.pid, prov, "", "", "" }, 1, &everyone, 100);
	ck_assert_str_eq(got.why, "");
	ck_assert_uint_eq(got.places->n, 2);
	ck_assert_str_eq(found_named(&got, "first")->prov, prov);
	ck_assert_str_eq(found_named(&got, "last")->prov, prov);
	found_free(&got);
	running_stop(&r);
}
END_TEST

// Says that the names of its symbols are more than will be read.
static void enlarge_names(const char *file)
{
	char path[256];
	Elf64_Ehdr e;
	Elf64_Shdr s;
	int fd, n = 0;

	snprintf(path, sizeof path, "%s/%s", rig.dir.path, file);
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
	struct found got;

	workdir_write(&rig.dir, "large.c", "#include <unistd.h>\nint main(void) { char c; write(1, \"r\", 1); return read(0, &c, 1); }\n");
	workdir_shell(&rig.dir, "gcc -w -o large large.c");
	enlarge_names("large");
	rig_start(&rig, &r, "large", 0);
	rig_find(&rig, &got, &(struct place_want){ r.pid, r.prov, "large", "main", "entry" }, 1, &everyone, 100);
	ck_assert_int_eq(got.error, -ENOENT);
	ck_assert_str_eq(got.why, "of the symbols of large some cannot be read, or are too many (1,048,576, or 64 MB of a "
		"table): main may be one of them");
	running_stop(&r);
}
END_TEST

// ---- all -------------------------------------------------------------------

static void set_up(void)
{
	rig_init(&rig);
}

static void tear_down(void)
{
	rig_deinit(&rig);
}

int main(void)
{
	const TTest *const tests[] = { test_many_files, test_slow_names, test_long_names, test_many_symbols };
	TCase *c = tcase_create("place limits");

	tcase_add_checked_fixture(c, set_up, tear_down);
	tcase_set_timeout(c, 60);
	for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
		tcase_add_test(c, tests[i]);
	return suite_run_as_root("place limits", c);
}
