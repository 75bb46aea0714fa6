// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The numbers of providers/shared/syscalls.def against those of <sys/syscall.h>,
// for every call that the header of the build machine knows.

#include <check.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "tests/unit/suite.h"

#if defined(__x86_64__)
#define NUMBER(x86_64, arm64) (x86_64)
#else
#define NUMBER(x86_64, arm64) (arm64)
#endif

// __NR_name as text: digits if the header has it, else "__NR_name" itself.
#define TEXT(x) #x
#define NR_TEXT(x) TEXT(x)

static const struct {
	int number;
	const char *name, *header, *types;
} rows[] = {
#define SYSCALL(x86_64, arm64, name, symbol, types) \
	{ NUMBER(x86_64, arm64), #name, NR_TEXT(__NR_##name), types },
#include "providers/shared/syscalls.def"
#undef SYSCALL
};

enum { NROWS = sizeof rows / sizeof *rows };

// A number in the header may be an expression: "(__X + 1)" counts as unknown.
static bool header_number(int i, int *nr)
{
	char *end;

	*nr = (int)strtol(rows[i].header, &end, 10);
	return end != rows[i].header && !*end;
}

START_TEST(agree_with_the_header)
{
	int known = 0;

	for (int i = 0; i < NROWS; i++) {
		int nr;

		if (!header_number(i, &nr))
			continue;
		known++;
		ck_assert_msg(nr == rows[i].number, "%s is %d, not %d", rows[i].name, nr, rows[i].number);
	}
	ck_assert_int_gt(known, 250);
}
END_TEST

START_TEST(are_unique)
{
	for (int i = 0; i < NROWS; i++) {
		for (int j = 0; j < i; j++) {
			ck_assert_str_ne(rows[i].name, rows[j].name);
			if (rows[i].number >= 0)
				ck_assert_msg(rows[i].number != rows[j].number, "%s and %s are both %d",
					rows[i].name, rows[j].name, rows[i].number);
		}
	}
}
END_TEST

// Every number that the header defines has a row: no gap below the largest but
// those that the architecture left free.
START_TEST(have_no_gaps)
{
	bool used[1024] = { 0 };
	int missing = 0, max = 0;

	for (int i = 0; i < NROWS; i++) {
		ck_assert_int_lt(rows[i].number, 1024);
		if (rows[i].number < 0)
			continue;
		used[rows[i].number] = true;
		max = rows[i].number > max ? rows[i].number : max;
	}
	for (int nr = 0; nr <= max; nr++)
		missing += !used[nr];
#if defined(__x86_64__)
	// 337 to 386 and 387 to 423 are reserved.
	ck_assert_int_eq(missing, 423 - 337 + 1);
#endif
	ck_assert_int_ge(max, 469);
}
END_TEST

START_TEST(have_at_most_six_arguments)
{
	for (int i = 0; i < NROWS; i++) {
		int commas = 0;

		for (const char *p = rows[i].types; p && *p; p++)
			commas += *p == ',';
		ck_assert_msg(commas < 6, "%s", rows[i].name);
	}
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("syscalls");

	tcase_add_test(t, agree_with_the_header);
	tcase_add_test(t, are_unique);
	tcase_add_test(t, have_no_gaps);
	tcase_add_test(t, have_at_most_six_arguments);
	return suite_run("syscalls", t);
}
