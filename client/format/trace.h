// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Values without a format: trace(), and the keys of aggregations.

#include <stdbool.h>

#include "client/format/value.h"
#include "client/output/buf.h"

struct trace_style {
	bool quiet;		// no padding
	bool rawbytes;		// never take bytes for text
};

void trace_put(struct outbuf *b, const struct value *v, const struct source *src,
	       const struct trace_style *style);
// Memory as a dump, whatever is in it; at most so many bytes (0: all).
void trace_put_memory(struct outbuf *b, const struct value *v, const struct source *src, uint64_t limit);
// A key of an aggregation in the default layout, and how many columns it takes.
void trace_put_key(struct outbuf *b, const struct value *v, const struct source *src);
int trace_key_width(const struct value *v);
// Integers in the layout of their size.
void trace_put_int(struct outbuf *b, int64_t v, uint32_t size, bool quiet);
