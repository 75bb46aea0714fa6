// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// One stream out of many: each CPU's records come in their own order; they are
// merged by time stamp. A record newer than the watermark may still be overtaken
// by one that has not arrived, so it is held. Within a CPU the order of arrival
// is kept, also where a nested probe has a later time than the one around it.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/decode/records.h"

struct order;

enum { ORDER_MAX_CPU = 65535 };

int order_new(const struct schema *s, struct order **orderp);
struct order *order_free(struct order *o);
static inline void order_freep(struct order **o)
{
	order_free(*o);
}

// Takes over a malloc'ed block of whole records of one CPU, also on failure.
// -EBADMSG: the block holds something else; nothing of it will come out.
int order_push(struct order *o, uint32_t cpu, uint8_t *data, size_t n);
// All records up to this time have been pushed.
void order_watermark(struct order *o, uint64_t time);
// No further records will come: everything may be released.
void order_finish(struct order *o);
// The next record that may be released: 1 and *rec (valid until the next call),
// or 0.
int order_pop(struct order *o, struct record *rec);
// The record that follows the one just popped on its CPU, if it is here.
bool order_peek_cpu(const struct order *o, uint32_t cpu, struct record *rec);
