/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/* A speculation that is larger than specsize loses what came last. */
#pragma D option specsize=64
BEGIN { s = speculation(); }
BEGIN { speculate(s); trace((long long)1); }
BEGIN { speculate(s); trace((long long)2); }
BEGIN { speculate(s); trace((long long)3); }
BEGIN { commit(s); }
BEGIN { exit(0); }
