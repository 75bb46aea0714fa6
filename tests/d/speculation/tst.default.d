/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/* speculate() by itself records the default action. */
BEGIN { s = speculation(); }
BEGIN { speculate(s); }
BEGIN { commit(s); }
BEGIN { exit(0); }
