// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Answers kept, see outcome.h.

#include "tests/unit/outcome.h"

#include <stdio.h>

void outcome_take(void *arg, const struct sym_answer *answers, size_t n, const char *failure)
{
	struct outcome *o = arg;

	o->calls++;
	o->n = n;
	for (size_t i = 0; i < n && i < OUTCOME_MAX; i++) {
		snprintf(o->answers[i].module, sizeof o->answers[i].module, "%s", answers[i].module);
		snprintf(o->answers[i].symbol, sizeof o->answers[i].symbol, "%s", answers[i].symbol);
		o->answers[i].offset = answers[i].offset;
	}
	snprintf(o->failure, sizeof o->failure, "%s", failure ? failure : "");
	event_base_loopbreak(o->base);
}
