// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Accounting, see charges.h.

#include "daemon/policy/charges.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>

#include "daemon/policy/peer.h"
#include "daemon/policy/role.h"

#define MB (1024ull * 1024)

enum { WORK_SHARE = 4, WORK_BURST_NS = 250 * 1000 * 1000 };

void charges_init(struct charges *c)
{
	LIST_INIT(&c->users);
}

void charges_deinit(struct charges *c)
{
	while (!LIST_EMPTY(&c->users)) {
		struct charged_user *u = LIST_FIRST(&c->users);

		LIST_REMOVE(u, link);
		free(u);
	}
}

static void user_unref(struct charged_user *u)
{
	if (--u->refs)
		return;
	LIST_REMOVE(u, link);
	free(u);
}

static struct charged_user *user_ref(struct charges *c, uid_t uid)
{
	struct charged_user *u;

	LIST_FOREACH(u, &c->users, link) {
		if (u->uid == uid) {
			u->refs++;
			return u;
		}
	}
	u = calloc(1, sizeof *u);
	if (!u)
		return NULL;
	u->uid = uid;
	u->refs = 1;
	LIST_INSERT_HEAD(&c->users, u, link);
	return u;
}

// Who has no role may still connect, to be told so.
static uint64_t limit_of(const struct peer *peer, enum charge_kind kind)
{
	return peer->role ? peer->role->limits[kind] : limit_row(kind)->normal;
}

static void explain(const struct peer *peer, enum charge_kind kind, uint64_t used, uint64_t amount,
	struct reason *why)
{
	const struct limit_row *row = limit_row(kind);
	bool bytes = row->unit == UNIT_BYTES;
	uint64_t max = limit_of(peer, kind), unit = bytes ? MB : 1;
	const char *suffix = bytes ? " MB" : "";

	// Bytes are rounded up where they are asked for, so that the sum is seen to exceed.
	reason_set(why, "too many %s%s: %" PRIu64 "%s asked for with %" PRIu64
		"%s in use, the maximum for uid %u is %" PRIu64 "%s",
		bytes ? "bytes of " : "", row->what, (amount + unit - 1) / unit, suffix,
		(used + unit - 1) / unit, suffix, peer->uid, max / unit, suffix);
}

int charge_take(struct charge *charge, struct charges *c, const struct peer *peer, enum charge_kind kind,
	uint64_t amount, struct reason *why)
{
	struct charged_user *u = charge->user;
	uint64_t max = limit_of(peer, kind);

	if (!u) {
		u = user_ref(c, peer->uid);
		if (!u)
			return -ENOMEM;
	}
	if (amount > max || u->used[kind] > max - amount) {
		explain(peer, kind, u->used[kind], amount, why);
		if (!charge->user)
			user_unref(u);
		return CHARGE_E_LIMIT;
	}
	u->used[kind] += amount;
	charge->amounts[kind] += amount;
	charge->user = u;
	return 0;
}

void charge_release(struct charge *charge)
{
	if (!charge->user)
		return;
	for (int i = 0; i < CHARGE_N; i++)
		charge->user->used[i] -= charge->amounts[i];
	user_unref(charge->user);
	*charge = (struct charge){ 0 };
}

// What is left of the debt: it shrinks by a share of the time that passes.
static uint64_t owed_now(const struct charged_user *u, uint64_t now)
{
	uint64_t paid = (now - u->owed_at) / WORK_SHARE;

	return u->owed > paid ? u->owed - paid : 0;
}

void charge_work(const struct charge *charge, uint64_t now, uint64_t spent)
{
	struct charged_user *u = charge->user;

	if (!u || !u->uid)
		return;
	u->owed = owed_now(u, now) + spent;
	u->owed_at = now;
}

uint64_t charge_wait(const struct charge *charge, uint64_t now)
{
	uint64_t owed = charge->user ? owed_now(charge->user, now) : 0;

	return owed > WORK_BURST_NS ? (owed - WORK_BURST_NS) * WORK_SHARE : 0;
}
