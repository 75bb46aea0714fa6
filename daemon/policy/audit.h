// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Who did what: a record in the journal for each connection, refusal, start and
// end of a session, and policy that was read, with a field for each fact
// (journalctl DTRACE_UID=1000). Without a journal there are lines in the log.
//
// Records go out by the journal's native protocol and never wait, so that a
// journal that hangs does not hang the daemon; those that it does not take are
// counted, and told in the next one.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/un.h>

struct peer;

enum audit_event {
	AUDIT_CONNECT,
	AUDIT_DENY,
	AUDIT_START,
	AUDIT_STOP,
	AUDIT_KILL,		// a session that the daemon ended
	AUDIT_ADMIN,		// something that takes a right on others
	AUDIT_RELOAD,
	AUDIT_N
};

#define AUDIT_JOURNAL "/run/systemd/journal/socket"

enum { AUDIT_USERS = 64, AUDIT_DENIALS = 20, AUDIT_CONNECTS = 100, AUDIT_SECONDS = 10 };	// of one user in so many seconds

// Of what a user can cause without end.
struct audit_bound {
	bool used;
	uint64_t since;		// CLOCK_MONOTONIC, s
	uint32_t n, left_out;
};

struct audit {
	int journal;		// a socket; -1: there was none
	struct sockaddr_un path;
	bool to_log;		// then
	uint64_t lost;		// since the last one that went out
	struct audit_bound denials[AUDIT_USERS], connects[AUDIT_USERS];	// by uid, modulo
};

// What is zero is left out.
struct audit_entry {
	enum audit_event event;
	const struct peer *peer;
	uint64_t session;
	const char *name;		// of the session
	const struct peer *subject;	// whom it is done to, if that is not the peer
	const char *reason;
	const char *program;		// D, of so many bytes
	size_t program_len;
	const char *class;		// that it takes
	uint32_t probes;
	bool ended;			// the following are known
	uint64_t duration_us, drops;
};

// path: AUDIT_JOURNAL but in tests. to_log: where there is no journal.
void audit_open(struct audit *a, const char *path, bool to_log);
void audit_close(struct audit *a);

// 0; a negative errno if there is a journal that does not take it.
int audit(struct audit *a, const struct audit_entry *e);
