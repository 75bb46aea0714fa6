/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/* Id 0 is nobody's: what is recorded for it is dropped silently, with the rest of the clause. */
#pragma D option quiet
BEGIN { speculate(0); printf("no\n"); }
BEGIN { commit(0); discard(0); }
BEGIN { printf("end\n"); exit(0); }
