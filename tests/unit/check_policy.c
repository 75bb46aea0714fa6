// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Policy and charges.

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/policy/charges.h"
#include "daemon/policy/policy_load.h"
#include "tests/unit/suite.h"

static struct reason why;
static const struct policy_source no_group = { .group = "" };

// A policy without a group, or with one of number 77.
static struct role by_number[] = {
	{ .name = (char *)"root", .classes = 1 << CLASS_KERNEL | 1 << CLASS_DESTRUCTIVE, .admin = (1u << ADMIN_N) - 1 },
	{ .name = (char *)"tracer", .classes = 1 << CLASS_KERNEL },
	{ .name = (char *)"user", .classes = 1 << CLASS_USER | 1 << CLASS_PROC },
};
static struct role *roles[] = { &by_number[0], &by_number[1], &by_number[2] };
static struct binding bindings[] = {
	{ .has_uid = true, .uid = 0, .role = &by_number[0], .where = (char *)"here: bindings[0]" },
	{ .has_gid = true, .gid = 77, .role = &by_number[1], .where = (char *)"here: bindings[1]" },
	{ .has_gid = true, .gid = 5, .role = &by_number[2], .where = (char *)"here: bindings[2]" },
};
static struct policy by_hand = { .refs = 1, .roles = roles, .nroles = 3, .bindings = bindings, .nbindings = 3,
	.group = (char *)"tracers", .builtin = true };

static struct peer bound(struct policy *p, uid_t uid, gid_t gid, gid_t *groups, size_t ngroups)
{
	struct peer peer = { .uid = uid, .gid = gid, .groups = groups, .ngroups = ngroups };

	policy_bind(p, &peer);
	return peer;
}

static struct peer bound_to(struct policy *p, uid_t uid)
{
	return bound(p, uid, uid, NULL, 0);
}

START_TEST(root_may_do_everything)
{
	struct policy *p;
	struct peer root;

	ck_assert_int_eq(policy_load(&p, &no_group, &why), 0);
	root = bound_to(p, 0);
	for (int r = 0; r < RIGHT_N; r++)
		ck_assert_int_eq(policy_check(&root, (enum right)r, &why), VERDICT_ALLOW);
	root.policy = policy_unref(root.policy);
	ck_assert_uint_eq(p->refs, 1);
	policy_unref(p);
}
END_TEST

START_TEST(members_may_trace)
{
	gid_t groups[] = { 3, 77, 5 };
	struct peer by_gid = bound(&by_hand, 1000, 77, NULL, 0);
	struct peer by_list = bound(&by_hand, 1000, 1000, groups, 3);

	ck_assert_int_eq(policy_check(&by_gid, RIGHT_TRACE, &why), VERDICT_ALLOW);
	// The first that matches counts, in the order of the policy.
	ck_assert_str_eq(by_list.role->name, "tracer");
	ck_assert_int_eq(policy_check(&by_list, RIGHT_KERNEL_NAMES, &why), VERDICT_ALLOW);
	ck_assert(policy_scope(&by_list).all);
	ck_assert_int_eq(policy_check(&by_gid, RIGHT_DESTROY, &why), VERDICT_DENY);
}
END_TEST

START_TEST(builtin_members_trace_what_is_theirs)
{
	struct policy *p;
	struct peer peer;

	ck_assert_int_eq(policy_load(&p, &(struct policy_source){ .group = "root" }, &why), 0);
	peer = bound(p, 1000, 0, NULL, 0);
	ck_assert_int_eq(policy_check(&peer, RIGHT_TRACE, &why), VERDICT_ALLOW);
	ck_assert_int_eq(role_confined(peer.role), PROBE_CLASS_USER);
	ck_assert(!policy_scope(&peer).all);
	ck_assert_int_eq(policy_check(&peer, RIGHT_KERNEL_NAMES, &why), VERDICT_DENY);
	ck_assert_int_eq(policy_check(&peer, RIGHT_DESTROY, &why), VERDICT_DENY);
	ck_assert_str_eq(why.text, "uid 1000 may not use raise(), stop(), chill() or another action that changes what "
		"others do: that takes the class 'destructive', which its role 'group' (the built-in policy: "
		"bindings[1]) does not have");
	policy_unref(peer.policy);
	policy_unref(p);
}
END_TEST

