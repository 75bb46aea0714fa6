// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The kernel's own measuring of programs: how often each has run, and how long.

// 0 and an fd that it goes on with, -1 if it measures in any case; or a negative errno.
int measure_start(int *fd);
