/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/* chill() takes as long as it says, and no more than half of a second. */
#pragma D option quiet
#pragma D option destructive
BEGIN { this->t = timestamp; chill(100000000); start = this->t; }
BEGIN { chill(300000000); }
BEGIN { chill(200000000); printf("no\n"); }
BEGIN { chill(-1); printf("no\n"); }
ERROR { printf("fault %d\n", arg4); }
tick-10ms { printf("%s\n", timestamp - start >= 400000000 ? "late enough" : "too early"); exit(0); }
