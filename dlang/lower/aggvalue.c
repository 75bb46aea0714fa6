// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The value words of an aggregation (object.h) and how each function updates
// them. Every update is atomic. Bucket numbers are computed without branches,
// after the key was found: a branch would give the verifier one path per bucket.

#include "dlang/lower/expr.h"

enum { MAX_TRIES = 8 };

// The arguments of the aggregating function in this firing.
void agg_args(struct lower *l, const struct ident *agg, const struct expr *call)
{
	const struct expr *x = call->args.n ? call->args.v[0] : NULL;
	uint32_t incr = agg->func == AGG_QUANTIZE ? 1 : agg->func == AGG_LQUANTIZE ? 4 : 5;

	l->agg_x = x ? ir_r(ir_copy(l->f, IK_SCALAR, lower_int(l, x))) : ir_i(0);
	l->agg_incr = ir_i(1);
	if (agg->func >= AGG_QUANTIZE && call->args.n > incr)
		l->agg_incr = lower_int(l, call->args.v[incr]);
}

static void add(struct lower *l, struct rv base, int32_t off, struct ir_val v)
{
	if (v.kind == IV_IMM)
		v = ir_r(ir_copy(l->f, IK_SCALAR, v));
	ir_atomic(l->f, IR_AADD, 8, base.v, off, v);
}

static void update_count(struct lower *l, const struct agg_layout *al, struct rv base, int32_t off)
{
	(void)al;
	add(l, base, off, ir_i(1));
}

static void update_sum(struct lower *l, const struct agg_layout *al, struct rv base, int32_t off)
{
	(void)al;
	add(l, base, off, l->agg_x);
}

static void update_avg(struct lower *l, const struct agg_layout *al, struct rv base, int32_t off)
{
	update_count(l, al, base, off);
	add(l, base, off + 8, l->agg_x);
}

// *word = max(*word, v), unsigned: a bounded compare-and-exchange.
static void raise_word(struct lower *l, struct rv base, int32_t off, struct ir_val v)
{
	uint32_t n = ir_copy(l->f, IK_SCALAR, ir_i(0)), head = ir_block(l->f, "raise");
	uint32_t try = ir_block(l->f, "raise try"), again = ir_cold_block(l->f, "raise again");
	uint32_t lost = ir_cold_block(l->f, "raise lost"), done = ir_block(l->f, "raised");
	uint32_t cur, old;

	ir_jmp(l->f, head);
	ir_at(l->f, head);
	cur = ir_ld(l->f, IK_SCALAR, 8, base.v, off);
	ir_br(l->f, IC_ULE, v, ir_r(cur), done, try);
	ir_at(l->f, try);
	old = ir_cmpxchg(l->f, 8, base.v, off, ir_r(cur), v);
	ir_br(l->f, IC_EQ, ir_r(old), ir_r(cur), done, again);
	ir_at(l->f, again);
	ir_mov(l->f, n, ir_op2(l->f, IR_ADD, ir_r(n), ir_i(1)));
	ir_br(l->f, IC_ULT, ir_r(n), ir_i(MAX_TRIES), head, lost);
	ir_at(l->f, lost);
	count_drop(l, DROP_AGGREGATION);
	ir_jmp(l->f, done);
	ir_at(l->f, done);
}

static struct ir_val biased(struct lower *l, struct ir_val v)
{
	return ir_op2(l->f, IR_XOR, v, ir_i(INT64_MIN));
}

static void update_max(struct lower *l, const struct agg_layout *al, struct rv base, int32_t off)
{
	raise_word(l, base, off + 8, ir_r(ir_copy(l->f, IK_SCALAR, biased(l, l->agg_x))));
	update_count(l, al, base, off);
}

static void update_min(struct lower *l, const struct agg_layout *al, struct rv base, int32_t off)
{
	struct ir_val v = ir_op2(l->f, IR_XOR, biased(l, l->agg_x), ir_i(-1));

	raise_word(l, base, off + 8, ir_r(ir_copy(l->f, IK_SCALAR, v)));
	update_count(l, al, base, off);
}

static struct ir_val absolute(struct lower *l, struct ir_val x, struct ir_val *sign)
{
	*sign = ir_op2(l->f, IR_ASHR, x, ir_i(63));
	return ir_op2(l->f, IR_SUB, ir_op2(l->f, IR_XOR, x, *sign), *sign);
}

static struct ir_val low32(struct lower *l, struct ir_val v)
{
	return ir_ext(l->f, IR_ZX, 4, v);
}

static struct ir_val high32(struct lower *l, struct ir_val v)
{
	return ir_op2(l->f, IR_LSHR, v, ir_i(32));
}

// x * x in four 32-bit limbs, each summed in a word of its own.
static void update_stddev(struct lower *l, const struct agg_layout *al, struct rv base, int32_t off)
{
	struct ir_val sign, x, hi, lo, p, twice;

	update_avg(l, al, base, off);
	x = absolute(l, l->agg_x, &sign);
	lo = low32(l, x);
	hi = high32(l, x);
	p = ir_op2(l->f, IR_MUL, lo, lo);
	add(l, base, off + 16, low32(l, p));
	twice = ir_op2(l->f, IR_MUL, lo, hi);
	add(l, base, off + 24, ir_op2(l->f, IR_ADD, high32(l, p),
				      ir_op2(l->f, IR_SHL, low32(l, twice), ir_i(1))));
	p = ir_op2(l->f, IR_MUL, hi, hi);
	add(l, base, off + 32, ir_op2(l->f, IR_ADD, low32(l, p),
				      ir_op2(l->f, IR_SHL, high32(l, twice), ir_i(1))));
	add(l, base, off + 40, high32(l, p));
}

