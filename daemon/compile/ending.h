// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// How a worker that gave no answer ended, as a sentence for the user.

#include "daemon/compile/jail.h"
#include "daemon/util.h"

// status: of wait(). The limits are those that the worker had.
void ending_describe(int status, const struct jail_limits *l, struct reason *why);
