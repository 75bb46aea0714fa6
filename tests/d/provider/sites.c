/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */

/*
 * A program with the probes of sites.d, for every dialect of C and for C++. It is
 * compiled with -include sites.h, which is made by dtrace -h, twice. Ends with 0 if no probe is enabled and if the arguments of a macro are evaluated once.
 */

#include <stdlib.h>

struct request {
	int r_id;
};

enum color { RED, GREEN };

static struct request request;
static int global = -77;

static void narrow(int n)
{
	signed char c = (signed char)(-1 - n);
	short s = (short)(-300 * n);
	int i = -70000 * n;
	long l = -5000000000L * n;
	unsigned char uc = (unsigned char)(200 * n);
	unsigned short us = (unsigned short)(60000 * n);
	unsigned int u = 4000000000u * (unsigned int)n;
	unsigned long ul = 0xfedcba9876543210ul * (unsigned long)n;

	TEST_SITES_ALL(c, s, i, l, uc, us, u, ul, "text", &request, -1, 255);
}

/* As an expression, in both branches of an if without braces, and with a condition. */
static void forms(int n, char **argv)
{
	if (n)
		TEST_SITES_START();
	else
		TEST_SITES_QUERY_DONE(argv[0], global, n == 1);
	if (TEST_SITES_QUERY_DONE_ENABLED())
		exit(3);
	if (!TEST_SITES_QUERY_DONE_ENABLED())
		TEST_SITES_QUERY_DONE(argv[0], global, n == 1);
	n > 1 ? TEST_SITES_START() : (void)0;
}

int main(int argc, char **argv)
{
	int n = argc;

	forms(argc, argv);
	narrow(argc);
	TEST_SITES_TYPED(GREEN, 17, sizeof(n), argv[0], &n, 1 - 3l);
	TEST_SITES_MANY(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, global, 13, n++);
	return n == argc + EVALUATED && !TEST_SITES_START_ENABLED() ? 0 : 4;
}
