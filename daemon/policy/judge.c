// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// What a policy says to a program, see judge.h.

#include "daemon/policy/judge.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "daemon/budget.h"

// ---- classes ---------------------------------------------------------------

// What a hook takes: of tracepoints see below.
static const struct {
	enum class class;
	const char *what;
} hooks[HOOK_ERROR] = {
	[HOOK_TP_BTF] = { CLASS_KERNEL, "the tracepoint" },
	[HOOK_PERF_CLOCK] = { CLASS_USER, "profile probes" },
	[HOOK_TICK] = { CLASS_PROC, "tick probes" },
	[HOOK_BEGIN] = { CLASS_PROC, "BEGIN" },
	[HOOK_END] = { CLASS_PROC, "END" },
	[HOOK_COUNTER] = { CLASS_KERNEL, "counters of the processor" },
	[HOOK_PACKET_IN] = { CLASS_KERNEL, "packets" },
	[HOOK_PACKET_OUT] = { CLASS_KERNEL, "packets" },
	[HOOK_UPROBE] = { CLASS_PROC, "places in processes" },
	[HOOK_URETPROBE] = { CLASS_PROC, "places in processes" },
	[HOOK_FENTRY] = { CLASS_KERNEL, "functions of the kernel" },
	[HOOK_FEXIT] = { CLASS_KERNEL, "functions of the kernel" },
	[HOOK_KPROBE_MULTI] = { CLASS_KERNEL, "functions of the kernel" },
	[HOOK_KRETPROBE_MULTI] = { CLASS_KERNEL, "functions of the kernel" },
	[HOOK_KPROBE] = { CLASS_KERNEL, "functions of the kernel" },
	[HOOK_KRETPROBE] = { CLASS_KERNEL, "functions of the kernel" },
};

// Those that confined programs can be on; confine.c has them by number, which a name may belie.
static const char *const user_tracepoints[] = { "sys_enter", "sys_exit", "sched_process_exec" };

static enum class class_of(const struct wish_hook *h)
{
	if (h->kind >= HOOK_ERROR)
		return CLASS_KERNEL;
	for (size_t i = 0; h->name && i < NELEMS(user_tracepoints); i++) {
		if (strcmp(h->name, user_tracepoints[i]) == 0)
			return CLASS_USER;
	}
	return hooks[h->kind].class;
}

enum class judge_class(const struct wish *w)
{
	enum class most = CLASS_PROC;

	for (uint32_t i = 0; i < w->nhooks; i++) {
		enum class class = class_of(&w->hooks[i]);

		most = class > most ? class : most;
	}
	return w->destroys ? CLASS_DESTRUCTIVE : most;
}

// The most that a role without the class 'kernel' may have.
static const char *nearest(const struct role *r)
{
	return role_has_class(r, CLASS_USER) ? "syscall:::, profile-97 and pid$target::: show its own processes" :
		"pid$target::: shows its own processes";
}

static enum verdict judge_classes(const struct peer *peer, const struct wish *w, struct reason *why)
{
	for (uint32_t i = 0; i < w->nhooks; i++) {
		const struct wish_hook *h = &w->hooks[i];
		enum class class = class_of(h);

		if (role_has_class(peer->role, class))
			continue;
		reason_set(why, "uid %u may not have probes on %s%s%s: that takes the class '%s', which its %s does not have; "
			"%s", peer->uid, h->kind < HOOK_ERROR ? hooks[h->kind].what : "this hook", h->name ? " " : "",
			h->name ? h->name : "", class_name(class), policy_role_text(peer).text, nearest(peer->role));
		return VERDICT_DENY;
	}
	return w->destroys ? policy_check(peer, RIGHT_DESTROY, why) : VERDICT_ALLOW;
}

// ---- names -----------------------------------------------------------------

static void list_allowed(const struct patterns *p, struct reason *text)
{
	size_t n = 0;

	reason_set(text, "nothing");
	for (uint32_t i = 0; i < p->n && n < 120; i++)
		n += (size_t)snprintf(text->text + n, sizeof text->text - n, "%s%.100s", i ? ", " : "", p->v[i].text);
}

enum verdict judge_probe(const struct peer *peer, const char *const fields[4], struct reason *why)
{
	const struct role *r = peer->role;
	const struct pattern *never = patterns_find(&peer->policy->never, fields);
	const struct pattern *deny = never ? never : patterns_find(&r->deny, fields);
	struct reason allowed;
	int n;

