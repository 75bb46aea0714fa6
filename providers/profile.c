// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// profile-N[suffix] and tick-N[suffix], d-reference §20.2: clocks, made on
// demand. Without a suffix, or with hz, N is a rate; with a unit of time it is
// the period. As in every DTrace, tick- probes belong to the provider profile.

#include <errno.h>
#include <string.h>

#include "dlang/base/arena.h"
#include "providers/catalogue.h"

#define NS_PER_S UINT64_C(1000000000)
#define PERIOD_MIN UINT64_C(200000)

struct clock {
	const char *prefix;
	enum hook_kind kind;
	uint16_t common[8];	// rates listed from the start, up to a 0
};

static const struct clock profile_clock = {
	"profile-", HOOK_PERF_CLOCK, { 97, 199, 499, 997, 1999, 4001, 4999 },
};

static const struct clock tick_clock = {
	"tick-", HOOK_TICK, { 1, 10, 100, 500, 1000, 5000 },
};

static const struct {
	const char *suffix;
	uint64_t ns;		// 0: a rate
} units[] = {
	{ "", 0 },
	{ "hz", 0 },
	{ "ns", 1 },
	{ "nsec", 1 },
	{ "us", 1000 },
	{ "usec", 1000 },
	{ "ms", 1000000 },
	{ "msec", 1000000 },
	{ "s", NS_PER_S },
	{ "sec", NS_PER_S },
	{ "m", 60 * NS_PER_S },
	{ "min", 60 * NS_PER_S },
	{ "h", 3600 * NS_PER_S },
	{ "hour", 3600 * NS_PER_S },
	{ "d", 86400 * NS_PER_S },
	{ "day", 86400 * NS_PER_S },
};

static const struct probe_arg clock_args[] = {
	{ .source = { .kind = ARG_CLOCK_KPC } },
	{ .source = { .kind = ARG_CLOCK_UPC } },
};

// text is what follows the dash. -EINVAL: not a number with a unit. Otherwise
// 0 and *ns, at most UINT64_MAX; a rate of 0 is the longest period.
static int parse_period(const char *text, uint64_t *ns)
{
	uint64_t n = 0;
	const char *p = text;

	for (; *p >= '0' && *p <= '9'; p++) {
		if (__builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, *p - '0', &n))
			return -EINVAL;
	}
	if (p == text)
		return -EINVAL;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (strcmp(p, units[i].suffix) != 0)
			continue;
		if (!units[i].ns)
			*ns = n ? NS_PER_S / n : UINT64_MAX;
		else if (__builtin_mul_overflow(n, units[i].ns, ns))
			*ns = UINT64_MAX;
		return 0;
	}
	return -EINVAL;
}

static void add_clock(struct catalogue *c, const struct clock *k, const char *name, uint64_t ns)
{
	catalogue_add(c, (struct probe){
		.prov = "profile",
		.name = name,
		.hook = catalogue_hook(c, (struct probe_hook){
			.kind = k->kind,
			.name = "cpu_clock",
			.period = ns,
		}),
		.least = k->kind == HOOK_TICK ? PROBE_CLASS_PROC : PROBE_CLASS_USER,
		.nargs = sizeof clock_args / sizeof *clock_args,
		.args = clock_args,
	});
}

static void publish(struct catalogue *c, const struct clock *k)
{
	struct arena *a = catalogue_arena(c);

	for (const uint16_t *hz = k->common; *hz; hz++)
		add_clock(c, k, arena_printf(a, "%s%u", k->prefix, *hz), NS_PER_S / *hz);
}

static void profile_init(struct catalogue *c, const struct provider_env *env)
{
	(void)env;
	publish(c, &profile_clock);
	publish(c, &tick_clock);
}

static bool is_given(const char *field)
{
	return field && *field && strcmp(field, "*") != 0;
}

static int match_clock(struct catalogue *c, const struct clock *k, const char *name, const char **why)
{
	size_t len = strlen(k->prefix);
	const char *complaint = NULL;
	uint64_t ns;

	if (strncmp(name, k->prefix, len) != 0 || parse_period(name + len, &ns) < 0)
		return 0;
	if (ns < PERIOD_MIN)
		complaint = "too short a period: the shortest is 200 microseconds (5000hz)";
	else if (ns > INT64_MAX)
		complaint = "too long a period: the longest is 106751 days";
	if (complaint) {
		*why = arena_printf(catalogue_arena(c), "%s has %s", name, complaint);
		return -EINVAL;
	}
	if (!catalogue_find(c, &(struct probe_desc){ "profile", "", "", name, 0 }))
		add_clock(c, k, name, ns);
	return 0;
}

static int profile_match(struct catalogue *c, const struct probe_desc *d, const char **why)
{
	int r;

	if (!d->name || is_given(d->mod) || is_given(d->func))
		return 0;
	r = match_clock(c, &profile_clock, d->name, why);
	return r < 0 ? r : match_clock(c, &tick_clock, d->name, why);
}

const struct provider profile_provider = {
	.name = "profile",
	.attributes = {
		[ATTR_PROVIDER] = ATTRIBUTES(EVOLVING, EVOLVING, COMMON),
		[ATTR_MODULE] = ATTRIBUTES(UNSTABLE, UNSTABLE, UNKNOWN),
		[ATTR_FUNCTION] = ATTRIBUTES(PRIVATE, PRIVATE, UNKNOWN),
		[ATTR_NAME] = ATTRIBUTES(EVOLVING, EVOLVING, COMMON),
		[ATTR_ARGS] = ATTRIBUTES(EVOLVING, EVOLVING, COMMON),
	},
	.init = profile_init,
	.match = profile_match,
};
