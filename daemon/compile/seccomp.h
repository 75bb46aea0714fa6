// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The lists of system calls that the jail leaves. Any other call ends the
// process with SIGSYS.

enum seccomp_list { SECCOMP_ZYGOTE, SECCOMP_WORKER, SECCOMP_READER };

// Needs PR_SET_NO_NEW_PRIVS. 0 or negative errno.
int seccomp_enter(enum seccomp_list list);
