// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Names of cpc's probes: which event, mode and count they mean, with and without counters of the processor.

#include <check.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>

#include "dlang/base/arena.h"
#include "dlang/base/intern.h"
#include "providers/catalogue.h"
#include "providers/shared/counters.h"
#include "tests/unit/suite.h"
#include "tests/unit/workdir.h"

static struct workdir dir;

static void setup(void)
{
	static const char *const files[][2] = {
		{ "format/event", "config:0-7,32-35\n" }, { "format/umask", "config:8-15\n" },
		{ "format/ldlat", "config1:0-15\n" }, { "events/mem-inst", "event=0xd0,umask=0x81\n" },
		{ "events/split-number", "event=0x1ff\n" }, { "events/cpu-cycles", "event=0x3c\n" },
		{ "events/scaled.unit", "Joules\n" }, { "events/other-word", "event=0xcd,ldlat=3\n" },
		{ "events/too-large", "umask=0x100\n" },
	};

	workdir_init(&dir);
	workdir_shell(&dir, "mkdir events format");
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		workdir_write(&dir, files[i][0], files[i][1]);
}

static void teardown(void)
{
	workdir_deinit(&dir);
}

// A processor that counts all but stores, and whose driver knows three events.
static bool counts(uint32_t type, uint64_t config)
{
	return type != PERF_TYPE_HW_CACHE || (config >> 8 & 0xff) != PERF_COUNT_HW_CACHE_OP_WRITE;
}

static struct catalogue *make(struct arena *a, bool processor)
{
	return catalogue_new(a, interns_new(a, NULL), &(struct provider_env){
		.pmu = processor ? dir.path : NULL, .counts = processor ? counts : NULL,
	});
}

static bool take(void *arg, const struct probe *p)
{
	*(const struct probe **)arg = p;
	return true;
}

static const struct probe *find(struct catalogue *c, const char *name, int *r, const char **why)
{
	const struct probe *p = NULL;

	*why = NULL;
	*r = catalogue_match(c, &(struct probe_desc){ "cpc", NULL, NULL, name, 0 }, take, &p, why);
	return p;
}

// ---- names -----------------------------------------------------------------

static const struct {
	const char *name;
	uint32_t type;
	uint64_t config, count;
	bool no_user, no_kernel;
} names[] = {
	{ "page_faults-all-1", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS, 1, false, false },
	{ "page_faults_maj-user-7", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS_MAJ, 7, false, true },
	{ "cpu_cycles-kernel-5000", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES, 5000, true, false },
	{ "PAPI_tot_cyc-all-10000", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES, 10000, false, false },
	{ "PAPI_tot_ins-user-10000", PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS, 10000, false, true },
	{ "PAPI_l1_dcm-all-10000", PERF_TYPE_HW_CACHE, 0x10000, 10000, false, false },
	{ "l1_dcache_loads-all-10000", PERF_TYPE_HW_CACHE, 0, 10000, false, false },
	{ "llc_load_misses-all-10000", PERF_TYPE_HW_CACHE, 0x10002, 10000, false, false },
	{ "dtlb_prefetch_misses-all-10000", PERF_TYPE_HW_CACHE, 0x10203, 10000, false, false },
	{ "node_prefetches-all-9223372036854775807", PERF_TYPE_HW_CACHE, 0x206, INT64_MAX, false, false },
	{ "r1c2-all-10000", PERF_TYPE_RAW, 0x1c2, 10000, false, false },
	{ "rFFff-kernel-10000", PERF_TYPE_RAW, 0xffff, 10000, true, false },
	{ "mem_inst-all-10000", PERF_TYPE_RAW, 0x81d0, 10000, false, false },
	{ "split_number-all-10000", PERF_TYPE_RAW, 0x1000000ffULL | 1ULL << 32, 10000, false, false },
#ifdef __x86_64__
	{ "mem_inst-all-0x3-10000", PERF_TYPE_RAW, 0x83d0, 10000, false, false },
	{ "r1c2-user-umask_0x30-cmask_0x2-inv_0x1-edge_0x1-10000", PERF_TYPE_RAW, 0x28431c2 | 0x3000, 10000, false, true },
#endif
};

START_TEST(known_names)
{
	struct arena *a = arena_new(0, NULL, NULL);
	struct catalogue *c = make(a, true);
	const char *why;
	int r;
	const struct probe *p = find(c, names[_i].name, &r, &why);

	ck_assert_msg(r == 1 && p, "%s: %d %s", names[_i].name, r, why ? why : "");
	ck_assert_str_eq(p->name, names[_i].name);
	ck_assert_int_eq(p->hook->kind, HOOK_COUNTER);
	ck_assert_uint_eq(p->hook->event_type, names[_i].type);
	ck_assert_uint_eq(p->hook->event_config, names[_i].config);
	ck_assert_uint_eq(p->hook->period, names[_i].count);
	ck_assert(p->hook->no_user == names[_i].no_user && p->hook->no_kernel == names[_i].no_kernel);
	arena_free(a);
}
END_TEST

