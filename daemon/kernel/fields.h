// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Where the running kernel keeps what a guard asks about the current thread
// (policy/guard.h), by its own BTF.

#include <stdbool.h>
#include <stdint.h>

enum kernel_field {
	TASK_REAL_CRED, TASK_FLAGS, TASK_MM, TASK_TGID, TASK_PID, TASK_REAL_PARENT, TASK_GROUP_LEADER,
	TASK_START_TIME, TASK_START_BOOTTIME, TASK_COMM,
	CRED_UID, CRED_GID, CRED_SUID, CRED_SGID, CRED_EUID, CRED_EGID, CRED_FSUID, CRED_FSGID,
	CRED_CAP_PERMITTED, CRED_USER_NS, MM_FLAGS, USER_NS_INUM,
	KERNEL_FIELD_N
};

// Tracepoints that are about the thread that they fire in.
enum own_tracepoint { TRACE_SYS_ENTER, TRACE_SYS_EXIT, TRACE_EXEC, OWN_TRACEPOINT_N };

struct kernel_fields {
	int16_t at[KERNEL_FIELD_N];	// bytes from the start of the struct
	bool split_caps;		// cap_permitted is two words of 4 bytes
	uint32_t tracepoints[OWN_TRACEPOINT_N];	// type ids; 0: there is none
	uint32_t task_iterator;		// type id of bpf_iter_task
	uint32_t user_ns;		// inode number of the daemon's own user namespace
};

// 0; or a negative errno with *missing: what is not as it should be. Reads the kernel's BTF,
// which takes some ten milliseconds.
int kernel_fields_read(struct kernel_fields *fields, const char **missing);
