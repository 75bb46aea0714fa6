// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Finding a daemon: DTRACED_SOCKET or the usual path; when nobody listens there
// and the caller is root, a private dtraced at the other end of a socket pair.

// 0 and a connected socket; 1 after telling the user why not; or negative errno.
int connect_daemon(int *fdp);
// The same without a private one.
int connect_service(int *fdp);
// The same with a dtraced of our own that makes one file and needs no rights.
int connect_maker(int *fdp);
