// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Reading of values, see value.h.

#include "client/format/value.h"

#include <string.h>

uint64_t value_uint(const struct value *v, const uint8_t *bytes)
{
	uint64_t x = 0;

	// Little-endian and big-endian hosts alike: the record was made here.
	switch (v->size) {
	case 1:
		return bytes[v->offset];
	case 2: {
		uint16_t h;

		memcpy(&h, bytes + v->offset, sizeof(h));
		return h;
	}
	case 4: {
		uint32_t w;

		memcpy(&w, bytes + v->offset, sizeof(w));
		return w;
	}
	case 8:
		memcpy(&x, bytes + v->offset, sizeof(x));
		return x;
	default:
		return 0;
	}
}

int64_t value_int(const struct value *v, const uint8_t *bytes)
{
	uint64_t x = value_uint(v, bytes);
	unsigned int shift = v->size < 8 ? 64 - 8 * v->size : 0;

	if (!v->is_signed || shift >= 64)
		return (int64_t)x;
	return (int64_t)(x << shift) >> shift;
}

const char *value_text(const struct value *v, const struct source *src, size_t *len)
{
	const struct probe *p = src->probe;
	const char *s;

	if (v->kind == VK_STRING || v->kind == VK_BYTES || v->kind == VK_INT) {
		s = (const char *)src->bytes + v->offset;
		*len = strnlen(s, v->size);
		return s;
	}
	if (v->size)
		p = schema_probe(src->schema, (uint32_t)value_uint(v, src->bytes));
	s = p ? probe_field(p, v->kind) : "";
	*len = strlen(s);
	return s;
}
