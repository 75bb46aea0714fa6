/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/* A fault while speculating is told at once. */
#pragma D option quiet
BEGIN { s = speculation(); }
BEGIN { speculate(s); printf("%d\n", *(int *)0); }
ERROR { printf("fault %d\n", arg4); }
BEGIN { commit(s); }
BEGIN { exit(0); }
