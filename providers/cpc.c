// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// cpc:::EVENT-MODE-COUNT, d-reference §20.20: fires each time that COUNT events have
// happened on a CPU, in programs (MODE user), in the kernel, or in all. The events
// are those that the kernel counts itself (perf_event.h, PERF_COUNT_SW_...): with a
// count of 1 each of them fires, none is sampled away.

#include <errno.h>
#include <linux/perf_event.h>
#include <string.h>

#include "dlang/base/arena.h"
#include "providers/catalogue.h"

// current is the task that the event is about in all of these: a switch counts
// in the task that leaves, a migration in the one that arrives.
static const struct event {
	const char *name;
	uint64_t config;
} events[] = {
	{ "page_faults", PERF_COUNT_SW_PAGE_FAULTS },
	{ "page_faults_min", PERF_COUNT_SW_PAGE_FAULTS_MIN },
	{ "page_faults_maj", PERF_COUNT_SW_PAGE_FAULTS_MAJ },
	{ "context_switches", PERF_COUNT_SW_CONTEXT_SWITCHES },
	{ "cpu_migrations", PERF_COUNT_SW_CPU_MIGRATIONS },
	{ "alignment_faults", PERF_COUNT_SW_ALIGNMENT_FAULTS },
	{ "emulation_faults", PERF_COUNT_SW_EMULATION_FAULTS },
};

static const struct mode {
	const char *name;
	bool no_user, no_kernel;
} modes[] = {
	{ "all", false, false },
	{ "user", false, true },
	{ "kernel", true, false },
};

static const struct probe_arg counter_args[] = {
	{ .source = { .kind = ARG_CLOCK_KPC } },
	{ .source = { .kind = ARG_CLOCK_UPC } },
	{ .source = { .kind = ARG_COUNTER_ADDR } },	// of a fault
};

static void add_counter(struct catalogue *c, const char *name, const struct event *e,
	const struct mode *m, uint64_t count)
{
	catalogue_add(c, (struct probe){
		.prov = "cpc",
		.name = name,
		.hook = catalogue_hook(c, (struct probe_hook){
			.kind = HOOK_COUNTER,
			.name = e->name,
			.period = count,
			.event_type = PERF_TYPE_SOFTWARE,
			.event_config = e->config,
			.no_user = m->no_user,
			.no_kernel = m->no_kernel,
		}),
		.flags = PROBE_PROCESS_CTX,
		.nargs = sizeof counter_args / sizeof *counter_args,
		.args = counter_args,
	});
}

static void cpc_init(struct catalogue *c, const struct provider_env *env)
{
	(void)env;
	for (size_t i = 0; i < sizeof events / sizeof *events; i++)
		add_counter(c, arena_printf(catalogue_arena(c), "%s-all-1", events[i].name), &events[i],
			&modes[0], 1);
}

// The text after "NAME-", or NULL if text does not start with that.
static const char *after(const char *text, const char *name)
{
	size_t n = strlen(name);

	return strncmp(text, name, n) == 0 && text[n] == '-' ? text + n + 1 : NULL;
}

static bool parse_count(const char *text, uint64_t *n)
{
	*n = 0;
	for (; *text >= '0' && *text <= '9'; text++)
		if (__builtin_mul_overflow(*n, 10, n) || __builtin_add_overflow(*n, *text - '0', n))
			return false;
	return !*text && *n && *n <= INT64_MAX;
}

static int match_mode(struct catalogue *c, const char *name, const char *rest, const struct event *e,
	const char **why)
{
	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
		const char *count = after(rest, modes[i].name);
		uint64_t n;

		if (!count)
			continue;
		if (!parse_count(count, &n)) {
			*why = arena_printf(catalogue_arena(c),
				"'%s' is not a count of events between 1 and 9223372036854775807", count);
			return -EINVAL;
		}
		if (!catalogue_find(c, &(struct probe_desc){ "cpc", "", "", name, 0 }))
			add_counter(c, name, e, &modes[i], n);
		return 0;
	}
	*why = arena_printf(catalogue_arena(c), "%s is to be followed by a mode (user, kernel or all) and a "
		"count, as in %s-all-1", e->name, e->name);
	return -EINVAL;
}

static bool is_given(const char *field)
{
	return field && *field && strcmp(field, "*") != 0;
}

static int cpc_match(struct catalogue *c, const struct probe_desc *d, const char **why)
{
	if (!d->name || strpbrk(d->name, "*?[") || is_given(d->mod) || is_given(d->func))
		return 0;
	for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
		const char *rest = after(d->name, events[i].name);

		if (rest)
			return match_mode(c, catalogue_intern(c, d->name), rest, &events[i], why);
	}
	return 0;
}

const struct provider cpc_provider = {
	.name = "cpc",
	.attributes = {
		[ATTR_PROVIDER] = ATTRIBUTES(EVOLVING, EVOLVING, COMMON),
		[ATTR_MODULE] = ATTRIBUTES(PRIVATE, PRIVATE, UNKNOWN),
		[ATTR_FUNCTION] = ATTRIBUTES(PRIVATE, PRIVATE, UNKNOWN),
		[ATTR_NAME] = ATTRIBUTES(EVOLVING, EVOLVING, CPU),
		[ATTR_ARGS] = ATTRIBUTES(EVOLVING, EVOLVING, COMMON),
	},
	.init = cpc_init,
	.match = cpc_match,
};
