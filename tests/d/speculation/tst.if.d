/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/* A speculation ends with the branch that it begins in. */
#pragma D option quiet
BEGIN { s = speculation(); }
BEGIN { if (s) { speculate(s); printf("inside\n"); } printf("outside\n"); }
BEGIN { commit(s); }
BEGIN { exit(0); }
