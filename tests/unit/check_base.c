// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// dlang/base, diagnostics, and positions in sources.

#include <check.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "dlang/base/intern.h"
#include "dlang/base/vec.h"
#include "dlang/diag.h"
#include "dlang/syntax/source.h"
#include "tests/unit/suite.h"

static struct arena *a;

static void setup(void)
{
	a = arena_new(0, NULL, NULL);
}

static void teardown(void)
{
	a = arena_free(a);
}

START_TEST(arena_zeroed_and_aligned)
{
	static const size_t sizes[] = { 0, 1, 15, 16, 17, 4000, 5000, 16384, 100000, 3000000, 8 };

	for (unsigned round = 0; round < 5; round++) {
		for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
			char *p = arena_alloc(a, sizes[i]);
			int dirty = 0;

			ck_assert_uint_eq((uintptr_t)p % 16, 0);
			for (size_t j = 0; j < sizes[i]; j++)
				dirty |= p[j];
			ck_assert_int_eq(dirty, 0);
			memset(p, 0xff, sizes[i]);
		}
	}
	ck_assert_str_eq(arena_strndup(a, "abcdef", 3), "abc");
	ck_assert_str_eq(arena_printf(a, "%d-%s", 42, "x"), "42-x");
}
END_TEST

static void __attribute__((noreturn)) jump(void *ctx)
{
	longjmp(*(jmp_buf *)ctx, 1);
}

// How many blocks of a size fit a budget; the hook ends the loop.
static unsigned blocks_of(size_t size, size_t budget)
{
	jmp_buf env;
	volatile unsigned n = 0;
	struct arena *small = arena_new(budget, jump, &env);

	if (!setjmp(env)) {
		for (;; n++)
			arena_alloc(small, size);
	}
	ck_assert_uint_le(arena_used(small), budget);
	arena_free(small);
	return n;
}

START_TEST(arena_budget)
{
	unsigned n = blocks_of(1000, 100000);

	ck_assert_uint_ge(n, 97);
	ck_assert_uint_le(n, 100);
	ck_assert_uint_eq(blocks_of(200000, 100000), 0);
	ck_assert_uint_eq(blocks_of(SIZE_MAX, 0), 0);
	ck_assert_uint_eq(blocks_of(SIZE_MAX - 8, 0), 0);
}
END_TEST

// What was handed out before a reset comes back as zeros, whether it was one chunk or several.
START_TEST(arena_again)
{
	static const size_t sizes[] = { 24, 5000, 100, 3000000, 40, 5000000 };

	for (int round = 0; round < 3; round++) {
		struct arena *b = arena_beside(a, 4096);

		for (size_t n = 1; n <= sizeof sizes / sizeof *sizes; n++) {
			for (size_t i = 0; i < n; i++) {
				char *p = arena_alloc(b, sizes[i]);

				ck_assert(!p[0] && !memcmp(p, p + 1, sizes[i] - 1));
				memset(p, 0xa5, sizes[i]);
			}
			arena_reset(b);
			ck_assert_uint_eq(arena_used(b), 0);
		}
		if (round)
			arena_free(b);
		else
			teardown(), setup();	// with a
	}
}
END_TEST

// It has what is left of the other's budget, and its hook.
START_TEST(arena_beside_budget)
{
	struct arena *small;
	size_t used;
	jmp_buf env;

	small = arena_new(10000, jump, &env);
	arena_alloc(small, 8000);
	used = arena_used(small);
	if (!setjmp(env)) {
		struct arena *b = arena_beside(small, 64);

		arena_alloc(b, 1500);
		ck_assert_uint_eq(arena_used(small), used);
		arena_alloc(b, 1000);
		ck_abort_msg("more than the budget");
	}
	arena_free(small);
}
END_TEST

START_TEST(vectors)
{
	VEC(uint64_t) v = { 0 };

	for (uint64_t i = 0; i < 10000; i++)
		vec_push(a, &v, i * i);
	ck_assert_uint_eq(v.n, 10000);
	ck_assert_uint_eq(vec_last(&v), 9999ull * 9999);
	for (uint64_t i = 0; i < v.n; i++)
		ck_assert_uint_eq(v.v[i], i * i);
}
END_TEST

