// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Formats of printf() and printa(). A format is compiled once against the values
// it will be given; running the program then costs no parsing.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/format/number.h"
#include "client/format/value.h"
#include "client/output/buf.h"

struct printf_prog;

// One %@ of a printa() format: the caller prints the value (it knows what the
// aggregation is). which counts the aggregations of the call from 0.
typedef void (*printf_agg_fn)(void *userdata, struct outbuf *b, const struct spec *spec, uint32_t which);

// Compiles. values are the arguments (a width given as `*` is one, too), for
// printa() the keys; naggs 0: not printa(). 0, -EINVAL (the format does not fit
// the values) or -ENOMEM. The format and the values must stay.
int printf_compile(const char *format, const struct value *values, uint32_t nvalues, uint32_t naggs,
		   struct printf_prog **progp);
struct printf_prog *printf_prog_free(struct printf_prog *prog);
static inline void printf_prog_freep(struct printf_prog **prog)
{
	printf_prog_free(*prog);
}

// Whether a run may print addresses.
bool printf_has_addresses(const struct printf_prog *prog);
// Notes the addresses that a run would print. 0 or -ENOMEM.
int printf_want(const struct printf_prog *prog, const struct source *src);
void printf_run(const struct printf_prog *prog, struct outbuf *b, const struct source *src,
		printf_agg_fn agg, void *userdata);
