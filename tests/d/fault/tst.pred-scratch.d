/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/* A predicate that faults before the clause has taken the scratch memory that its body needs. */
#pragma D option quiet
BEGIN { this->a = 1; this->b = 0; }
BEGIN /this->a % this->b/ { trace(lltostr(1)); }
BEGIN { printf("%d", 1 / errno); }
ERROR { printf("fault %d\n", arg4); }
BEGIN { exit(0); }
