// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// What is told of a session, for the requests that tell it.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/policy/policy.h"
#include "proto/dtraced.pb-c.h"

struct conn;
struct session;

enum session_info_parts {
	INFO_SOURCE = 1,	// request and schema
	INFO_COST = 2,		// what each program has cost since the kernel measures
};

// The message borrows from the session, but for what session_info_free() frees. NULL: out of memory.
Dtraced__SessionInfo *session_info(const struct session *s, unsigned parts);
Dtraced__SessionInfo *session_info_free(Dtraced__SessionInfo *m);

// Sends a list; more: there are further frames.
void session_info_send(struct conn *c, uint32_t tag, Dtraced__SessionInfo **list, size_t n, bool more);

// The session that a client calls so, or NULL: it has been told why not. right: of others' sessions.
struct session *session_named(struct conn *c, uint32_t tag, const char *text, enum right right);

// For the audit: what somebody does to a session that is not their own.
void session_audit(struct conn *c, const struct session *s, const char *what);
