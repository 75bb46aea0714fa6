// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The process's own capabilities.

#include <linux/capability.h>

struct rights {
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
};

// Maps made from now on are those of somebody whom the kernel does not trust with
// speculation: it bounds each access to an array by a mask. Takes CAP_PERFMON and
// CAP_SYS_ADMIN out of the effective set; old is what rights_restore() wants. 0 or a negative errno.
int rights_lower(struct rights *old);
int rights_restore(const struct rights *old);
