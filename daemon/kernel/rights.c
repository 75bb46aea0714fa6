// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Capabilities, see rights.h.

#include "daemon/kernel/rights.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

static int set(const struct rights *r)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };

	return syscall(SYS_capset, &header, r->data) < 0 ? -errno : 0;
}

int rights_lower(struct rights *old)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct rights less;

	if (syscall(SYS_capget, &header, old->data) < 0)
		return -errno;
	less = *old;
	less.data[CAP_TO_INDEX(CAP_PERFMON)].effective &= ~CAP_TO_MASK(CAP_PERFMON);
	less.data[CAP_TO_INDEX(CAP_SYS_ADMIN)].effective &= ~CAP_TO_MASK(CAP_SYS_ADMIN);
	return set(&less);
}

int rights_restore(const struct rights *old)
{
	return set(old);
}