START_TEST(rights_are_of_classes_and_of_admins)
{
	struct peer user = bound(&by_hand, 1000, 5, NULL, 0);

	ck_assert_int_eq(policy_check(&user, RIGHT_TRACE, &why), VERDICT_ALLOW);
	ck_assert_int_eq(policy_check(&user, RIGHT_KERNEL_NAMES, &why), VERDICT_DENY);
	ck_assert_str_eq(why.text, "uid 1000 may not see names of kernel addresses: that takes the class 'kernel', "
		"which its role 'user' (here: bindings[2]) does not have");
	ck_assert(role_is_confined(user.role) && !policy_scope(&user).all);
	ck_assert_int_eq(policy_check(&user, RIGHT_DETACH, &why), VERDICT_DENY);
	ck_assert_str_eq(why.text, "uid 1000 may not have sessions that outlive their clients: its role 'user' (here: "
		"bindings[2]) has \"detached\": false");
	for (int r = RIGHT_LIST_ANY; r <= RIGHT_EXPLAIN_ANY; r++)
		ck_assert_int_eq(policy_check(&user, (enum right)r, &why), VERDICT_DENY);
	ck_assert_str_eq(why.text, "uid 1000 may not ask about others: that takes the admin right 'explain-any', which "
		"its role 'user' (here: bindings[2]) does not have");
}
END_TEST

START_TEST(others_are_told_the_group)
{
	gid_t groups[] = { 6, 78 };
	struct peer peer = bound(&by_hand, 1000, 1000, groups, 2), zero_gid;
	struct policy *none;

	ck_assert_int_eq(policy_check(&peer, RIGHT_TRACE, &why), VERDICT_DENY);
	ck_assert_str_eq(why.text,
		"uid 1000 may not trace: that takes root or membership of the group 'tracers'");
	ck_assert_int_eq(policy_check(&peer, RIGHT_NONE, &why), VERDICT_ALLOW);
	// Without a group, group id 0 is not a way in.
	ck_assert_int_eq(policy_load(&none, &no_group, &why), 0);
	zero_gid = bound(none, 1000, 0, NULL, 0);
	ck_assert_int_eq(policy_check(&zero_gid, RIGHT_LIST, &why), VERDICT_DENY);
	ck_assert_ptr_nonnull(strstr(why.text, "use dtraced"));
	policy_unref(zero_gid.policy);
	policy_unref(none);
	ck_assert_int_eq(policy_load(&none, &(struct policy_source){ .group = "no-such-group" }, &why), -ENOENT);
	ck_assert_str_eq(why.text, "there is no group 'no-such-group'");
}
END_TEST

START_TEST(a_copy_of_a_peer_stands_alone)
{
	gid_t *groups = malloc(2 * sizeof *groups);
	struct peer from, to;

	groups[0] = 5;
	groups[1] = 77;
	from = bound(&by_hand, 1000, 1000, groups, 2);
	ck_assert_int_eq(peer_copy(&to, &from), 0);
	groups[1] = 0;
	peer_deinit(&from);
	ck_assert_uint_eq(to.groups[1], 77);
	ck_assert_str_eq(to.role->name, "tracer");
	peer_deinit(&to);
}
END_TEST

START_TEST(limits_are_written_as_policies_have_them)
{
	static const struct { unsigned limit; uint64_t value; const char *text; } texts[] = {
		{ CHARGE_SESSIONS, 32, "32" }, { CHARGE_MAP_BYTES, 8 << 20, "8MiB" }, { CHARGE_MAP_BYTES, 1ull << 32, "4GiB" },
		{ CHARGE_MAP_BYTES, 1537, "1537" }, { CHARGE_MAP_BYTES, 0, "0" }, { LIMIT_DURATION, 900000, "15m" },
		{ LIMIT_DURATION, 1500, "1500ms" }, { LIMIT_DURATION, 36 * 3600 * 1000, "36h" },
		{ LIMIT_DURATION, LIMIT_UNLIMITED, "unlimited" },
	};

	for (size_t i = 0; i < NELEMS(texts); i++)
		ck_assert_str_eq(limit_text(texts[i].limit, texts[i].value).text, texts[i].text);
}
END_TEST

