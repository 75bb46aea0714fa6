// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The records in the bytes of one Records message: whole ones, one after
// another, each checked against its form before anyone looks into it.

#include <stddef.h>
#include <stdint.h>

#include "client/decode/schema.h"

struct record {
	const uint8_t *bytes;	// the whole record; offsets of values count from here
	uint64_t time;
	uint32_t len, form, probe, spec, cpu;
};

// What a FORM_ERROR record says.
struct record_error {
	uint32_t site, fault;
	uint64_t value;
};

// Reads the record at data: its length, or -EBADMSG. cpu is left to the caller.
int record_read(const struct schema *s, const uint8_t *data, size_t n, struct record *rec);
// 0, or -EBADMSG when the record is not an error or names no known place.
int record_error(const struct schema *s, const struct record *rec, struct record_error *err);
// The form of an ordinary record, NULL for the reserved ones.
const struct form *record_form(const struct schema *s, const struct record *rec);

static inline uint32_t get_u32(const uint8_t *p)
{
	uint32_t v;

	__builtin_memcpy(&v, p, sizeof(v));
	return v;
}

static inline uint64_t get_u64(const uint8_t *p)
{
	uint64_t v;

	__builtin_memcpy(&v, p, sizeof(v));
	return v;
}