// ---- bucket numbers --------------------------------------------------------------

// floor(log2(v)) for v > 0, 0 for v = 0; v <= 2^63, no branch.
static struct ir_val log2_of(struct lower *l, struct ir_val v)
{
	struct ir_val k = ir_i(0), bit;

	for (int s = 32; s; s >>= 1) {	// bit = s when v >= 2^s
		struct ir_val d = ir_op2(l->f, IR_SUB, ir_i((int64_t)((1ull << s) - 1)), v);

		bit = ir_op2(l->f, IR_LSHR, d, ir_i(63));
		bit = ir_op2(l->f, IR_SHL, bit, ir_i(s == 32 ? 5 : s == 16 ? 4 : s == 8 ? 3 :
						     s == 4 ? 2 : s == 2 ? 1 : 0));
		v = ir_op2(l->f, IR_LSHR, v, bit);
		k = s == 32 ? bit : ir_op2(l->f, IR_ADD, k, bit);
	}
	return k;
}

static struct ir_val quantize_bucket(struct lower *l, const struct ident *agg)
{
	struct ir_val sign, x = absolute(l, l->agg_x, &sign), k, nz;

	(void)agg;
	nz = ir_op2(l->f, IR_OR, x, ir_op2(l->f, IR_SUB, ir_i(0), x));
	nz = ir_op2(l->f, IR_LSHR, nz, ir_i(63));
	k = ir_op2(l->f, IR_ADD, log2_of(l, x), nz);
	k = ir_op2(l->f, IR_SUB, k, ir_op2(l->f, IR_LSHR, k, ir_i(6)));	// 64 -> 63
	k = ir_op2(l->f, IR_SUB, ir_op2(l->f, IR_XOR, k, sign), sign);
	return ir_op2(l->f, IR_ADD, k, ir_i(63));
}

// All ones when a < b (signed, no overflow between them), else zero.
static struct ir_val less_mask(struct lower *l, struct ir_val a, struct ir_val b)
{
	return ir_op2(l->f, IR_ASHR, ir_op2(l->f, IR_SUB, a, b), ir_i(63));
}

static struct ir_val lquantize_bucket(struct lower *l, const struct ident *agg)
{
	int64_t base = agg->args[0], step = agg->args[2] ? agg->args[2] : 1, top = agg->nlevels - 1;
	struct ir_val x = ir_ext(l->f, IR_SX, 4, l->agg_x), d, i, m;

	d = ir_op2(l->f, IR_SUB, x, ir_i(base));
	m = ir_op2(l->f, IR_XOR, ir_op2(l->f, IR_ASHR, d, ir_i(63)), ir_i(-1));
	i = ir_op2(l->f, IR_AND, d, m);
	i = ir_op2(l->f, IR_ADD, ir_op2(l->f, IR_UDIV, i, ir_i(step)), ir_i(1));
	i = ir_op2(l->f, IR_AND, i, m);
	m = less_mask(l, ir_i(top), i);
	i = ir_op2(l->f, IR_AND, i, ir_op2(l->f, IR_XOR, m, ir_i(-1)));
	return ir_op2(l->f, IR_OR, i, ir_op2(l->f, IR_AND, m, ir_i(top)));
}

static struct ir_val llquantize_bucket(struct lower *l, const struct ident *agg)
{
	struct ir_val args[4];

	args[0] = l->agg_x;
	args[1] = ir_i(agg->args[0]);
	args[2] = ir_i(agg->args[1] | agg->args[2] << 16);
	args[3] = ir_i(agg->args[3]);
	return ir_r(ir_callrt(l->f, IK_SCALAR, runtime_fn(l, "dt_llquant"), args, 4));
}

static void update_histogram(struct lower *l, const struct ident *agg, const struct agg_layout *al,
			     struct rv base, int32_t off)
{
	typedef struct ir_val (*bucket_fn)(struct lower *l, const struct ident *agg);
	static const bucket_fn bucket[] = {
		[AGG_QUANTIZE] = quantize_bucket, [AGG_LQUANTIZE] = lquantize_bucket,
		[AGG_LLQUANTIZE] = llquantize_bucket,
	};
	struct ir_val i, incr = l->agg_incr;
	uint32_t row;

	if (incr.kind == IV_IMM)
		incr = ir_r(ir_copy(l->f, IK_SCALAR, incr));
	add(l, base, off, incr);
	add(l, base, off + 8, ir_op2(l->f, IR_MUL, l->agg_x, incr));
	i = bucket[agg->func](l, agg);
	i = ir_op2(l->f, IR_AND, i, ir_i(al->rowmask));
	i = ir_op2(l->f, IR_SHL, i, ir_i(3));
	row = ir_ptr_add(l->f, base.v, i);
	ir_atomic(l->f, IR_AADD, 8, ir_r(row), off + 16, incr);
}

typedef void (*update_fn)(struct lower *l, const struct agg_layout *al, struct rv base, int32_t off);

static const update_fn updates[] = {
	[AGG_COUNT] = update_count, [AGG_SUM] = update_sum, [AGG_AVG] = update_avg,
	[AGG_MIN] = update_min, [AGG_MAX] = update_max, [AGG_STDDEV] = update_stddev,
};

void agg_update(struct lower *l, const struct ident *agg, const struct agg_layout *al,
		struct rv base, int32_t off)
{
	if (off > 16384) {	// beyond the reach of an instruction's offset
		base.v = ir_r(ir_ptr_add(l->f, base.v, ir_i(off)));
		off = 0;
	}
	if (agg->func < AGG_QUANTIZE)
		updates[agg->func](l, al, base, off);
	else
		update_histogram(l, agg, al, base, off);
}
