// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/btf.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dlang/base/arena.h"
#include "dlang/types/btf.h"
#include "providers/catalogue.h"
#include "providers/glob.h"
#include "tests/unit/suite.h"

// ---- globs -----------------------------------------------------------------

static const struct {
	const char *pattern, *text;
	bool matches;
} globs[] = {
	{ "", "", true },
	{ "", "a", false },
	{ "read", "read", true },
	{ "read", "readv", false },
	{ "ead", "read", false },
	{ "READ", "read", false },
	{ "*", "", true },
	{ "*", "anything", true },
	{ "read*", "read", true },
	{ "*read", "pread", true },
	{ "*read", "preads", false },
	{ "*a*b*c", "xaxbxbxc", true },
	{ "*a*b*c", "xaxcxb", false },
	{ "a*b", "ab", true },
	{ "a**b", "axxb", true },
	{ "?", "a", true },
	{ "?", "", false },
	{ "r?ad", "read", true },
	{ "[abc]", "b", true },
	{ "[abc]", "d", false },
	{ "[a-c]x", "cx", true },
	{ "[a-c]x", "dx", false },
	{ "[!a-c]", "d", true },
	{ "[!a-c]", "b", false },
	{ "[a-]", "-", true },
	{ "[]]", "]", true },
	{ "[!]]", "]", false },
	{ "[\\]x]", "]", true },
	{ "[abc", "a", false },
	{ "[", "[", false },
	{ "\\*", "*", true },
	{ "\\*", "x", false },
	{ "a\\", "a\\", true },
	{ "*[0-9]", "pread64", true },
	{ "*[0-9]", "pread", false },
	{ "[z-a]", "m", false },
	{ "*aab", "aaaab", true },
};

START_TEST(matches)
{
	ck_assert_msg(glob_match(globs[_i].pattern, globs[_i].text) == globs[_i].matches,
		"pattern '%s', text '%s'", globs[_i].pattern, globs[_i].text);
}
END_TEST

START_TEST(star_limit)
{
	ck_assert(!glob_too_many("*a*a*a*a*a*a*a*a*"));
	ck_assert(glob_too_many("*a*a*a*a*a*a*a*a*a"));
	ck_assert(!glob_too_many("\\*a\\*a\\*a\\*a\\*a\\*a\\*a\\*a\\*a\\*a"));
	ck_assert(!glob_too_many("**********"));
	ck_assert(glob_is_pattern("a[b"));
	ck_assert(!glob_is_pattern("sys_enter-1"));
}
END_TEST

