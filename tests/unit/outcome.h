// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// What syms_resolve() answered, kept for the test to look at.

#include <event2/event.h>
#include <stdint.h>

#include "daemon/sym/sym.h"

enum { OUTCOME_MAX = 512 };

struct outcome {
	struct event_base *base;	// its loop ends with the answer
	size_t n;
	struct {
		char module[64], symbol[256];
		uint64_t offset;
	} answers[OUTCOME_MAX];
	char failure[256];
	int calls;
};

// A sym_done_fn; arg is the outcome.
void outcome_take(void *arg, const struct sym_answer *answers, size_t n, const char *failure);
