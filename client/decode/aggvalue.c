// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Meaning of aggregation values, see aggvalue.h.

#include "client/decode/aggvalue.h"

#include <stddef.h>

typedef unsigned __int128 u128;

// floor(sqrt(x)), bit by bit.
static uint64_t sqrt_128(u128 x)
{
	u128 result = 0, bit = (u128)1 << 126;

	while (bit > x)
		bit >>= 2;
	for (; bit; bit >>= 2) {
		if (x >= result + bit) {
			x -= result + bit;
			result = (result >> 1) + bit;
		} else {
			result >>= 1;
		}
	}
	return (uint64_t)result;
}

// As C divides, but INT64_MIN / -1 wraps and a factor beyond int64 divides to 0.
static int64_t divide(int64_t a, uint64_t normal)
{
	int64_t n = (int64_t)normal;

	if (n == -1)
		return (int64_t)(0 - (uint64_t)a);
	return a / n;
}

uint64_t agg_stddev(const uint64_t *words, uint64_t normal)
{
	uint64_t n = words[AGG_N], mean;
	int64_t signed_mean;
	u128 squares = 0, square;

	if (!n)
		return 0;
	for (unsigned int i = 0; i < 4; i++)
		squares += (u128)words[2 + i] << 32 * i;
	squares = squares / normal / normal / n;
	signed_mean = divide(divide((int64_t)words[AGG_SUM_WORD], normal), n);
	mean = signed_mean < 0 ? 0 - (uint64_t)signed_mean : (uint64_t)signed_mean;
	square = (u128)mean * mean;
	return squares > square ? sqrt_128(squares - square) : 0;
}

// MIN and MAX keep their value so that the unsigned maximum merges it.
static int64_t extreme(const struct agg *a, const uint64_t *words)
{
	uint64_t w = words[AGG_EXTREME];

	if (!words[AGG_N])
		return 0;
	return (int64_t)((a->func == AGG_MIN ? ~w : w) ^ (uint64_t)1 << 63);
}

int64_t agg_number(const struct agg *a, const uint64_t *words, uint64_t normal)
{
	switch (a->func) {
	case AGG_COUNT:
		return (int64_t)(words[0] / normal);
	case AGG_SUM:
		return divide((int64_t)words[0], normal);
	case AGG_AVG:
		if (!words[AGG_N])
			return 0;
		return divide(divide((int64_t)words[AGG_SUM_WORD], normal), words[AGG_N]);
	case AGG_MIN:
	case AGG_MAX:
		return divide(extreme(a, words), normal);
	case AGG_STDDEV:
		return (int64_t)agg_stddev(words, normal);
	default:
		return 0;
	}
}

// ---- labels ----------------------------------------------------------------

static void quantize_labels(int64_t *labels)
{
	labels[QUANTIZE_ZERO] = 0;
	for (int k = 1; k <= QUANTIZE_ZERO; k++) {
		labels[QUANTIZE_ZERO + k] = (int64_t)1 << (k - 1);
		labels[QUANTIZE_ZERO - k] = -((int64_t)1 << (k - 1));
	}
}

static void lquantize_labels(const struct agg *a, uint32_t n, int64_t *labels)
{
	int64_t base = a->args[0], step = a->args[2];

	labels[0] = base;
	for (uint32_t i = 1; i < n; i++)
		labels[i] = base + (int64_t)(i - 1) * step;
}

// For each order: from factor^m to the next power by width.
static void llquantize_labels(const struct agg *a, uint32_t n, int64_t *labels)
{
	uint64_t factor = (uint64_t)a->args[0], nsteps = (uint64_t)a->args[3], value = 1, next, width;
	uint32_t at = 1;

	for (int64_t m = 0; m < a->args[1]; m++)
		value *= factor;
	labels[0] = (int64_t)value;
	for (int64_t m = a->args[1]; m <= a->args[2]; m++, value = next) {
		next = value * factor;
		width = next > nsteps ? next / nsteps : 1;
		for (uint64_t label = value; label < next && at < n - 1; label += width)
			labels[at++] = (int64_t)label;
	}
	labels[n - 1] = (int64_t)value;
}

void agg_labels(const struct agg *a, int64_t *labels)
{
	uint32_t n = agg_nbuckets(a);

	if (a->func == AGG_QUANTIZE)
		quantize_labels(labels);
	else if (a->func == AGG_LQUANTIZE)
		lquantize_labels(a, n, labels);
	else
		llquantize_labels(a, n, labels);
}

// ---- ranks -----------------------------------------------------------------

struct agg_rank agg_rank(const struct agg *a, const uint64_t *words, const int64_t *labels)
{
	struct agg_rank rank = { 0, 0 };
	const int64_t *buckets = (const int64_t *)words + AGG_BUCKETS;
	uint32_t n = agg_nbuckets(a);
	long double label;

	if (!n) {
		rank.value = agg_number(a, words, 1);
		return rank;
	}
	for (uint32_t i = 0; i < n; i++) {
		if (!buckets[i])
			continue;
		label = labels[i];
		if (a->func != AGG_QUANTIZE && i == 0)
			label -= 1;
		if (a->func != AGG_QUANTIZE && i == n - 1)
			label += 1;
		rank.value += label * buckets[i];
		if (labels[i] == 0 && (a->func == AGG_QUANTIZE || i))
			rank.tie = buckets[i];
	}
	return rank;
}

int agg_rank_compare(const struct agg_rank *a, const struct agg_rank *b)
{
	if (a->value != b->value)
		return a->value < b->value ? -1 : 1;
	if (a->tie != b->tie)
		return a->tie < b->tie ? -1 : 1;
	return 0;
}
