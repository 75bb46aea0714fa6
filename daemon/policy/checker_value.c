// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Ranges of numbers and what instructions make of them, see checker_value.h.

#include "daemon/policy/checker_value.h"

#include <linux/bpf.h>

#include "daemon/util.h"

static uint64_t max(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static uint64_t min(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint8_t zeros_of(uint64_t x)
{
	return x ? (uint8_t)__builtin_ctzll(x) : 63;
}

// The least 2^n - 1 that is not below x.
static uint64_t ones(uint64_t x)
{
	return x ? UINT64_MAX >> __builtin_clzll(x) : 0;
}

struct check_value checker_number(uint64_t lo, uint64_t hi)
{
	return (struct check_value){
		.kind = CHECK_SCALAR, .lo = lo, .hi = hi, .zeros = lo == hi ? zeros_of(lo) : 0,
	};
}

static struct check_value anything(void)
{
	return checker_number(0, UINT64_MAX);
}

bool checker_same(const struct check_value *a, const struct check_value *b)
{
	return a->kind == b->kind && a->lo == b->lo && a->hi == b->hi && a->null == b->null &&
		a->zeros == b->zeros && a->map == b->map && a->id == b->id;
}

static bool is_zero(const struct check_value *v)
{
	return v->kind == CHECK_SCALAR && !v->lo && !v->hi;
}

static void join_ranges(struct check_value *into, const struct check_value *from, bool widen)
{
	bool number = into->kind == CHECK_SCALAR;
	uint64_t lo = min(into->lo, from->lo);
	uint64_t hi = number ? max(into->hi, from->hi) : min(into->hi, from->hi);
	bool grown = lo != into->lo || hi != into->hi;

	into->lo = lo;
	into->hi = hi;
	if (from->zeros < into->zeros)
		into->zeros = widen ? 0 : from->zeros;
	if (!grown || !widen)
		return;
	into->lo = 0;
	into->hi = number ? UINT64_MAX : 0;
}

static void join_kinds(struct check_value *into, const struct check_value *from)
{
	struct check_value pointer = into->kind == CHECK_VALUE ? *into : *from;
	const struct check_value *other = into->kind == CHECK_VALUE ? from : into;

	if (pointer.kind != CHECK_VALUE || !is_zero(other)) {
		*into = (struct check_value){ 0 };
		return;
	}
	pointer.null = true;
	pointer.id = 0;
	*into = pointer;
}

bool checker_join(struct check_value *into, const struct check_value *from, bool widen)
{
	struct check_value before = *into;

	if (into->kind == CHECK_NONE || checker_same(into, from))
		return false;
	if (into->kind != from->kind) {
		join_kinds(into, from);
	} else if (into->map != from->map || (into->kind == CHECK_STACK && into->lo != from->lo)) {
		*into = (struct check_value){ 0 };
	} else {
		into->null |= from->null;
		into->id = into->id == from->id ? into->id : 0;
		join_ranges(into, from, widen);
	}
	return !checker_same(into, &before);
}

// ---- arithmetic of 64 bits --------------------------------------------------

typedef struct check_value alu_fn(struct check_value a, struct check_value b);

// Both ends go over the edge, or none.
static struct check_value add(struct check_value a, struct check_value b)
{
	uint64_t lo, hi;
	bool carry = __builtin_add_overflow(a.lo, b.lo, &lo);

	if (carry != __builtin_add_overflow(a.hi, b.hi, &hi))
		return anything();
	return checker_number(lo, hi);
}

static struct check_value sub(struct check_value a, struct check_value b)
{
	uint64_t lo, hi;
	bool borrow = __builtin_sub_overflow(a.lo, b.hi, &lo);

	if (borrow != __builtin_sub_overflow(a.hi, b.lo, &hi))
		return anything();
	return checker_number(lo, hi);
}

static struct check_value mul(struct check_value a, struct check_value b)
{
	uint64_t hi;

	if (__builtin_mul_overflow(a.hi, b.hi, &hi))
		return anything();
	return checker_number(a.lo * b.lo, hi);
}

// By zero: 0.
static struct check_value divide(struct check_value a, struct check_value b)
{
	return b.lo ? checker_number(a.lo / b.hi, a.hi / b.lo) : checker_number(0, a.hi);
}

// By zero: the number stays.
static struct check_value modulo(struct check_value a, struct check_value b)
{
	return checker_number(0, b.lo ? min(a.hi, b.hi - 1) : a.hi);
}

static bool exact(struct check_value a, struct check_value b)
{
	return a.lo == a.hi && b.lo == b.hi;
}

static struct check_value and(struct check_value a, struct check_value b)
{
	return exact(a, b) ? checker_number(a.lo & b.lo, a.lo & b.lo) : checker_number(0, min(a.hi, b.hi));
}

static struct check_value or(struct check_value a, struct check_value b)
{
	return exact(a, b) ? checker_number(a.lo | b.lo, a.lo | b.lo) :
			     checker_number(max(a.lo, b.lo), ones(a.hi | b.hi));
}

static struct check_value xor(struct check_value a, struct check_value b)
{
	return exact(a, b) ? checker_number(a.lo ^ b.lo, a.lo ^ b.lo) : checker_number(0, ones(a.hi | b.hi));
}

// The distance of a shift is below 64 here.
static struct check_value lsh(struct check_value a, struct check_value b)
{
	return a.hi <= UINT64_MAX >> b.hi ? checker_number(a.lo << b.lo, a.hi << b.hi) : anything();
}

static struct check_value rsh(struct check_value a, struct check_value b)
{
	return checker_number(a.lo >> b.hi, a.hi >> b.lo);
}

static struct check_value arsh(struct check_value a, struct check_value b)
{
	return a.hi <= INT64_MAX ? rsh(a, b) : anything();
}

static struct check_value neg(struct check_value a, struct check_value b)
{
	(void)b;
	return sub(checker_number(0, 0), a);
}

// ---- how many of the lowest bits are zero -------------------------------------

static uint64_t zeros_least(struct check_value a, struct check_value b)
{
	return min(a.zeros, b.zeros);
}

static uint64_t zeros_most(struct check_value a, struct check_value b)
{
	return max(a.zeros, b.zeros);
}

static uint64_t zeros_sum(struct check_value a, struct check_value b)
{
	return min((uint64_t)a.zeros + b.zeros, 63);
}

static uint64_t zeros_more(struct check_value a, struct check_value b)
{
	return min(a.zeros + b.lo, 63);
}

static uint64_t zeros_fewer(struct check_value a, struct check_value b)
{
	return a.zeros > b.hi ? a.zeros - b.hi : 0;
}

static uint64_t zeros_kept(struct check_value a, struct check_value b)
{
	(void)b;
	return a.zeros;
}

static const struct {
	alu_fn *range;
	uint64_t (*zeros)(struct check_value a, struct check_value b);
	bool is_shift;
} operations[] = {
	[BPF_ADD >> 4] = { .range = add, .zeros = zeros_least },
	[BPF_SUB >> 4] = { .range = sub, .zeros = zeros_least },
	[BPF_MUL >> 4] = { .range = mul, .zeros = zeros_sum },
	[BPF_DIV >> 4] = { .range = divide, .zeros = NULL },
	[BPF_OR >> 4] = { .range = or, .zeros = zeros_least },
	[BPF_AND >> 4] = { .range = and, .zeros = zeros_most },
	[BPF_LSH >> 4] = { .range = lsh, .zeros = zeros_more, .is_shift = true },
	[BPF_RSH >> 4] = { .range = rsh, .zeros = zeros_fewer, .is_shift = true },
	[BPF_NEG >> 4] = { .range = neg, .zeros = zeros_kept },
	[BPF_MOD >> 4] = { .range = modulo, .zeros = NULL },
	[BPF_XOR >> 4] = { .range = xor, .zeros = zeros_least },
	[BPF_ARSH >> 4] = { .range = arsh, .zeros = zeros_fewer, .is_shift = true },
};

// ---- of 32 bits ---------------------------------------------------------------

static struct check_value lower_half(struct check_value v)
{
	struct check_value r = checker_number(0, UINT32_MAX);

	if (v.lo >> 32 == v.hi >> 32)
		r = checker_number((uint32_t)v.lo, (uint32_t)v.hi);
	r.zeros = (uint8_t)max(r.zeros, v.zeros);
	return r;
}

static struct check_value arsh_narrow(struct check_value a, struct check_value b)
{
	return a.hi <= INT32_MAX ? rsh(a, b) : checker_number(0, UINT32_MAX);
}

struct check_value checker_alu(uint8_t op, bool narrow, struct check_value a, struct check_value b)
{
	uint8_t i = op >> 4;
	uint64_t bits = narrow ? 32 : 64;
	struct check_value r;

	if (i >= NELEMS(operations) || !operations[i].range)
		return anything();
	if (narrow) {
		a = lower_half(a);
		b = lower_half(b);
	}
	if (operations[i].is_shift && b.hi >= bits)
		b = checker_number(0, bits - 1);
	r = narrow && op == BPF_ARSH ? arsh_narrow(a, b) : operations[i].range(a, b);
	if (operations[i].zeros)
		r.zeros = (uint8_t)max(r.zeros, operations[i].zeros(a, b));
	return narrow ? lower_half(r) : r;
}
