/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/* Commands run in the order of the records, with the output before and after. */
#pragma D option quiet
#pragma D option destructive
BEGIN { printf("before\n"); system("echo %s %d", "command", 7); printf("after\n"); }
BEGIN { system("exit 3"); exit(0); }