START_TEST(charges_stop_at_the_limit)
{
	struct charges c;
	struct charge a = { 0 }, b = { 0 }, other = { 0 };
	struct peer user = { .uid = 1000 }, second = { .uid = 1001 };
	uint64_t max = limit_row(CHARGE_SESSIONS)->normal;

	charges_init(&c);
	ck_assert_int_eq(charge_take(&a, &c, &user, CHARGE_SESSIONS, max - 1, &why), 0);
	ck_assert_int_eq(charge_take(&b, &c, &user, CHARGE_SESSIONS, 2, &why), CHARGE_E_LIMIT);
	ck_assert_str_eq(why.text, "too many sessions: 2 asked for with 31 in use, "
		"the maximum for uid 1000 is 32");
	ck_assert_int_eq(charge_take(&b, &c, &user, CHARGE_SESSIONS, 1, &why), 0);
	ck_assert_int_eq(charge_take(&a, &c, &user, CHARGE_SESSIONS, 1, &why), CHARGE_E_LIMIT);
	ck_assert_int_eq(charge_take(&other, &c, &second, CHARGE_SESSIONS, 1, &why), 0);
	charge_release(&b);
	ck_assert_int_eq(charge_take(&a, &c, &user, CHARGE_SESSIONS, 1, &why), 0);
	charge_release(&a);
	charge_release(&a);
	charge_release(&other);
	ck_assert(LIST_EMPTY(&c.users));
	charges_deinit(&c);
}
END_TEST

START_TEST(huge_amounts_do_not_wrap)
{
	struct charges c;
	struct charge a = { 0 };
	struct role role = { .limits = { [CHARGE_MAP_BYTES] = 100 << 20 } };
	struct peer user = { .uid = 1000, .role = &role };

	charges_init(&c);
	ck_assert_int_eq(charge_take(&a, &c, &user, CHARGE_MAP_BYTES, 1, &why), 0);
	ck_assert_int_eq(
		charge_take(&a, &c, &user, CHARGE_MAP_BYTES, UINT64_MAX, &why), CHARGE_E_LIMIT);
	ck_assert_int_eq(charge_take(&a, &c, &user, CHARGE_MAP_BYTES,
		role.limits[CHARGE_MAP_BYTES], &why), CHARGE_E_LIMIT);
	ck_assert_str_eq(why.text, "too many bytes of kernel map memory: 100 MB asked for with 1 MB in use, the "
		"maximum for uid 1000 is 100 MB");
	charge_release(&a);
	charges_deinit(&c);
}
END_TEST

START_TEST(work_beyond_a_burst_waits)
{
	const uint64_t second = 1000000000;
	struct charges c;
	struct charge a = { 0 }, b = { 0 }, root = { 0 };
	struct peer user = { .uid = 1000 }, zero = { .uid = 0 };

	charges_init(&c);
	ck_assert_int_eq(charge_take(&a, &c, &user, CHARGE_CONNECTIONS, 1, &why), 0);
	ck_assert_int_eq(charge_take(&b, &c, &user, CHARGE_CONNECTIONS, 1, &why), 0);
	ck_assert_int_eq(charge_take(&root, &c, &zero, CHARGE_CONNECTIONS, 1, &why), 0);
	charge_work(&a, second, second / 4);
	ck_assert_uint_eq(charge_wait(&a, second), 0);
	charge_work(&a, second, second / 10);
	// Both connections of the user wait, four times as long as it took.
	ck_assert_uint_eq(charge_wait(&a, second), 4 * (second / 10));
	ck_assert_uint_eq(charge_wait(&b, second), 4 * (second / 10));
	ck_assert_uint_eq(charge_wait(&b, second + second / 5), 2 * (second / 10));
	ck_assert_uint_eq(charge_wait(&a, second + second / 2), 0);
	ck_assert_uint_eq(charge_wait(&a, 100 * second), 0);
	charge_work(&root, second, 10 * second);
	ck_assert_uint_eq(charge_wait(&root, second), 0);
	charge_release(&a);
	charge_release(&b);
	charge_release(&root);
	ck_assert_uint_eq(charge_wait(&a, second), 0);
	charges_deinit(&c);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("policy");

	tcase_add_test(t, root_may_do_everything);
	tcase_add_test(t, members_may_trace);
	tcase_add_test(t, rights_are_of_classes_and_of_admins);
	tcase_add_test(t, builtin_members_trace_what_is_theirs);
	tcase_add_test(t, others_are_told_the_group);
	tcase_add_test(t, a_copy_of_a_peer_stands_alone);
	tcase_add_test(t, limits_are_written_as_policies_have_them);
	tcase_add_test(t, charges_stop_at_the_limit);
	tcase_add_test(t, work_beyond_a_burst_waits);
	tcase_add_test(t, huge_amounts_do_not_wrap);
	return suite_run("policy", t);
}
