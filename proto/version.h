// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The protocol's version: raised when an old peer could misread a new one.
enum { PROTO_VERSION = 1 };

#define DTRACED_VERSION "0.1"
#define DTRACED_SOCKET_PATH "/run/dtraced/socket"
