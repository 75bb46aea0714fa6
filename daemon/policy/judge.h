// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// What a policy says to a program: a pure function of the peer's role and of
// what the program wants. It is asked when a program has been compiled, before
// it is loaded, when there is another policy, and by `dtrace policy explain`.

#include "daemon/policy/policy.h"
#include "daemon/policy/wish.h"
#include "proto/dtraced.pb-c.h"

// VERDICT_DENY and VERDICT_LIMIT with why: one sentence that names the rule, what
// it takes, and what would be allowed. Of a peer that has a role.
enum verdict judge(const struct peer *peer, const struct wish *wish, struct reason *why);

// Whether a peer may see what a session of its user records: if it may see others', or could have made
// the session itself, with programs that are no more confined.
enum verdict judge_view(const struct peer *peer, const struct peer *owner, const struct wish *wish, struct reason *why);

// The class that it takes.
enum class judge_class(const struct wish *wish);

// How a client is told of a verdict other than VERDICT_ALLOW.
static inline Dtraced__FailureCode judge_code(enum verdict v)
{
	return v == VERDICT_LIMIT ? DTRACED__FAILURE_CODE__FAILURE_LIMIT : DTRACED__FAILURE_CODE__FAILURE_DENIED;
}

// What it says to one more probe of a program, by its four names.
enum verdict judge_probe(const struct peer *peer, const char *const names[4], struct reason *why);

// Whether a value is within the role's limit, which is not one that is charged.
enum verdict judge_limit(const struct peer *peer, enum limit limit, uint64_t value, struct reason *why);
