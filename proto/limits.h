// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Caps of the protocol, checked before anything is allocated. Bytes unless said.
enum {
	PROTO_FRAME_HELLO = 4096,		// before Hello was answered
	PROTO_FRAME_CLIENT = 2 * 1024 * 1024,	// from a client, later
	PROTO_FRAME_SERVER = 8 * 1024 * 1024,	// from the daemon
	PROTO_FRAME_WORKER = 16 * 1024 * 1024,	// to a compile worker
	PROTO_SOURCE = 1024 * 1024,		// all D texts of one request
	PROTO_TEXTS = 256,
	PROTO_MACRO_ARGS = 1024,
	PROTO_OPTIONS = 256,
	PROTO_ADDRESSES = 4096,			// of one Resolve
	PROTO_AGGS = 16384,			// that one Snapshot, Clear or Trunc names
	PROTO_TARGETS = 256,			// processes of -c and -p
};
