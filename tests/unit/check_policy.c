// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Policy and charges.

#include <check.h>
#include <string.h>

#include "daemon/policy/charges.h"
#include "daemon/policy/policy.h"
#include "tests/unit/suite.h"

static struct reason why;

START_TEST(root_may_trace)
{
	struct policy p = { 0 };
	struct peer root = { .uid = 0 };

	ck_assert_int_eq(policy_check(&p, &root, RIGHT_TRACE, &why), VERDICT_ALLOW);
}
END_TEST

START_TEST(members_may_trace)
{
	struct policy p = { .has_group = true, .group = 77, .group_name = "tracers" };
	gid_t groups[] = { 5, 77 };
	struct peer by_gid = { .uid = 1000, .gid = 77 };
	struct peer by_list = { .uid = 1000, .gid = 1000, .groups = groups, .ngroups = 2 };

	ck_assert_int_eq(policy_check(&p, &by_gid, RIGHT_TRACE, &why), VERDICT_ALLOW);
	ck_assert_int_eq(policy_check(&p, &by_list, RIGHT_TRACE, &why), VERDICT_ALLOW);
}
END_TEST

START_TEST(others_are_told_the_group)
{
	struct policy p = { .has_group = true, .group = 77, .group_name = "tracers" }, none = { 0 };
	gid_t groups[] = { 5, 78 };
	struct peer peer = { .uid = 1000, .gid = 1000, .groups = groups, .ngroups = 2 };
	struct peer zero_gid = { .uid = 1000, .gid = 0 };

	ck_assert_int_eq(policy_check(&p, &peer, RIGHT_TRACE, &why), VERDICT_DENY);
	ck_assert_str_eq(why.text,
		"uid 1000 may not trace: that takes root or membership of the group 'tracers'");
	ck_assert_int_eq(policy_check(&p, &peer, RIGHT_NONE, &why), VERDICT_ALLOW);
	// Without a group, group id 0 is not a way in.
	ck_assert_int_eq(policy_check(&none, &zero_gid, RIGHT_LIST, &why), VERDICT_DENY);
	ck_assert_ptr_nonnull(strstr(why.text, "use dtraced"));
}
END_TEST

START_TEST(charges_stop_at_the_limit)
{
	struct charges c;
	struct charge a = { 0 }, b = { 0 }, other = { 0 };
	uint64_t max = charge_limit(1000, CHARGE_SESSIONS);

	charges_init(&c);
	ck_assert_int_eq(charge_take(&a, &c, 1000, CHARGE_SESSIONS, max - 1, &why), 0);
	ck_assert_int_eq(charge_take(&b, &c, 1000, CHARGE_SESSIONS, 2, &why), CHARGE_E_LIMIT);
	ck_assert_str_eq(why.text, "too many sessions: 2 asked for with 31 in use, "
		"the maximum for uid 1000 is 32");
	ck_assert_int_eq(charge_take(&b, &c, 1000, CHARGE_SESSIONS, 1, &why), 0);
	ck_assert_int_eq(charge_take(&a, &c, 1000, CHARGE_SESSIONS, 1, &why), CHARGE_E_LIMIT);
	ck_assert_int_eq(charge_take(&other, &c, 1001, CHARGE_SESSIONS, 1, &why), 0);
	charge_release(&b);
	ck_assert_int_eq(charge_take(&a, &c, 1000, CHARGE_SESSIONS, 1, &why), 0);
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

	charges_init(&c);
	ck_assert_int_eq(charge_take(&a, &c, 1000, CHARGE_MAP_BYTES, 1, &why), 0);
	ck_assert_int_eq(
		charge_take(&a, &c, 1000, CHARGE_MAP_BYTES, UINT64_MAX, &why), CHARGE_E_LIMIT);
	ck_assert_int_eq(charge_take(&a, &c, 1000, CHARGE_MAP_BYTES,
		charge_limit(1000, CHARGE_MAP_BYTES), &why), CHARGE_E_LIMIT);
	ck_assert_ptr_nonnull(strstr(why.text, "256 MB"));
	charge_release(&a);
	charges_deinit(&c);
}
END_TEST

START_TEST(work_beyond_a_burst_waits)
{
	const uint64_t second = 1000000000;
	struct charges c;
	struct charge a = { 0 }, b = { 0 }, root = { 0 };

	charges_init(&c);
	ck_assert_int_eq(charge_take(&a, &c, 1000, CHARGE_CONNECTIONS, 1, &why), 0);
	ck_assert_int_eq(charge_take(&b, &c, 1000, CHARGE_CONNECTIONS, 1, &why), 0);
	ck_assert_int_eq(charge_take(&root, &c, 0, CHARGE_CONNECTIONS, 1, &why), 0);
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

	tcase_add_test(t, root_may_trace);
	tcase_add_test(t, members_may_trace);
	tcase_add_test(t, others_are_told_the_group);
	tcase_add_test(t, charges_stop_at_the_limit);
	tcase_add_test(t, work_beyond_a_burst_waits);
	tcase_add_test(t, huge_amounts_do_not_wrap);
	return suite_run("policy", t);
}
