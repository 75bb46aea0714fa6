// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// An unwinder with all of the core that it needs, for tests.

#include <stddef.h>
#include <stdint.h>

#include "daemon/sym/unwinder.h"
#include "daemon/work.h"

struct unwind_core {
	struct event_base *base;
	struct work_queue work;
	struct syms *syms;
	struct sideband *sideband;
	struct quiesce *quiesce;
	struct unwinder *unwinder;
};

// Acquired. megabytes: of tables. values: with what programs are linked.
void unwind_core_open(struct unwind_core *c, uint32_t megabytes, const struct runtime_value **values, size_t *n);
void unwind_core_close(struct unwind_core *c);

// Until what is known has its tables.
void unwind_core_await(struct unwind_core *c);