// Without the star limit this would take long in a recursive matcher.
START_TEST(long_patterns)
{
	char pattern[512] = "", text[4096];

	for (int i = 0; i < 120; i++)
		strcat(pattern, "*a");
	strcat(pattern, "b");
	memset(text, 'a', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	ck_assert(!glob_match(pattern, text));
}
END_TEST

// ---- the catalogue of the running kernel -----------------------------------

struct fixture {
	struct arena *arena;
	struct interns *interns;
	struct catalogue *base, *c;
};

static struct btf *open_btf(struct arena *a)
{
	int fd = open("/sys/kernel/btf/vmlinux", O_RDONLY | O_CLOEXEC);
	struct btf *b = NULL;
	const char *why;
	struct stat st;
	size_t n = 0;
	char *data;
	ssize_t r;

	if (fd < 0 || fstat(fd, &st) < 0)
		return NULL;
	data = arena_alloc(a, (size_t)st.st_size);
	while (n < (size_t)st.st_size && (r = read(fd, data + n, (size_t)st.st_size - n)) > 0)
		n += (size_t)r;
	close(fd);
	ck_assert_int_eq(btf_open(a, data, n, &b, &why), 0);
	return b;
}

static void setup(struct fixture *f, bool with_btf)
{
	f->arena = arena_new(0, NULL, NULL);
	f->interns = interns_new(f->arena, NULL);
	f->base = catalogue_new(f->arena, f->interns, &(struct provider_env){
		.btf = with_btf ? open_btf(f->arena) : NULL,
		.kallsyms = "/proc/kallsyms",
	});
	f->c = catalogue_layer(f->arena, f->interns, f->base, 0, 0);
}

static bool has_btf(void)
{
	return access("/sys/kernel/btf/vmlinux", R_OK) == 0;
}

struct found {
	uint32_t n, last;
	const struct probe *first;
	bool ordered;
	uint32_t stop_after;
};

static bool collect(void *arg, const struct probe *p)
{
	struct found *f = arg;

	if (!f->n++)
		f->first = p;
	f->ordered &= p->id > f->last;
	f->last = p->id;
	return f->n != f->stop_after;
}

static int match(struct catalogue *c, struct probe_desc d, struct found *f, const char **why)
{
	*f = (struct found){ .ordered = true, .stop_after = f->stop_after };
	*why = NULL;
	return catalogue_match(c, &d, collect, f, why);
}

START_TEST(bare_names)
{
	struct found found = { 0 };
	struct fixture f;
	const char *why;

	if (!has_btf())
		return;
	setup(&f, true);
	ck_assert_int_eq(match(f.c, (struct probe_desc){ .name = "BEGIN" }, &found, &why), 1);
	ck_assert_uint_eq(found.first->id, 1);
	ck_assert_int_eq(found.first->hook->kind, HOOK_BEGIN);
	ck_assert_uint_ne(found.first->hook->btf_id, 0);
	ck_assert_str_eq(found.first->mod, "");
	ck_assert_int_eq(match(f.c, (struct probe_desc){ .prov = "dtrace" }, &found, &why), 3);
	ck_assert(found.ordered);
	arena_free(f.arena);
}
END_TEST

START_TEST(system_calls)
{
	const struct probe *entry, *ret;
	struct found found = { 0 };
	struct fixture f;
	const char *why;

	if (!has_btf())
		return;
	setup(&f, true);
	ck_assert_int_eq(match(f.c, (struct probe_desc){ "syscall", NULL, "openat", "entry", 0 },
		&found, &why), 1);
	entry = found.first;
	ck_assert_int_eq(match(f.c, (struct probe_desc){ "syscall", "vmlinux", "openat", "return", 0 },
		&found, &why), 1);
	ret = found.first;
	ck_assert_uint_eq(entry->id, entry->id_base + entry->sel);
	ck_assert_uint_eq(ret->id, ret->id_base + ret->sel);
	ck_assert_uint_eq(entry->sel, ret->sel);
	ck_assert(entry->sel < entry->nsel);
	ck_assert(entry->hook != ret->hook);
	ck_assert_str_eq(entry->args[1].ctype, "const char *");
	ck_assert_ptr_null(entry->args[5].ctype);
	ck_assert_uint_eq(entry->nargs, 6);
	ck_assert_uint_eq(ret->flags, PROBE_RETURN | PROBE_ERRNO | PROBE_PROCESS_CTX);
	ck_assert_int_eq(ret->errno_source.kind, ARG_SYSCALL_ERRNO);
	ck_assert_int_gt(match(f.c, (struct probe_desc){ "syscall", NULL, "open*", "entry", 0 },
		&found, &why), 2);
	ck_assert(found.ordered);
	ck_assert_int_gt(match(f.c, (struct probe_desc){ "syscall", NULL, NULL, "entry", 0 },
		&found, &why), 280);
	ck_assert(found.ordered);
	ck_assert_ptr_eq(found.first->hook, entry->hook);
	ck_assert_ptr_eq(catalogue_by_id(f.c, entry->id), entry);
	arena_free(f.arena);
}
END_TEST

START_TEST(tracepoints)
{
	struct found found = { 0 };
	struct fixture f;
	const char *why;

	if (!has_btf())
		return;
	setup(&f, true);
	ck_assert_int_eq(match(f.c, (struct probe_desc){ .prov = "rawtp", .name = "sched_switch" },
		&found, &why), 1);
	ck_assert_uint_eq(found.first->nargs, found.first->hook->nctx);
	ck_assert_uint_ge(found.first->nargs, 3);
	ck_assert(!found.first->args[0].kernel_ptr);
	ck_assert(found.first->args[1].kernel_ptr);
	ck_assert_uint_ne(found.first->args[1].btf_type, 0);
	ck_assert_str_eq(found.first->func, "");
	ck_assert_int_gt(match(f.c, (struct probe_desc){ .prov = "rawtp" }, &found, &why), 300);
	ck_assert(found.ordered);
	arena_free(f.arena);
}
END_TEST

START_TEST(without_btf)
{
	struct found found = { 0 };
	struct fixture f;
	const char *why;

	setup(&f, false);
	ck_assert_int_eq(match(f.c, (struct probe_desc){ .prov = "syscall", .name = "entry" },
		&found, &why), -ENOTSUP);
	ck_assert_ptr_nonnull(strstr(why, "BTF"));
	ck_assert_int_eq(match(f.c, (struct probe_desc){ .prov = "nosuch" }, &found, &why), 0);
	ck_assert_int_eq(match(f.c, (struct probe_desc){ .name = "tick-1" }, &found, &why), 1);
	arena_free(f.arena);
}
END_TEST

// ---- probes on demand ------------------------------------------------------

// A lot: abc_0 to abc_9 and xyz_0 to xyz_9, of which those that end in 7 cannot fire. Each made is counted.
struct fake_lot {
	uint32_t made;
	char names[20][8];
};

static void fake_names(const void *ctx, uint32_t i, struct probe_desc *names)
{
	names->mod = i < 10 ? "first" : "second";
	names->func = ((const struct fake_lot *)ctx)->names[i];
}

static uint32_t fake_next(const void *ctx, uint32_t i, const char *prefix, uint32_t n)
{
	while (i < 20 && strncmp(((const struct fake_lot *)ctx)->names[i], prefix ? prefix : "", n) != 0)
		i++;
	return i;
}

static const char *fake_why(const void *ctx, uint32_t i)
{
	(void)ctx;
	return i % 10 == 7 ? "it ends in 7" : NULL;
}

static struct probe fake_make(const void *ctx, uint32_t i, struct catalogue *c)
{
	((struct fake_lot *)(uintptr_t)ctx)->made++;
	return (struct probe){ .nargs = i, .hook = catalogue_hook(c, (struct probe_hook){ .kind = HOOK_TICK }) };
}

static void add_fake_lot(struct catalogue *c, struct fake_lot *lot)
{
	for (uint32_t i = 0; i < 20; i++)
		snprintf(lot->names[i], sizeof lot->names[i], "%s_%u", i < 10 ? "abc" : "xyz", i % 10);
	catalogue_add_lot(c, &(struct probe_lot){ .prov = "fake", .name = "entry", .n = 20, .ctx = lot,
		.names = fake_names, .next = fake_next, .why = fake_why, .make = fake_make });
}

static void count_left_out(void *arg, const struct probe *p, const char *why)
{
	ck_assert_str_eq(why, "it ends in 7");
	ck_assert_str_eq(p->name, "entry");
	++*(int *)arg;
}

START_TEST(lots)
{
	struct fake_lot lot = { 0 };
	struct found found = { 0 };
	const struct probe *p, *other;
	struct fixture f;
	const char *why;
	int left_out = 0;

	setup(&f, false);
	add_fake_lot(f.base, &lot);
	catalogue_add(f.base, (struct probe){ .prov = "later", .func = "abc_3", .name = "entry" });
	ck_assert_int_eq(match(f.base, (struct probe_desc){ "fake", NULL, "abc_1", NULL, 0 }, &found, &why), 1);
	other = found.first;
	ck_assert_uint_eq(lot.made, 1);
	f.c = catalogue_layer(f.arena, f.interns, f.base, 0, 0);
	ck_assert_int_eq(match(f.c, (struct probe_desc){ .prov = "nosuch" }, &found, &why), 0);
	ck_assert_int_eq(match(f.c, (struct probe_desc){ "fake", NULL, "abc_3", "entry", 0 }, &found, &why), 1);
	ck_assert_uint_eq(lot.made, 2);
	p = found.first;
	ck_assert_str_eq(p->mod, "first");
	ck_assert_str_eq(p->prov, "fake");
	ck_assert_uint_eq(p->nargs, 3);
	ck_assert_ptr_eq(catalogue_by_id(f.c, p->id), p);
	ck_assert_int_eq(match(f.c, (struct probe_desc){ .func = "abc_3" }, &found, &why), 2);
	ck_assert_ptr_eq(found.first, p);
	ck_assert(found.ordered);
	ck_assert_int_eq(match(f.c, (struct probe_desc){ "fake", "first", "*_[0-4]", NULL, 0 }, &found, &why), 5);
	ck_assert(found.ordered);
	ck_assert_ptr_eq(catalogue_by_id(f.c, other->id), other);
	ck_assert_uint_eq(lot.made, 5);
	ck_assert_int_eq(match(f.c, (struct probe_desc){ .prov = "fake" }, &found, &why), 18);
	ck_assert_uint_eq(lot.made, 18);
	ck_assert_int_eq(match(f.c, (struct probe_desc){ .id = p->id + 2 }, &found, &why), 1);
	ck_assert_ptr_null(catalogue_by_id(f.c, p->id + 4));
	ck_assert_int_eq(match(f.c, (struct probe_desc){ "fake", NULL, "xyz_7", "entry", 0 }, &found, &why), -ENOTSUP);
	ck_assert_str_eq(why, "fake:second:xyz_7:entry cannot fire here: it ends in 7");
	ck_assert_int_eq(match(f.c, (struct probe_desc){ "fake", NULL, "xyz_7", "return", 0 }, &found, &why), 0);
	catalogue_each_unavailable(f.c, &(struct probe_desc){ .prov = "fake" }, count_left_out, &left_out);
	ck_assert_int_eq(left_out, 0);
	catalogue_each_unavailable(f.c, &(struct probe_desc){ .prov = "fake", .func = "*_7" }, count_left_out, &left_out);
	ck_assert_int_eq(left_out, 2);
	found.stop_after = 4;
	ck_assert_int_eq(match(f.c, (struct probe_desc){ .prov = "fake" }, &found, &why), 4);
	arena_free(f.arena);
}
END_TEST

static const struct {
	const char *name;
	enum hook_kind kind;
	uint64_t period;	// 0: does not exist
} clocks[] = {
	{ "profile-97", HOOK_PERF_CLOCK, 1000000000 / 97 },
	{ "profile-99", HOOK_PERF_CLOCK, 1000000000 / 99 },
	{ "profile-100hz", HOOK_PERF_CLOCK, 10000000 },
	{ "profile-5000", HOOK_PERF_CLOCK, 200000 },
	{ "profile-200us", HOOK_PERF_CLOCK, 200000 },
	{ "profile-200000ns", HOOK_PERF_CLOCK, 200000 },
	{ "tick-200000nsec", HOOK_TICK, 200000 },
	{ "tick-300usec", HOOK_TICK, 300000 },
	{ "tick-10ms", HOOK_TICK, 10000000 },
	{ "tick-10msec", HOOK_TICK, 10000000 },
	{ "tick-1s", HOOK_TICK, 1000000000 },
	{ "tick-2sec", HOOK_TICK, 2000000000 },
	{ "tick-1m", HOOK_TICK, UINT64_C(60000000000) },
	{ "tick-1min", HOOK_TICK, UINT64_C(60000000000) },
	{ "tick-1h", HOOK_TICK, UINT64_C(3600000000000) },
	{ "tick-1hour", HOOK_TICK, UINT64_C(3600000000000) },
	{ "tick-1d", HOOK_TICK, UINT64_C(86400000000000) },
	{ "tick-106751day", HOOK_TICK, UINT64_C(9223286400000000000) },
	{ "tick-1x", 0, 0 },
	{ "tick-", 0, 0 },
	{ "tick-s", 0, 0 },
	{ "tick--1", 0, 0 },
	{ "tick-1 s", 0, 0 },
	{ "tick-1S", 0, 0 },
	{ "tock-1", 0, 0 },
	{ "profile-99999999999999999999999", 0, 0 },
};

START_TEST(clock_names)
{
	struct found found = { 0 };
	struct fixture f;
	const char *why;
	int r;

	setup(&f, false);
	r = match(f.c, (struct probe_desc){ .name = clocks[_i].name }, &found, &why);
	ck_assert_msg(r == (clocks[_i].period ? 1 : 0), "%s: %d", clocks[_i].name, r);
	if (clocks[_i].period) {
		ck_assert_uint_eq(found.first->hook->period, clocks[_i].period);
		ck_assert_int_eq(found.first->hook->kind, clocks[_i].kind);
		ck_assert_str_eq(found.first->prov, "profile");
		ck_assert_int_eq(found.first->args[0].source.kind, ARG_CLOCK_KPC);
		ck_assert_int_eq(found.first->args[1].source.kind, ARG_CLOCK_UPC);
	}
	arena_free(f.arena);
}
END_TEST

static const struct {
	const char *name, *why;
} bad_clocks[] = {
	{ "profile-5001", "too short" },
	{ "profile-2000000000", "too short" },
	{ "tick-199us", "too short" },
	{ "tick-0ms", "too short" },
	{ "tick-0", "too long" },
	{ "profile-0hz", "too long" },
	{ "tick-106752d", "too long" },
	{ "tick-18446744073709551615d", "too long" },
};

static const struct {
	const char *name;
	uint64_t period, config;	// 0: does not exist, with *why if that is not NULL
	bool no_user, no_kernel;
	const char *why;
} counters[] = {
	{ "page_faults-all-1", 1, 2, false, false, NULL },
	{ "page_faults_min-user-17", 17, 5, false, true, NULL },
	{ "page_faults_maj-kernel-9223372036854775807", INT64_MAX, 6, true, false, NULL },
	{ "cpu_migrations-all-1", 1, 4, false, false, NULL },
	{ "page_faults-all-0", 0, 0, false, false, "count" },
	{ "page_faults-all-9223372036854775808", 0, 0, false, false, "count" },
	{ "page_faults-all-1x", 0, 0, false, false, "count" },
	{ "page_faults-all-", 0, 0, false, false, "count" },
	{ "page_faults-1", 0, 0, false, false, "mode" },
	{ "page_faults", 0, 0, false, false, "mode" },
	{ "page_fault-all-1", 0, 0, false, false, NULL },
};

START_TEST(counter_names)
{
	struct found found = { 0 };
	struct fixture f;
	const char *why = NULL;
	int r;

	setup(&f, false);
	r = match(f.c, (struct probe_desc){ .prov = "cpc", .name = counters[_i].name }, &found, &why);
	if (counters[_i].period) {
		ck_assert_int_eq(r, 1);
		ck_assert_int_eq(found.first->hook->kind, HOOK_COUNTER);
		ck_assert_uint_eq(found.first->hook->period, counters[_i].period);
		ck_assert_uint_eq(found.first->hook->event_type, 1);
		ck_assert_uint_eq(found.first->hook->event_config, counters[_i].config);
		ck_assert(found.first->hook->no_user == counters[_i].no_user);
		ck_assert(found.first->hook->no_kernel == counters[_i].no_kernel);
	} else {
		ck_assert_int_eq(r, counters[_i].why ? -EINVAL : 0);
		ck_assert(!counters[_i].why || strstr(why, counters[_i].why));
	}
	arena_free(f.arena);
}
END_TEST

START_TEST(bad_clock_rates)
{
	struct found found = { 0 };
	struct fixture f;
	const char *why;

	setup(&f, false);
	ck_assert_int_eq(match(f.c, (struct probe_desc){ .name = bad_clocks[_i].name }, &found, &why),
		-EINVAL);
	ck_assert_msg(strstr(why, bad_clocks[_i].why) && strstr(why, bad_clocks[_i].name), "%s", why);
	arena_free(f.arena);
}
END_TEST

START_TEST(on_demand_ids)
{
	struct found found = { 0 };
	struct fixture f;
	uint32_t first;
	const char *why;
	struct catalogue *next;

	setup(&f, false);
	first = catalogue_next_id(f.base);
	ck_assert_int_eq(match(f.c, (struct probe_desc){ .name = "profile-98" }, &found, &why), 1);
	ck_assert_uint_eq(found.first->id, first);
	// The same again: not made twice. Another name for the period: another probe, another hook.
	ck_assert_int_eq(match(f.c, (struct probe_desc){ .name = "profile-98" }, &found, &why), 1);
	ck_assert_uint_eq(found.first->id, first);
	const struct probe_hook *hook = found.first->hook;
	ck_assert_int_eq(match(f.c, (struct probe_desc){ .name = "profile-98hz" }, &found, &why), 1);
	ck_assert_uint_eq(found.first->id, first + 1);
	ck_assert_ptr_ne(found.first->hook, hook);
	ck_assert_int_eq(match(f.c, (struct probe_desc){ .name = "tick-98" }, &found, &why), 1);
	ck_assert_ptr_ne(found.first->hook, hook);
	// The base is as it was.
	ck_assert_uint_eq(catalogue_next_id(f.base), first);
	ck_assert_ptr_null(catalogue_by_id(f.base, first));
	// Patterns make nothing, and find what was made.
	ck_assert_int_eq(match(f.c, (struct probe_desc){ .name = "profile-98*" }, &found, &why), 2);

	next = catalogue_layer(f.arena, f.interns, f.base, first + 7, 0);
	ck_assert_int_eq(catalogue_recall(next, first + 3,
		&(struct probe_desc){ "profile", "", "", "tick-98", 0 }), 0);
	ck_assert_int_eq(catalogue_recall(next, first + 1,
		&(struct probe_desc){ "profile", "", "", "profile-98hz", 0 }), 0);
	ck_assert_int_eq(catalogue_recall(next, first + 2,
		&(struct probe_desc){ "gone", "", "", "profile-96hz", 0 }), -ENOENT);
	ck_assert_int_eq(catalogue_recall(next, 1,
		&(struct probe_desc){ "profile", "", "", "profile-96", 0 }), -ENOENT);
	ck_assert_int_eq(match(next, (struct probe_desc){ .prov = "profile" }, &found, &why), 15);
	ck_assert(found.ordered);
	ck_assert_int_eq(match(next, (struct probe_desc){ .id = first + 3 }, &found, &why), 1);
	ck_assert_str_eq(found.first->name, "tick-98");
	ck_assert_int_eq(match(next, (struct probe_desc){ .name = "tick-98" }, &found, &why), 1);
	ck_assert_uint_eq(found.first->id, first + 3);
	ck_assert_int_eq(match(next, (struct probe_desc){ .name = "tick-97" }, &found, &why), 1);
	ck_assert_uint_eq(found.first->id, first + 7);
	arena_free(f.arena);
}
END_TEST

START_TEST(limits)
{
	struct found found = { 0 };
	struct catalogue *narrow;
	struct fixture f;
	const char *why;

	setup(&f, false);
	narrow = catalogue_layer(f.arena, f.interns, f.base, 0, 5);
	ck_assert_int_eq(match(narrow, (struct probe_desc){ .prov = "profile" }, &found, &why), -E2BIG);
	ck_assert_int_eq(match(f.c, (struct probe_desc){ .name = "*a*a*a*a*a*a*a*a*a" }, &found, &why),
		-EINVAL);
	ck_assert_str_eq(why, "too many globbing characters");
	ck_assert_int_eq(match(f.c, (struct probe_desc){ .id = 4000000000 }, &found, &why), 0);
	found.stop_after = 2;
	ck_assert_int_eq(match(f.c, (struct probe_desc){ .prov = "profile" }, &found, &why), 2);
	arena_free(f.arena);
}
END_TEST

START_TEST(stability)
{
	struct arena *a = arena_new(0, NULL, NULL);

	ck_assert_str_eq(provider_attributes(provider_find("syscall"), a),
		"Private/Private/Unknown Unstable/Unstable/ISA");
	ck_assert_str_eq(provider_attributes(provider_find("dtrace"), a),
		"Stable/Stable/Common Stable/Stable/Common");
	ck_assert_ptr_null(provider_find("nosuch"));
	arena_free(a);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("catalogue");

	tcase_add_loop_test(t, matches, 0, sizeof globs / sizeof *globs);
	tcase_add_test(t, star_limit);
	tcase_add_test(t, long_patterns);
	tcase_add_test(t, bare_names);
	tcase_add_test(t, system_calls);
	tcase_add_test(t, tracepoints);
	tcase_add_test(t, without_btf);
	tcase_add_test(t, lots);
	tcase_add_loop_test(t, clock_names, 0, sizeof clocks / sizeof *clocks);
	tcase_add_loop_test(t, counter_names, 0, sizeof counters / sizeof *counters);
	tcase_add_loop_test(t, bad_clock_rates, 0, sizeof bad_clocks / sizeof *bad_clocks);
	tcase_add_test(t, on_demand_ids);
	tcase_add_test(t, limits);
	tcase_add_test(t, stability);
	tcase_set_timeout(t, 30);
	return suite_run("catalogue", t);
}
