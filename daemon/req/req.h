// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The requests: one file each, reached only through dispatch.c, which has
// checked state, right and session. A handler answers the request.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/dtraced.pb-c.h"

struct conn;
struct session;

typedef void req_fn(struct conn *c, const Dtraced__Request *request, struct session *s);

req_fn req_hello, req_compile, req_list, req_start, req_snapshot, req_clear, req_trunc, req_stop,
	req_close, req_resolve, req_explain, req_attach, req_detach, req_sessions, req_control, req_freeze;

// Whether a request may name so many aggregations; if not, the client has been told.
bool req_check_aggs(struct conn *c, uint32_t tag, size_t n);
