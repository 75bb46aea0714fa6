// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Accounting: what each uid has allocated in the daemon and in the kernel. An
// object that costs something owns a struct charge; it is taken before the
// object is made and goes with it. Users are dropped with their last charge.

#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>

#include "daemon/policy/limits.h"
#include "daemon/util.h"

struct peer;

struct charged_user {
	LIST_ENTRY(charged_user) link;
	uid_t uid;
	uint32_t refs;		// charges
	uint64_t owed, owed_at;	// time of the core, ns; and when that was true
	uint64_t used[CHARGE_N];
};

struct charges {
	LIST_HEAD(, charged_user) users;
};

// What one object holds; zeroed: nothing.
struct charge {
	struct charged_user *user;
	uint64_t amounts[CHARGE_N];
};

enum { CHARGE_E_LIMIT = 1 };

void charges_init(struct charges *c);
void charges_deinit(struct charges *c);

// Adds to what the charge holds; the peer's role has the maximum. CHARGE_E_LIMIT:
// nothing was added, why says which limit, what is used and what the maximum is. -ENOMEM.
int charge_take(struct charge *charge, struct charges *c, const struct peer *peer, enum charge_kind kind,
	uint64_t amount, struct reason *why);

// Gives all of it back.
void charge_release(struct charge *charge);

// Time of the core that a request of the charge's user took. Beyond a burst a
// user has a quarter of it, whatever the number of connections; root has all.
// charge_wait: how long the next request has to wait, in ns.
void charge_work(const struct charge *charge, uint64_t now, uint64_t spent);
uint64_t charge_wait(const struct charge *charge, uint64_t now);
