// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

#include "tests/unit/unwind_core.h"

#include <bpf/libbpf.h>
#include <check.h>
#include <event2/event.h>

#include "daemon/kernel/quiesce.h"
#include "daemon/sym/sideband.h"
#include "daemon/sym/sym.h"

static void stop_loop(void *arg)
{
	event_base_loopbreak(arg);
}

void unwind_core_await(struct unwind_core *c)
{
	struct unwinder_wait wait = { .fn = stop_loop, .arg = c->base };

	unwinder_await(c->unwinder, &wait);
	ck_assert_int_eq(event_base_dispatch(c->base), 0);
	ck_assert(!wait.waiting);
}

void unwind_core_open(struct unwind_core *c, uint32_t megabytes, const struct runtime_value **values, size_t *n)
{
	c->base = event_base_new();
	ck_assert_int_eq(work_queue_init(&c->work, c->base), 0);
	ck_assert_int_eq(syms_new(&c->syms, c->base, NULL), 0);
	ck_assert_int_eq(sideband_new(&c->sideband, c->base, (uint32_t)libbpf_num_possible_cpus()), 0);
	ck_assert_int_eq(quiesce_new(&c->quiesce, c->base), 0);
	ck_assert_int_eq(unwinder_new(&c->unwinder, c->base, &c->work, c->quiesce, c->syms, c->sideband), 0);
	unwinder_set_memory(c->unwinder, megabytes);
	ck_assert_int_eq(unwinder_acquire(c->unwinder, values, n), 0);
}

void unwind_core_close(struct unwind_core *c)
{
	unwinder_release(c->unwinder);
	work_queue_deinit(&c->work);
	unwinder_free(c->unwinder);
	quiesce_free(c->quiesce);
	sideband_free(c->sideband);
	syms_free(c->syms);
	event_base_free(c->base);
}
