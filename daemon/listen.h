// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Making the listening socket.

#include "daemon/util.h"

// A listening socket that appears at path when it is ready, and not before; the
// remains of a dead daemon are replaced. The fd, or a negative errno with why:
// -EADDRINUSE when a daemon answers there, -EEXIST when it is not a socket.
int listen_at(const char *path, struct reason *why);
