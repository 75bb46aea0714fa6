/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/* Values with the names of types and members. */
#pragma D option quiet
BEGIN { print((short)0x1234); print("text\n"); print(execname); print(curthread->comm); }
BEGIN { print(curthread->cred->uid); print((char *)0); }
struct pair { unsigned long weight; uint32_t inverse; };
struct pair pair;
BEGIN { pair.weight = 0x100000; pair.inverse = 0x400000; print(pair); exit(0); }
