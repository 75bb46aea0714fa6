// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The root of the version 2 cgroup hierarchy, where programs see the packets of
// all sockets. With a mixed set-up it is mounted somewhere else than on
// /sys/fs/cgroup; in a container it may be the root of what that sees.

// An fd of the folder, or a negative errno; -ENOENT: it is not mounted.
int cgroup_root_open(void);
