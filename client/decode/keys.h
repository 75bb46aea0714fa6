// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Keys in canonical form: bytes that are equal exactly if the keys print alike.
// What follows a string's NUL is cleared, a probe's name part is replaced by the
// first probe with that name, an address by that of its symbol or module, as far
// as it is known; padding is zero.

#include <stdint.h>

#include "client/decode/schema.h"

struct keys;
struct names;

// names may be NULL.
int keys_new(const struct schema *s, const struct agg *a, struct names *names, struct keys **keysp);
struct keys *keys_free(struct keys *k);
// out has the aggregation's key_size bytes.
void keys_canonical(struct keys *k, const uint8_t *key, uint8_t *out);
uint32_t keys_hash(const uint8_t *key, uint32_t size);
