// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Policy, see policy.h.

#include "daemon/policy/policy.h"

#include <stdlib.h>

#include "providers/glob.h"

struct policy *policy_ref(struct policy *p)
{
	if (p)
		p->refs++;
	return p;
}

static void free_role(struct role *r)
{
	patterns_deinit(&r->allow);
	patterns_deinit(&r->deny);
	free(r->name);
	free(r);
}

static void binding_deinit(struct binding *b)
{
	free(b->unit);
	free(b->cgroup);
	free(b->role_name);
	free(b->where);
}

struct policy *policy_unref(struct policy *p)
{
	if (!p || --p->refs)
		return NULL;
	for (uint32_t i = 0; i < p->nroles; i++)
		free_role(p->roles[i]);
	for (uint32_t i = 0; i < p->nbindings; i++)
		binding_deinit(&p->bindings[i]);
	free(p->roles);
	free(p->bindings);
	patterns_deinit(&p->never);
	free(p->group);
	free(p);
	return NULL;
}

// ---- binding ---------------------------------------------------------------

static bool is_member(const struct peer *peer, gid_t group)
{
	if (peer->gid == group)
		return true;
	for (size_t i = 0; i < peer->ngroups; i++) {
		if (peer->groups[i] == group)
			return true;
	}
	return false;
}

// In another user namespace ids are not what they look like. A kernel that cannot
// tell is believed, unless the binding asks for it.
static bool userns_matches(const struct binding *b, const struct peer *peer)
{
	if (b->any_userns)
		return true;
	return peer->userns == PEER_USERNS_OURS || (peer->userns == PEER_USERNS_UNKNOWN && !b->userns_given);
}

static bool matches(const struct binding *b, const struct peer *peer)
{
	return !b->never && (!b->has_uid || b->uid == peer->uid) &&
		(!b->has_gid || is_member(peer, b->gid)) &&
		(!b->unit || (peer->unit && glob_match(b->unit, peer->unit))) &&
		(!b->cgroup || (peer->cgroup && glob_match(b->cgroup, peer->cgroup))) &&
		userns_matches(b, peer);
}

void policy_bind(struct policy *p, struct peer *peer)
{
	policy_ref(p);
	policy_unref(peer->policy);
	peer->policy = p;
	peer->role = NULL;
	peer->binding = NULL;
	for (uint32_t i = 0; i < p->nbindings && !peer->binding; i++) {
		if (matches(&p->bindings[i], peer))
			peer->binding = &p->bindings[i];
	}
	if (peer->binding)
		peer->role = peer->binding->role;
}

struct reason policy_role_text(const struct peer *peer)
{
	struct reason text = { "no role" };

	if (peer->role)
		reason_set(&text, "role '%s' (%s)", peer->role->name, peer->binding->where);
	return text;
}

// ---- rights ----------------------------------------------------------------

// What a right takes beyond a role.
static const struct {
	const char *text;
	bool takes_class, takes_admin, takes_detached;
	enum class class;
	enum admin admin;
} rights[RIGHT_N] = {
	[RIGHT_NONE] = { .text = "connect" },
	[RIGHT_LIST] = { .text = "use dtraced" },
	[RIGHT_TRACE] = { .text = "trace" },
	[RIGHT_KERNEL_NAMES] = { "see names of kernel addresses", .takes_class = true, .class = CLASS_KERNEL },
	[RIGHT_DESTROY] = { "use raise(), stop(), chill() or another action that changes what others do",
		.takes_class = true, .class = CLASS_DESTRUCTIVE },
	[RIGHT_DETACH] = { "have sessions that outlive their clients", .takes_detached = true },
	[RIGHT_LIST_ANY] = { "list sessions of others", .takes_admin = true, .admin = ADMIN_LIST },
	[RIGHT_VIEW_ANY] = { "see sessions of others", .takes_admin = true, .admin = ADMIN_VIEW_ANY },
	[RIGHT_KILL_ANY] = { "stop sessions of others", .takes_admin = true, .admin = ADMIN_KILL_ANY },
	[RIGHT_FREEZE] = { "freeze sessions", .takes_admin = true, .admin = ADMIN_FREEZE },
	[RIGHT_EXPLAIN_ANY] = { "ask about others", .takes_admin = true, .admin = ADMIN_EXPLAIN_ANY },
};

static enum verdict deny_stranger(const struct peer *peer, enum right right, struct reason *why)
{
	const struct policy *p = peer->policy;

	if (!p->builtin)
		reason_set(why, "uid %u may not %s: the policy binds no role to it", peer->uid, rights[right].text);
	else if (p->group)
		reason_set(why, "uid %u may not %s: that takes root or membership of the group '%s'",
			peer->uid, rights[right].text, p->group);
	else
		reason_set(why, "uid %u may not %s: that takes root, as dtraced has no group "
			"(see its option --group)", peer->uid, rights[right].text);
	return VERDICT_DENY;
}

enum verdict policy_check(const struct peer *peer, enum right right, struct reason *why)
{
	const struct role *role = peer->role;

	if (right == RIGHT_NONE)
		return VERDICT_ALLOW;
	if (!role)
		return deny_stranger(peer, right, why);
	if (rights[right].takes_class && !role_has_class(role, rights[right].class)) {
		reason_set(why, "uid %u may not %s: that takes the class '%s', which its %s does not have", peer->uid,
			rights[right].text, class_name(rights[right].class), policy_role_text(peer).text);
		return VERDICT_DENY;
	}
	if (rights[right].takes_detached && !role->detached) {
		reason_set(why, "uid %u may not %s: its %s has \"detached\": false", peer->uid, rights[right].text,
			policy_role_text(peer).text);
		return VERDICT_DENY;
	}
	if (rights[right].takes_admin && !(role->admin >> rights[right].admin & 1)) {
		reason_set(why, "uid %u may not %s: that takes the admin right '%s', which its %s does not have",
			peer->uid, rights[right].text, admin_name(rights[right].admin), policy_role_text(peer).text);
		return VERDICT_DENY;
	}
	return VERDICT_ALLOW;
}

bool policy_owns(const struct peer *peer, const struct peer *owner)
{
	return peer->uid == owner->uid;
}

enum verdict policy_check_session(const struct peer *peer, const struct peer *owner, enum right right,
	struct reason *why)
{
	return policy_owns(peer, owner) ? VERDICT_ALLOW : policy_check(peer, right, why);
}

// ---- processes -------------------------------------------------------------

// As with tracing: who may see everything may see all processes.
struct policy_scope policy_scope(const struct peer *peer)
{
	return (struct policy_scope){
		.all = peer->role && !role_is_confined(peer->role), .uid = peer->uid };
}

bool policy_in_scope(const struct policy_scope *scope, bool owned, uid_t owner)
{
	return scope->all || (owned && owner == scope->uid);
}

struct policy_scope policy_process_scope(const struct peer *peer)
{
	return (struct policy_scope){ .all = peer->uid == 0, .uid = peer->uid };
}

enum verdict policy_check_process(const struct peer *peer, pid_t pid, uid_t owner, struct reason *why)
{
	struct policy_scope scope = policy_process_scope(peer);

	if (policy_in_scope(&scope, true, owner))
		return VERDICT_ALLOW;
	reason_set(why, "uid %u may not have probes in process %d: it is another user's, or it has other rights than "
		"the user's own, as setuid programs have", peer->uid, pid);
	return VERDICT_DENY;
}
