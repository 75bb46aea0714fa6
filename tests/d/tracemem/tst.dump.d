/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/* Memory as a dump; the third argument cuts it, unless it is 0 or too large. */
#pragma D option quiet
BEGIN { tracemem(curthread->comm, 16); tracemem(&curthread->comm[0], 16, 3); }
BEGIN { tracemem(curthread->comm, 8, 0); tracemem(curthread->comm, 8, 99); x = 2; tracemem(curthread->comm, 8, x); }
BEGIN { exit(0); }