	if (!deny && (!r->allow.given || strcmp(fields[0], "dtrace") == 0 || patterns_find(&r->allow, fields)))
		return VERDICT_ALLOW;
	reason_set(why, "uid %u may not have the probe %.40s:%.40s:%.60s:%.60s: ", peer->uid, fields[0], fields[1],
		fields[2], fields[3]);
	n = (int)strlen(why->text);
	list_allowed(&r->allow, &allowed);
	if (never)
		snprintf(why->text + n, sizeof why->text - (size_t)n, "nobody may have %.80s (%.80s)", never->text,
			never->where);
	else if (deny)
		snprintf(why->text + n, sizeof why->text - (size_t)n, "its %s may not have %.80s (%.80s)",
			policy_role_text(peer).text, deny->text, deny->where);
	else
		snprintf(why->text + n, sizeof why->text - (size_t)n, "its %s may have %s", policy_role_text(peer).text,
			allowed.text);
	return VERDICT_DENY;
}

#define NAMES_MEMORY ((size_t)64 << 20)

static enum verdict judge_names(const struct peer *peer, const struct wish *w, struct reason *why)
{
	const struct role *r = peer->role;
	size_t left = NAMES_MEMORY;
	ProtobufCAllocator allocator = budget_allocator(&left);
	enum verdict v = VERDICT_ALLOW;
	Dtraced__Schema *schema;

	if (!r->allow.given && !r->deny.n && !peer->policy->never.n)
		return VERDICT_ALLOW;
	schema = dtraced__schema__unpack(&allocator, w->schema.len, w->schema.data);
	if (!schema) {
		reason_set(why, "the compiler's answer does not name its probes");
		return VERDICT_DENY;
	}
	for (size_t i = 0; i < schema->n_probes && v == VERDICT_ALLOW; i++) {
		const Dtraced__ProbeInfo *p = schema->probes[i];

		v = judge_probe(peer, (const char *const[]){ p->prov, p->mod, p->func, p->name }, why);
	}
	dtraced__schema__free_unpacked(schema, &allocator);
	return v;
}

// ---- limits ----------------------------------------------------------------

enum verdict judge_limit(const struct peer *peer, enum limit limit, uint64_t value, struct reason *why)
{
	uint64_t max = peer->role->limits[limit];

	if (value <= max)
		return VERDICT_ALLOW;
	reason_set(why, "too many %s: %" PRIu64 ", the maximum for uid %u is %" PRIu64 " (limit '%s' of its %s)",
		limit_row(limit)->what, value, peer->uid, max, limit_row(limit)->key, policy_role_text(peer).text);
	return VERDICT_LIMIT;
}

static enum verdict judge_rates(const struct peer *peer, const struct wish *w, struct reason *why)
{
	enum verdict v = VERDICT_ALLOW;

	for (uint32_t i = 0; i < w->nhooks && v == VERDICT_ALLOW; i++) {
		const struct wish_hook *h = &w->hooks[i];

		if (h->period && (h->kind == HOOK_PERF_CLOCK || h->kind == HOOK_TICK))
			v = judge_limit(peer, h->kind == HOOK_TICK ? LIMIT_TICK_HZ : LIMIT_PROFILE_HZ,
				1000000000 / h->period, why);
	}
	return v;
}

static enum verdict judge_limits(const struct peer *peer, const struct wish *w, struct reason *why)
{
	const struct { enum limit limit; uint64_t value; } values[] = {
		{ LIMIT_CLAUSES, w->clauses }, { LIMIT_PROBES, w->probes }, { LIMIT_STRSIZE, w->strsize },
		{ LIMIT_AGG_KEYS, w->agg_keys }, { LIMIT_AGG_KEY_BYTES, w->agg_key_bytes },
	};
	enum verdict v = judge_rates(peer, w, why);

	for (size_t i = 0; i < NELEMS(values) && v == VERDICT_ALLOW; i++)
		v = judge_limit(peer, values[i].limit, values[i].value, why);
	return v;
}

enum verdict judge(const struct peer *peer, const struct wish *w, struct reason *why)
{
	enum verdict v = policy_check(peer, RIGHT_TRACE, why);

	if (v == VERDICT_ALLOW)
		v = judge_classes(peer, w, why);
	if (v == VERDICT_ALLOW)
		v = judge_names(peer, w, why);
	if (v == VERDICT_ALLOW)
		v = judge_limits(peer, w, why);
	return v;
}

enum verdict judge_view(const struct peer *peer, const struct peer *owner, const struct wish *w, struct reason *why)
{
	if (policy_check(peer, RIGHT_VIEW_ANY, why) == VERDICT_ALLOW)
		return VERDICT_ALLOW;
	if (role_is_confined(peer->role) && !(owner->role && role_is_confined(owner->role))) {
		reason_set(why, "uid %u may not see what a session of class '%s' records: its %s does not have that class",
			peer->uid, class_name(CLASS_KERNEL), policy_role_text(peer).text);
		return VERDICT_DENY;
	}
	return judge(peer, w, why);
}