START_TEST(strings)
{
	struct sbuf b;

	sbuf_init(&b, a);
	ck_assert_str_eq(b.s, "");
	for (int i = 0; i < 1000; i++) {
		sbuf_printf(&b, "%d,", i % 10);
		ck_assert_uint_eq(strlen(b.s), b.n);
	}
	ck_assert_uint_eq(b.n, 2000);
	sbuf_printf(&b, "%0500d", 7);
	ck_assert_uint_eq(b.n, 2500);
	ck_assert_str_eq(b.s + 2498, "07");
	sbuf_add(&b, "\0x", 2);
	sbuf_putc(&b, 'y');
	ck_assert_mem_eq(b.s + 2500, "\0xy", 4);
}
END_TEST

START_TEST(interning)
{
	struct interns *warm = interns_new(a, NULL), *top;
	const char *names[2000], *foo = intern_str(warm, "foo");
	char text[16];

	ck_assert_ptr_eq(intern(warm, "foobar", 3), foo);
	ck_assert_ptr_ne(intern_str(warm, "foobar"), foo);
	top = interns_new(a, warm);
	ck_assert_ptr_eq(intern_str(top, "foo"), foo);
	for (int i = 0; i < 2000; i++) {
		snprintf(text, sizeof text, "n%d", i);
		names[i] = intern_str(top, text);
		ck_assert_str_eq(names[i], text);
	}
	for (int i = 0; i < 2000; i++) {
		snprintf(text, sizeof text, "n%d", i);
		ck_assert_ptr_eq(intern_find(top, text, strlen(text)), names[i]);
		ck_assert_ptr_null(intern_find(warm, text, strlen(text)));
	}
	ck_assert_ptr_null(intern_find(top, "absent", 6));
	ck_assert_ptr_ne(intern(top, "a\0b", 3), intern(top, "a\0c", 3));
}
END_TEST

START_TEST(diagnostics)
{
	struct diags d;
	struct span s = { .source = SOURCE_NONE };

	diags_init(&d, a, 2);
	ck_assert(!diag_any(&d));
	diag_error(&d, s, D_SYNTAX, "one %d", 1);
	diag_error(&d, s, D_OP_INT, "two");
	diag_hint(&d, "hint %s", "of two");
	diag_error(&d, s, D_OP_INT, "three");
	diag_hint(&d, "of three");
	ck_assert(diag_any(&d));
	ck_assert_uint_eq(d.list.n, 2);
	ck_assert_uint_eq(d.dropped, 1);
	ck_assert_str_eq(d.list.v[0].text, "one 1");
	ck_assert_ptr_null(d.list.v[0].hint);
	ck_assert_str_eq(d.list.v[1].hint, "hint of two");
	ck_assert_str_eq(errtag_name(D_NOREG), "D_NOREG");
	ck_assert_str_eq(errtag_name(D_UNKNOWN), "D_UNKNOWN");
}
END_TEST

static const char *nearest_of(const char *name, const char *x, const char *y)
{
	struct nearest n;

	nearest_init(&n, name);
	nearest_try(&n, x);
	nearest_try(&n, y);
	return n.best;
}

START_TEST(nearest_names)
{
	ck_assert_str_eq(nearest_of("timestmp", "vtimestamp", "timestamp"), "timestamp");
	ck_assert_str_eq(nearest_of("pritnf", "print", "printf"), "printf");
	ck_assert_str_eq(nearest_of("pidd", "pid", "ppid"), "pid");
	ck_assert_ptr_null(nearest_of("xy", "xz", "yy"));
	ck_assert_ptr_null(nearest_of("timestamp", "walltime", "probefunc"));
	ck_assert_ptr_null(nearest_of("trace", "trace", "execname"));
}
END_TEST

static struct position at(const struct sources *set, uint32_t byte)
{
	struct position pos;

	ck_assert(span_position(set, (struct span){ 0, byte, byte }, &pos));
	return pos;
}

