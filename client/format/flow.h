// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// -F: entries and returns as indentation, one depth per CPU.

#include <stdint.h>

#include "client/decode/schema.h"
#include "client/output/buf.h"

struct flow;

int flow_new(struct flow **flowp);
struct flow *flow_free(struct flow *f);

// One record as the flow sees it; next is the probe of the record that follows
// on the CPU, and whether its clause is another, 0 if none is known.
struct flow_record {
	const struct probe *probe;
	uint32_t cpu, clause;
	uint32_t next_probe, next_clause;
};

// Prints the name column and keeps account. 0 or -ENOMEM.
int flow_put(struct flow *f, struct outbuf *b, const struct flow_record *rec);
