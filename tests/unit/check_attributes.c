// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Stability triplets and versions of D: what is one, and how they compare.

#include <check.h>
#include <string.h>

#include "dlang/attributes.h"
#include "dlang/base/arena.h"
#include "dlang/versions.h"
#include "tests/unit/suite.h"

#define N(t) (sizeof(t) / sizeof *(t))

static const struct {
	const char *text;
	bool good;
	struct attributes a;
} triplets[] = {
	{ "Internal/Private/Unknown", true, ATTRIBUTES(INTERNAL, PRIVATE, UNKNOWN) },
	{ "Obsolete/External/CPU", true, ATTRIBUTES(OBSOLETE, EXTERNAL, CPU) },
	{ "Unstable/Evolving/Platform", true, ATTRIBUTES(UNSTABLE, EVOLVING, PLATFORM) },
	{ "Stable/Standard/Group", true, ATTRIBUTES(STABLE, STANDARD, GROUP) },
	{ "Standard/Standard/Common", true, ATTRIBUTES(STANDARD, STANDARD, COMMON) },
	{ "Stable/Stable/ISA", true, ATTRIBUTES(STABLE, STABLE, ISA) },
	{ "", false, { 0 } }, { "/", false, { 0 } }, { "//", false, { 0 } }, { "Stable", false, { 0 } },
	{ "Stable/Stable", false, { 0 } }, { "Stable/Stable/", false, { 0 } },
	{ "Stable/Stable/Common/", false, { 0 } }, { "Stable/Stable/Common/x", false, { 0 } },
	{ "stable/Stable/Common", false, { 0 } }, { "Stable/Common/Stable", false, { 0 } },
	{ "Stab/Stable/Common", false, { 0 } }, { "Stable//Common", false, { 0 } },
	{ " Stable/Stable/Common", false, { 0 } },
};

START_TEST(triplet)
{
	struct arena *arena = arena_new(0, NULL, NULL);
	struct attributes a = ATTRIBUTES(STANDARD, STANDARD, COMMON);

	ck_assert_int_eq(attributes_parse(triplets[_i].text, &a), triplets[_i].good);
	if (triplets[_i].good) {
		ck_assert(a.name == triplets[_i].a.name && a.data == triplets[_i].a.data &&
			  a.class == triplets[_i].a.class);
		ck_assert_str_eq(attributes_text(arena, &a), triplets[_i].text);
	}
	arena_free(arena);
}
END_TEST

// The weaker of each; weaker in one is weaker.
START_TEST(weaker)
{
	struct attributes a = ATTRIBUTES(STABLE, PRIVATE, COMMON), b = ATTRIBUTES(EVOLVING, STABLE, ISA);
	struct attributes min = attributes_min(a, b);
	struct attributes fields[ATTR_N] = {
		[ATTR_PROVIDER] = ATTRIBUTES(STANDARD, STANDARD, COMMON), [ATTR_MODULE] = ATTRIBUTES(STABLE, STANDARD, COMMON),
		[ATTR_FUNCTION] = ATTRIBUTES(STANDARD, EVOLVING, COMMON), [ATTR_NAME] = ATTRIBUTES(STANDARD, STANDARD, GROUP),
	};

	ck_assert(min.name == STABILITY_EVOLVING && min.data == STABILITY_PRIVATE && min.class == CLASS_ISA);
	ck_assert(attributes_below(&a, &b) && attributes_below(&b, &a));
	ck_assert(!attributes_below(&a, &a) && attributes_below(&min, &a) && !attributes_below(&a, &min));
	min = attributes_description(fields);	// the arguments do not count
	ck_assert(min.name == STABILITY_STABLE && min.data == STABILITY_EVOLVING && min.class == CLASS_GROUP);
}
END_TEST

static const struct {
	const char *text;
	bool good, exists;
	uint32_t version;
} versions[] = {
	{ "1.0", true, true, VERSION_OF(1, 0, 0) }, { "1.2.1", true, true, VERSION_OF(1, 2, 1) },
	{ "1.13", true, true, VERSION_NEWEST }, { "1.10", true, true, VERSION_OF(1, 10, 0) },
	{ "1.13.1", true, false, VERSION_OF(1, 13, 1) }, { "2.0", true, false, VERSION_OF(2, 0, 0) },
	{ "0.0", true, false, 0 }, { "255.4095.4095", true, false, VERSION_OF(255, 4095, 4095) },
	{ "1", false, false, 0 }, { "", false, false, 0 }, { ".", false, false, 0 }, { "1.", false, false, 0 },
	{ ".1", false, false, 0 }, { "1.2.3.4", false, false, 0 }, { "1.2.", false, false, 0 },
	{ "1.x", false, false, 0 }, { "1.2x", false, false, 0 }, { "-1.2", false, false, 0 },
	{ "256.0", false, false, 0 }, { "1.4096", false, false, 0 }, { "1.99999999999", false, false, 0 },
};

START_TEST(version)
{
	uint32_t v = 0;

	ck_assert_int_eq(version_parse(versions[_i].text, &v), versions[_i].good);
	if (!versions[_i].good)
		return;
	ck_assert_uint_eq(v, versions[_i].version);
	ck_assert_int_eq(version_exists(v), versions[_i].exists);
}
END_TEST

START_TEST(order)
{
	ck_assert(VERSION_OF(1, 2, 2) < VERSION_OF(1, 3, 0) && VERSION_OF(1, 9, 1) < VERSION_OF(1, 10, 0));
	ck_assert_uint_eq(version_of_name("toupper"), VERSION_OF(1, 8, 0));
	ck_assert_uint_eq(version_of_name("trace"), VERSION_OF(1, 0, 0));
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("all");

	tcase_add_loop_test(t, triplet, 0, N(triplets));
	tcase_add_test(t, weaker);
	tcase_add_loop_test(t, version, 0, N(versions));
	tcase_add_test(t, order);
	return suite_run("attributes", t);
}
