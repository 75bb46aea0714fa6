/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/* An address that cannot be read is a fault. */
#pragma D option quiet
BEGIN { tracemem(0xffff000000000000, 3); }
ERROR { printf("fault %d\n", arg4); }
BEGIN { exit(0); }
