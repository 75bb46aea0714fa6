// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Integers to text, without printf(): this is where a busy trace spends its time.

#include <stdbool.h>
#include <stdint.h>

#include "client/output/buf.h"

// A conversion's flags, as in C.
enum {
	FLAG_ALT = 1, FLAG_ZERO = 2, FLAG_LEFT = 4, FLAG_PLUS = 8, FLAG_SPACE = 16, FLAG_GROUP = 32,
};

struct spec {
	char conv;		// the letter
	uint8_t flags;
	int width;		// 0: none
	int prec;		// 0: none
};

// base 8, 10 or 16; upper for hexadecimal digits.
void number_put(struct outbuf *b, const struct spec *spec, uint64_t magnitude, bool negative,
		unsigned int base, bool upper);
// Text of the traced side in the spec's width and precision.
void text_put(struct outbuf *b, const struct spec *spec, const char *s, size_t n);
// Signed decimal, right-aligned in width columns.
void decimal_put(struct outbuf *b, int64_t v, int width);
