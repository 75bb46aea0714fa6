// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// cpc:::EVENT-MODE[-ATTRIBUTES]-COUNT, d-reference §20.20: fires each time that COUNT events have
// happened on a CPU, in programs (MODE user), in the kernel, or in all. The events are those of
// perf_event_open(2): what the kernel counts itself, with a count of 1 at each of them; and what the
// processor counts, where there is one that does, not more often than each 5000.
// What can be counted here is listed, one probe each, and that is how the maker of further ones knows.

#include <errno.h>
#include <linux/perf_event.h>
#include <string.h>

#include "dlang/base/arena.h"
#include "providers/catalogue.h"
#include "providers/shared/counters.h"

// Of the probes that are listed.
enum { SOFTWARE_COUNT = 1, PROCESSOR_COUNT = 100000 };

static const char no_processor[] = "this machine has no counters of the processor's events, as virtual machines often have none";
static const char not_counted[] = "this processor does not count it";

static const struct mode {
	const char *name;
	bool no_user, no_kernel;
} modes[] = {
	{ "all", false, false },
	{ "user", false, true },
	{ "kernel", true, false },
};

// current is the task that the event is about in all of these: a switch counts
// in the task that leaves, a migration in the one that arrives.
static const struct probe_arg counter_args[] = {
	{ .source = { .kind = ARG_CLOCK_KPC } },
	{ .source = { .kind = ARG_CLOCK_UPC } },
	{ .source = { .kind = ARG_COUNTER_ADDR } },	// of a fault
};

static void add_counter(struct catalogue *c, const char *name, const struct counter_event *e, const struct mode *m,
	uint64_t count)
{
	catalogue_add(c, (struct probe){
		.prov = "cpc",
		.name = name,
		.hook = catalogue_hook(c, (struct probe_hook){
			.kind = HOOK_COUNTER,
			.name = catalogue_intern(c, e->name),
			.period = count,
			.event_type = e->type,
			.event_config = e->config,
			.no_user = m->no_user,
			.no_kernel = m->no_kernel,
		}),
		.flags = PROBE_PROCESS_CTX,
		.nargs = sizeof counter_args / sizeof *counter_args,
		.args = counter_args,
	});
}

// ---- what is listed --------------------------------------------------------

static const char *listed_name(struct catalogue *c, const char *event, bool software)
{
	return arena_printf(catalogue_arena(c), "%s-all-%d", event, software ? SOFTWARE_COUNT : PROCESSOR_COUNT);
}

struct listing {
	struct catalogue *c;
	const struct provider_env *env;
};

static void list_event(void *arg, const struct counter_event *e)
{
	const struct listing *l = arg;
	bool software = e->type == PERF_TYPE_SOFTWARE;
	const char *name = listed_name(l->c, e->name, software);
	bool counted = software || (l->env->counts && l->env->counts(e->type, e->config));
	bool any = l->env->counts && l->env->counts(PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES);

	if (catalogue_find(l->c, &(struct probe_desc){ "cpc", "", "", name, 0 }))
		return;		// the driver's name is a general one, too
	if (counted)
		add_counter(l->c, name, e, &modes[0], software ? SOFTWARE_COUNT : PROCESSOR_COUNT);
	else if (any ? e->type != PERF_TYPE_RAW : e->type == PERF_TYPE_HARDWARE)
		catalogue_missing(l->c, "cpc", name, any ? not_counted : no_processor);
}

static void cpc_init(struct catalogue *c, const struct provider_env *env)
{
	struct listing l = { c, env };
	char buf[COUNTER_NAME_MAX];
	struct counter_event e;

	for (size_t i = 0; counter_event_at(i, buf, &e); i++)
		list_event(&l, &e);
	if (env->pmu)
		counter_sysfs_each(catalogue_arena(c), env->pmu, list_event, &l);
}

// ---- what is made ----------------------------------------------------------

static const struct probe *find_listed(struct catalogue *c, const char *event)
{
	const struct probe *p = NULL;

	for (int software = 0; software < 2 && !p; software++)
		p = catalogue_find(c, &(struct probe_desc){ "cpc", "", "", listed_name(c, event, software), 0 });
	return p;
}

static bool is_known(const char *event)
{
	char buf[COUNTER_NAME_MAX];
	struct counter_event e;

	for (size_t i = 0; counter_event_at(i, buf, &e); i++)
		if (strcmp(e.name, event) == 0)
			return true;
	return false;
}

