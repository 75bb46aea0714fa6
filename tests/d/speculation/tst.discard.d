/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/* A discarded speculation prints nothing; its id is free at once. */
#pragma D option quiet
#pragma D option nspec=2
BEGIN { a = speculation(); b = speculation(); c = speculation(); }
BEGIN { printf("%d %d %d\n", a, b, c); }
BEGIN { speculate(a); printf("old a\n"); }
BEGIN { speculate(b); printf("b\n"); }
BEGIN { discard(a); a = speculation(); printf("again %d\n", a); }
BEGIN { speculate(a); printf("new a\n"); }
BEGIN { commit(a); }
BEGIN { commit(b); }
BEGIN { exit(0); }
