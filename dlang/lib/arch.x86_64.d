/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */

/* What the other libraries must know of the machine. */

inline string PROCESSOR_TYPE = "x86_64";
inline string PROCESSOR_FPU = "i387 compatible";

/* In thread_info.flags: a process of 32 bits. */
inline int TASK_FLAG_ILP32 = 0x20000000;
