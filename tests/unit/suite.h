// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// What main() of a Check program does once it has its tests.

#include <check.h>

// Runs the case as a suite of its own, both freed. Returns main()'s status: 0, 1 when a test failed, 77 (automake's
// "skipped") when there was none to run here; then the last line that it prints says why.
int suite_run(const char *name, TCase *tests);

// The same, skipped unless root runs it.
int suite_run_as_root(const char *name, TCase *tests);