// The event of that name. 1: there is none; -ENOTSUP: not on this machine.
static int find_event(struct catalogue *c, const char *event, struct counter_event *e, const char **why)
{
	const char *general = counter_papi_name(event);
	const struct probe *p = find_listed(c, general ? general : event);
	bool raw = !p && counter_raw(event, &e->config);

	e->name = event;
	if (p) {
		e->type = p->hook->event_type;
		e->config = p->hook->event_config;
		return 0;
	}
	if (!raw && !general && !is_known(event))
		return 1;
	if (raw && find_listed(c, "cpu_cycles")) {
		e->type = PERF_TYPE_RAW;
		return 0;
	}
	*why = arena_printf(catalogue_arena(c), "cpc:::%s cannot fire here: %s", event,
		find_listed(c, "cpu_cycles") ? not_counted : no_processor);
	return -ENOTSUP;
}

static bool parse_count(const char *text, uint64_t *n)
{
	*n = 0;
	for (; *text >= '0' && *text <= '9'; text++)
		if (__builtin_mul_overflow(*n, 10, n) || __builtin_add_overflow(*n, *text - '0', n))
			return false;
	return !*text && *n && *n <= INT64_MAX;
}

// Words between the mode and the count.
static int add_attributes(struct catalogue *c, const char *text, const char *end, struct counter_event *e, const char **why)
{
	while (text <= end) {
		const char *dash = memchr(text, '-', (size_t)(end - text));
		size_t n = (size_t)((dash ? dash : end) - text);

		if (e->type != PERF_TYPE_RAW) {
			*why = arena_printf(catalogue_arena(c), "'%.*s': only events by the processor's own names and numbers "
				"(r1c2) have attributes", (int)n, text);
			return -EINVAL;
		}
		if (!counter_attribute(text, n, &e->config)) {
			*why = arena_printf(catalogue_arena(c), "'%.*s' is no attribute of an event here: umask_0x1, cmask_0x1, "
				"edge_0x1, inv_0x1 of x86, or 0x1 for the umask", (int)n, text);
			return -EINVAL;
		}
		text += n + 1;
	}
	return 0;
}

// rest is MODE[-ATTRIBUTES]-COUNT.
static int make_counter(struct catalogue *c, const char *name, const char *rest, struct counter_event *e, const char **why)
{
	const char *dash = strchr(rest, '-'), *count = strrchr(rest, '-');
	uint64_t least = e->type == PERF_TYPE_SOFTWARE ? 1 : COUNTER_PERIOD_MIN, n;
	int r;

	for (size_t i = 0; dash && i < sizeof modes / sizeof *modes; i++) {
		size_t len = strlen(modes[i].name);

		if (strncmp(rest, modes[i].name, len) != 0 || rest + len != dash)
			continue;
		if (!parse_count(count + 1, &n) || n < least) {
			*why = arena_printf(catalogue_arena(c), "'%s' is not a count of events between %llu and 9223372036854775807",
				count + 1, (unsigned long long)least);
			return -EINVAL;
		}
		r = dash < count ? add_attributes(c, dash + 1, count, e, why) : 0;
		if (r == 0 && !catalogue_find(c, &(struct probe_desc){ "cpc", "", "", name, 0 }))
			add_counter(c, name, e, &modes[i], n);
		return r;
	}
	*why = arena_printf(catalogue_arena(c), "%s is to be followed by a mode (user, kernel or all) and a "
		"count, as in %s-all-%llu", e->name, e->name, (unsigned long long)least);
	return -EINVAL;
}

static bool is_given(const char *field)
{
	return field && *field && strcmp(field, "*") != 0;
}

static int cpc_match(struct catalogue *c, const struct probe_desc *d, const char **why)
{
	const char *name, *dash;
	struct counter_event e;
	int r;

	if (!d->name || strpbrk(d->name, "*?[") || is_given(d->mod) || is_given(d->func))
		return 0;
	name = catalogue_intern(c, d->name);
	dash = strchr(name, '-');
	if (!dash && !(d->prov && strcmp(d->prov, "cpc") == 0))
		return 0;	// a word alone is an event only to who names the provider
	if (!dash)
		dash = name + strlen(name);
	r = find_event(c, arena_printf(catalogue_arena(c), "%.*s", (int)(dash - name), name), &e, why);
	if (r)
		return r < 0 ? r : 0;
	return make_counter(c, name, *dash ? dash + 1 : dash, &e, why);
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
