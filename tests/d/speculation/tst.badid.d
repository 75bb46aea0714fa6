/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/* An id above nspec is a fault. */
#pragma D option quiet
BEGIN { commit(2); }
BEGIN { discard(-1); }
BEGIN { speculate(77); printf("no\n"); }
ERROR { printf("fault %d in %d\n", arg4, arg2); }
BEGIN { exit(0); }
