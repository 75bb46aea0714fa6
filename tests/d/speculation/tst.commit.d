/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/* What was recorded comes out at the commit, in order, and not before. */
#pragma D option quiet
BEGIN { s = speculation(); printf("s %d\n", s); }
BEGIN { speculate(s); printf("first\n"); }
BEGIN { speculate(s); printf("second %s\n", probename); }
BEGIN { printf("before\n"); }
BEGIN { commit(s); }
BEGIN { printf("after\n"); }
BEGIN { speculate(s); printf("too late\n"); }
BEGIN { commit(s); }
BEGIN { exit(0); }
