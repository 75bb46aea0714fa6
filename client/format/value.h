// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Reading of the values that a schema describes, out of a record or a key.

#include <stddef.h>
#include <stdint.h>

#include "client/decode/schema.h"

struct location_style;

// Where values are read from: the bytes of a record with its probe, or those of
// an aggregation's key.
struct source {
	const struct schema *schema;
	const uint8_t *bytes;
	const struct probe *probe;	// of the record; NULL for keys
	const struct location_style *where;	// how addresses look; NULL: as numbers
};

// The integer, sign- or zero-extended by the value's own type.
int64_t value_int(const struct value *v, const uint8_t *bytes);
// The bits, zero-extended.
uint64_t value_uint(const struct value *v, const uint8_t *bytes);
// The text of a string or probe name and its length (up to the NUL, if any); of
// other kinds the bytes up to a NUL.
const char *value_text(const struct value *v, const struct source *src, size_t *len);