static const struct {
	const char *name;
	int r;			// 0: nothing of that name
	const char *why;
} refused[] = {
	{ "no_such_event-all-10000", 0, NULL },
	{ "cpu_cycles", -EINVAL, "cpu_cycles is to be followed by a mode (user, kernel or all) and a count, as in cpu_cycles-all-5000" },
	{ "no_such_event", 0, NULL },
	{ "r-all-10000", 0, NULL },
	{ "r1g-all-10000", 0, NULL },
	{ "r12345678901234567-all-10000", 0, NULL },
	{ "scaled-all-10000", 0, NULL },
	{ "other_word-all-10000", 0, NULL },
	{ "cpu_cycles-all-4999", -EINVAL, "'4999' is not a count of events between 5000 and" },
	{ "page_faults-all-0", -EINVAL, "'0' is not a count of events between 1 and" },
	{ "page_faults-all-9223372036854775808", -EINVAL, "is not a count" },
	{ "page_faults-all-", -EINVAL, "'' is not a count" },
	{ "page_faults-all", -EINVAL, "is to be followed by a mode" },
	{ "page_faults-some-1", -EINVAL, "page_faults is to be followed by a mode (user, kernel or all) and a count, as in page_faults-all-1" },
	{ "cpu_cycles-1", -EINVAL, "as in cpu_cycles-all-5000" },
	{ "cpu_cycles-all-0x1-10000", -EINVAL, "'0x1': only events by the processor's own names" },
	{ "r1c2-all-umask_0x100-10000", -EINVAL, "'umask_0x100' is no attribute" },
	{ "r1c2-all-umask-10000", -EINVAL, "'umask' is no attribute" },
	{ "r1c2-all--10000", -EINVAL, "'' is no attribute" },
	{ "r1c2-all-inv_0x2-10000", -EINVAL, "'inv_0x2' is no attribute" },
	{ "l1_dcache_stores-all-10000", -ENOTSUP, "cpc:::l1_dcache_stores cannot fire here: this processor does not count it" },
	{ "PAPI_l1_stm-all-10000", -ENOTSUP, "cpc:::PAPI_l1_stm cannot fire here: this processor does not count it" },
};

START_TEST(refused_names)
{
	struct arena *a = arena_new(0, NULL, NULL);
	struct catalogue *c = make(a, true);
	const char *why;
	int r;

	ck_assert_ptr_null(find(c, refused[_i].name, &r, &why));
	ck_assert_msg(r == refused[_i].r, "%s: %d %s", refused[_i].name, r, why ? why : "");
	ck_assert_msg(!refused[_i].why || (why && strstr(why, refused[_i].why)), "%s: %s", refused[_i].name, why ? why : "");
	arena_free(a);
}
END_TEST

// ---- machines --------------------------------------------------------------

START_TEST(no_processor)
{
	static const char *const events[] = { "cpu_cycles", "itlb_loads", "PAPI_tot_ins", "r1c2" };
	struct arena *a = arena_new(0, NULL, NULL);
	struct catalogue *c = make(a, false);
	char name[64];
	const char *why;
	int r;

	for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
		snprintf(name, sizeof name, "%s-all-10000", events[i]);
		ck_assert_ptr_null(find(c, name, &r, &why));
		ck_assert_int_eq(r, -ENOTSUP);
		ck_assert_ptr_nonnull(strstr(why, "this machine has no counters of the processor's events"));
	}
	ck_assert_ptr_nonnull(find(c, "context_switches-all-3", &r, &why));
	arena_free(a);
}
END_TEST

static void count_missing(void *arg, const struct probe *p, const char *why)
{
	(void)p;
	*(int *)arg += why && *why;
}

// Seven of the kernel, ten of the processor, six of each cache but two, and the driver's.
START_TEST(listed)
{
	for (int processor = 0; processor < 2; processor++) {
		struct arena *a = arena_new(0, NULL, NULL);
		struct catalogue *c = make(a, processor);
		const struct probe *p;
		const char *why = NULL;
		int missing = 0, n = catalogue_match(c, &(struct probe_desc){ "cpc", NULL, NULL, NULL, 0 }, take, &p, &why);

		catalogue_each_unavailable(c, &(struct probe_desc){ "cpc", NULL, NULL, NULL, 0 }, count_missing, &missing);
		ck_assert_int_eq(n, processor ? 7 + 10 + 24 + 2 : 7);
		ck_assert_int_eq(missing, processor ? 8 : 10);
		arena_free(a);
	}
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("cpc");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, known_names, 0, sizeof names / sizeof *names);
	tcase_add_loop_test(tc, refused_names, 0, sizeof refused / sizeof *refused);
	tcase_add_test(tc, no_processor);
	tcase_add_test(tc, listed);
	return suite_run("cpc", tc);
}
