// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// What is shared, see server.h.

#include "daemon/server.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <event2/event.h>
#include <string.h>

#include "daemon/compile/zygote.h"
#include "daemon/kernel/linker.h"
#include "daemon/kernel/quiesce.h"
#include "daemon/sym/sideband.h"
#include "daemon/sym/sym.h"
#include "daemon/sym/unwinder.h"

void server_need_tick(struct server *s)
{
	struct timeval second = { 1, 0 };

	if (!evtimer_pending(s->tick, NULL))
		evtimer_add(s->tick, &second);
}

void server_conn_gone(struct server *s)
{
	if (LIST_EMPTY(&s->conns) && s->ends_with_last)
		event_base_loopbreak(s->base);
}

static struct event_base *new_base(void)
{
	struct event_config *config = event_config_new();
	struct event_base *base;

	if (!config)
		return NULL;
	event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER);
	base = event_base_new_with_config(config);
	event_config_free(config);
	return base;
}

static int open_kernel(struct server *s, struct reason *why)
{
	const char *missing = features_missing(&s->features, false);
	int r = libbpf_num_possible_cpus();

	if (missing) {
		reason_set(why, "%s", missing);
		return -EOPNOTSUPP;
	}
	if (r < 0)
		return r;
	s->ncpus = (uint32_t)r;
	r = runtime_open(&s->runtime);
	return r < 0 ? r : jiffies_clock_open(&s->clock);
}

int server_init(struct server *s, struct zygote *zygote, struct policy *policy,
	struct reason *why)
{
	int r;

	*s = (struct server){ .zygote = zygote, .policy = policy, .audit = { .journal = -1 }, .clock = JIFFIES_CLOCK_INIT };
	LIST_INIT(&s->conns);
	LIST_INIT(&s->sessions);
	charges_init(&s->charges);
	reason_set(why, "%s", "");
	libbpf_set_print(NULL);
	r = open_kernel(s, why);
	if (r >= 0)
		r = (s->base = new_base()) ? 0 : -ENOMEM;
	if (r >= 0)
		r = work_queue_init(&s->work, s->base);
	if (r >= 0)
		r = quiesce_new(&s->quiesce, s->base);
	if (r >= 0)
		r = quiesce_new(&s->detacher, s->base);
	if (r >= 0)
		r = linker_new(&s->linker, s->base);
	if (r >= 0)
		r = sideband_new(&s->sideband, s->base, s->ncpus);
	if (r >= 0)
		r = syms_new(&s->syms, s->base, s->sideband);
	if (r >= 0)
		r = unwinder_new(&s->unwinder, s->base, &s->work, s->quiesce, s->syms, s->sideband);
	if (r >= 0)
		r = zygote_attach(zygote, s->base);
	if (r < 0) {
		if (!*why->text)
			reason_set(why, "cannot start: %s", strerror(-r));
		server_deinit(s);
	}
	return r;
}

void server_deinit(struct server *s)
{
	work_queue_deinit(&s->work);
	s->unwinder = unwinder_free(s->unwinder);
	s->linker = linker_free(s->linker);
	s->quiesce = quiesce_free(s->quiesce);
	s->detacher = quiesce_free(s->detacher);
	s->syms = syms_free(s->syms);
	s->sideband = sideband_free(s->sideband);
	if (s->tick)
		event_free(s->tick);
	s->zygote = zygote_stop(s->zygote);
	if (s->base)
		event_base_free(s->base);
	s->base = NULL;
	jiffies_clock_close(&s->clock);
	runtime_close(&s->runtime);
	charges_deinit(&s->charges);
	s->policy = policy_unref(s->policy);
	audit_close(&s->audit);
}
