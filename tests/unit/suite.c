// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The end of a Check program's main(), see suite.h.

#include "tests/unit/suite.h"

#include <check.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

static int run(const char *name, TCase *tests, const char *obstacle)
{
	enum { SKIPPED = 77 };
	Suite *s = suite_create(name);
	SRunner *r = srunner_create(s);
	int ran, failed;

	suite_add_tcase(s, tests);
	if (!obstacle)
		srunner_run_all(r, CK_ENV);
	ran = srunner_ntests_run(r);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	if (ran)
		return failed != 0;
	puts(obstacle ? obstacle : "nothing of it can run here");
	return SKIPPED;
}

int suite_run(const char *name, TCase *tests)
{
	return run(name, tests, NULL);
}

int suite_run_as_root(const char *name, TCase *tests)
{
	return run(name, tests, geteuid() ? "needs root" : NULL);
}
