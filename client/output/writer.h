// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// How the consumer hands results to an output format. A writer is a record of
// callbacks; errors of the output itself stick in the buffer and are asked for
// by flush. Callbacks return 0 or a negative errno.

#include <stdbool.h>
#include <stdint.h>

#include "client/decode/records.h"
#include "client/decode/tables.h"
#include "client/output/buf.h"
#include "client/settings.h"

// One record: one clause of one firing.
struct firing {
	struct record rec;
	const struct form *form;
	const struct probe *probe;
	uint32_t next_probe, next_clause;	// what follows on its CPU; probe 0: not known
};

struct names;
struct writer;

struct writer_ops {
	int (*begin)(struct writer *w, const struct firing *f);
	// Whether value() or format() of this action may print addresses; and notes those
	// that it would print.
	bool (*has_addresses)(struct writer *w, const struct action *a);
	int (*want)(struct writer *w, const struct firing *f, const struct action *a);
	int (*value)(struct writer *w, const struct firing *f, const struct action *a);	// trace, printf
	int (*printa)(struct writer *w, const struct action *a, struct table *const *tables);
	// The text of an action's format: system, freopen.
	int (*format)(struct writer *w, const struct firing *f, const struct action *a, struct outbuf *text);
	// setopt() has changed something.
	int (*settings)(struct writer *w, const struct settings *s);
	int (*end)(struct writer *w, const struct firing *f);
	int (*interrupted)(struct writer *w);
	// Whether finish() wants this aggregation even if printa() has shown it.
	bool (*keeps)(struct writer *w, const struct agg *a);
	// The last output: tables are those that printa() never showed, or that are kept,
	// in order.
	int (*finish)(struct writer *w, struct table *const *tables, uint32_t n);
	int (*flush)(struct writer *w);
	struct writer *(*free)(struct writer *w);
};

struct writer {
	const struct writer_ops *ops;
};

static inline void writer_freep(struct writer **w)
{
	if (*w)
		(*w)->ops->free(*w);
}

// What text goes to, and where names come from.
struct text_places {
	int fd;
	int graph;		// a file for a flame graph of all stacks, -1: none
	struct names *names;	// NULL: none
	int target;		// the process of plain user addresses, 0: none
};

// The classic output of dtrace(1). -EBADMSG: a format in the schema does not fit its
// values.
int text_writer_new(const struct schema *s, const struct settings *settings, const struct text_places *places,
		    struct writer **writerp);
