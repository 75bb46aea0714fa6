// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// dtraced --make: the daemon's end of the protocol for one client that wants one
// file made (dtrace -h, -G), with no right and no kernel. The compiler runs in the
// same jail as always. Nothing of it concerns a daemon that runs.

// Serves a Hello and a Compile on the socket. 0, or a negative errno that was logged.
int maker_run(int socket);
