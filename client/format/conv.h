// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The conversions of a format, one function each.

#include <stdbool.h>

#include "client/format/number.h"
#include "client/format/value.h"
#include "client/output/buf.h"

typedef void (*conv_fn)(struct outbuf *b, const struct spec *spec, const struct value *v,
			const struct source *src);

// The function for a letter (wide: after l or w) if it can print this kind of
// value, else NULL.
conv_fn conv_find(char letter, bool wide, const struct value *v);

// %a and %A: compared with, to know which values are printed as addresses.
void conv_address(struct outbuf *b, const struct spec *spec, const struct value *v,
		  const struct source *src);

// A number that is not in a record: count, sum, ... by the same letters. Letters
// that are not for integers print as the value's own type.
void conv_number(struct outbuf *b, const struct spec *spec, int64_t v, bool is_signed);
// Text with escapes for what cannot be printed, as %S does.
void conv_escape(struct outbuf *b, const char *s, size_t n);