START_TEST(positions)
{
	static const char text[] = "one\ntwo\n\nfour";
	struct sources set;
	struct position pos;

	sources_init(&set, a);
	ck_assert_uint_eq(sources_add(&set, SOURCE_FILE, "f.d", text, sizeof text - 1), 0);
	ck_assert_uint_eq(sources_add(&set, SOURCE_STRING, "-n", "x", 1), 1);
	ck_assert_uint_eq(at(&set, 3).line, 1);
	ck_assert_uint_eq(at(&set, 3).column, 4);
	ck_assert_uint_eq(at(&set, 4).line, 2);
	ck_assert_uint_eq(at(&set, 8).line, 3);
	ck_assert_uint_eq(at(&set, 8).len, 0);
	ck_assert_uint_eq(at(&set, 13).line, 4);
	ck_assert_uint_eq(at(&set, 99).column, 5);
	source_remap(&set, 0, 5, 70, "g.h");
	source_remap(&set, 0, 8, 5, NULL);
	ck_assert_str_eq(at(&set, 4).file, "f.d");
	ck_assert_uint_eq(at(&set, 8).line, 70);
	ck_assert_str_eq(at(&set, 8).file, "g.h");
	ck_assert_uint_eq(at(&set, 9).line, 5);
	ck_assert_str_eq(at(&set, 9).file, "g.h");
	ck_assert(span_position(&set, (struct span){ 1, 0, 1 }, &pos));
	ck_assert_ptr_null(pos.file);
	ck_assert(!span_position(&set, (struct span){ .source = SOURCE_NONE }, &pos));
}
END_TEST

static const char *render(enum source_kind kind, const char *text, uint32_t begin, uint32_t end,
			  const char *hint)
{
	struct diag d = { { 0, begin, end }, D_SYNTAX, "it is wrong", hint };
	struct sources set;
	struct sbuf b;

	sources_init(&set, a);
	sources_add(&set, kind, "f.d", text, strlen(text));
	sbuf_init(&b, a);
	diag_render(&b, &set, &d, kind == SOURCE_STRING);
	return b.s;
}

START_TEST(rendering)
{
	char wide[512] = "";
	const char *s;

	ck_assert_str_eq(render(SOURCE_FILE, "a\n\tbcd ef\n", 3, 6, "try"),
			 "\"f.d\", line 2: it is wrong\n  2:2  \tbcd ef\n       \t^~~\n    hint: try\n");
	ck_assert_str_eq(render(SOURCE_STRING, "caf\xc3\xa9 x", 6, 7, NULL),
			 "[D_SYNTAX] line 1: it is wrong\n  1:7  caf\xc3\xa9 x\n            ^\n");
	ck_assert_str_eq(render(SOURCE_FILE, "ab\x1b[0m\r\ncd", 2, 9, NULL),
			 "\"f.d\", line 1: it is wrong\n  1:3  ab?[0m\n         ^~~~\n");
	ck_assert_str_eq(render(SOURCE_FILE, "ab", 2, 2, NULL),
			 "\"f.d\", line 1: it is wrong\n  1:3  ab\n         ^\n");
	memset(wide, 'w', sizeof wide - 1);
	s = render(SOURCE_FILE, wide, 300, 303, NULL);
	ck_assert_ptr_nonnull(strstr(s, "\n  1:301  ...www"));
	ck_assert_uint_lt(strlen(s), 400);
	ck_assert_uint_eq(strcspn(strstr(s, "www...\n") + 7, "^"), 12 + 60);
}
END_TEST

int main(void)
{
	TCase *c = tcase_create("base");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, arena_zeroed_and_aligned);
	tcase_add_test(c, arena_budget);
	tcase_add_test(c, arena_again);
	tcase_add_test(c, arena_beside_budget);
	tcase_add_test(c, vectors);
	tcase_add_test(c, strings);
	tcase_add_test(c, interning);
	tcase_add_test(c, diagnostics);
	tcase_add_test(c, nearest_names);
	tcase_add_test(c, positions);
	tcase_add_test(c, rendering);
	return suite_run("base", c);
}
