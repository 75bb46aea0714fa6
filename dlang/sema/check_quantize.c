// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The constant parameters of quantize(), lquantize() and llquantize(), and the
// number of buckets that they make (d-reference §9). Every use of one
// aggregation must give the same.

#include "dlang/sema/check.h"

enum { QUANTIZE_LEVELS = 127, MAX_LEVELS = UINT16_MAX };

// How one parameter is called, and the tags of what may be wrong with it.
struct constant {
	const char *name;
	enum errtag not_const, range, mismatch;
	int64_t min, max;
};

static const struct constant linear[] = {
	{ "base", D_LQUANT_BASETYPE, D_LQUANT_BASEVAL, D_LQUANT_MATCHBASE, INT32_MIN, INT32_MAX },
	{ "limit", D_LQUANT_LIMTYPE, D_LQUANT_LIMVAL, D_LQUANT_MATCHLIM, INT32_MIN, INT32_MAX },
	{ "step", D_LQUANT_STEPTYPE, D_LQUANT_STEPVAL, D_LQUANT_MATCHSTEP, INT64_MIN, UINT16_MAX },
};

static const struct constant loglinear[] = {
	{ "factor", D_LLQUANT_FACTORTYPE, D_LLQUANT_FACTORVAL, D_LLQUANT_FACTORMATCH, 0, UINT16_MAX },
	{ "low magnitude", D_LLQUANT_LOWTYPE, D_LLQUANT_LOWVAL, D_LLQUANT_LOWMATCH, 0, UINT16_MAX },
	{ "high magnitude", D_LLQUANT_HIGHTYPE, D_LLQUANT_HIGHVAL, D_LLQUANT_HIGHMATCH, 0, UINT16_MAX },
	{ "number of steps", D_LLQUANT_NSTEPTYPE, D_LLQUANT_NSTEPVAL, D_LLQUANT_NSTEPMATCH, 0,
	  UINT16_MAX },
};

// Reads the constants after the value into v. False: reported.
static bool read_params(struct sema *s, struct expr *call, const struct constant *p, uint32_t n, int64_t *v)
{
	for (uint32_t i = 0; i < n && i + 1 < call->args.n; i++) {
		const struct expr *arg = call->args.v[i + 1];

		if (!arg->is_const) {
			sema_fail_at(s, arg->span, p[i].not_const, "the %s of %s() must be an integer constant",
				     p[i].name, call->a->name);
			return false;
		}
		v[i] = (int64_t)arg->value;
		if (v[i] < p[i].min || v[i] > p[i].max) {
			sema_fail_at(s, arg->span, p[i].range, "the %s of %s() is %lld, which is out of range",
				     p[i].name, call->a->name, (long long)v[i]);
			return false;
		}
	}
	return true;
}

static bool match_params(struct sema *s, const struct ident *agg, struct expr *call,
			 const struct constant *p, uint32_t n, const int64_t *v)
{
	for (uint32_t i = 0; agg->has_func && i < n; i++) {
		if (agg->args[i] == v[i])
			continue;
		sema_fail(s, call, p[i].mismatch, "the %s of @%s is %lld, not %lld", p[i].name, agg->name,
			  (long long)agg->args[i], (long long)v[i]);
		sema_hint(s, "all uses of one aggregation have the same parameters");
		return false;
	}
	return true;
}

static bool check_increment(struct sema *s, struct expr *call, uint32_t at)
{
	struct expr *incr = call->args.n > at ? call->args.v[at] : NULL;

	if (!incr || is_int(s, incr))
		return true;
	sema_fail(s, call, D_PROTO_ARG, "the increment of %s() must be an integer, not %s", call->a->name,
		  tname(s, incr));
	return false;
}

// ---- lquantize -------------------------------------------------------------

static bool check_step_fits(struct sema *s, struct expr *call, const int64_t *v)
{
	int64_t levels;

	if (v[0] >= v[1]) {
		sema_fail(s, call, D_LQUANT_MISMATCH, "the base of lquantize(), %lld, is not below its limit, "
			  "%lld", (long long)v[0], (long long)v[1]);
		return false;
	}
	if (v[2] <= 0) {
		sema_fail(s, call, D_LQUANT_STEPTYPE, "the step of lquantize() must be positive, not %lld",
			  (long long)v[2]);
		return false;
	}
	levels = (v[1] - v[0]) / v[2];
	if (levels < 1) {
		sema_fail(s, call, D_LQUANT_STEPLARGE, "a step of %lld leaves no bucket between %lld and %lld",
			  (long long)v[2], (long long)v[0], (long long)v[1]);
		return false;
	}
	if (levels > MAX_LEVELS) {
		sema_fail(s, call, D_LQUANT_STEPSMALL, "a step of %lld makes %lld buckets, and %d are possible",
			  (long long)v[2], (long long)levels, MAX_LEVELS);
		return false;
	}
	return true;
}

static void check_linear(struct sema *s, struct ident *agg, struct expr *call)
{
	int64_t v[3] = { 0, 0, 1 };

	if (!read_params(s, call, linear, 3, v) || !check_step_fits(s, call, v) ||
	    !match_params(s, agg, call, linear, 3, v) || !check_increment(s, call, 4)) {
		poison(s, call);
		return;
	}
	for (int i = 0; i < 3; i++)
		agg->args[i] = v[i];
	agg->nlevels = (uint32_t)((v[1] - v[0]) / v[2]) + 2;
}

// ---- llquantize ------------------------------------------------------------

enum { FACTOR, LOW, HIGH, NSTEPS };

// Each power of the factor is cut into nsteps equal parts, all of them whole.
static bool steps_divide(int64_t factor, int64_t nsteps)
{
	int64_t power = factor;

	while (power < nsteps)
		power *= factor;
	return power % nsteps == 0 && nsteps % factor == 0;
}

static bool power_fits(int64_t factor, int64_t exponent)
{
	uint64_t power = 1;

	for (int64_t i = 0; i < exponent; i++)
		if (__builtin_mul_overflow(power, (uint64_t)factor, &power))
			return false;
	return true;
}

static bool check_magnitudes(struct sema *s, struct expr *call, const int64_t *v)
{
	if (v[FACTOR] < 2)
		sema_fail(s, call, D_LLQUANT_FACTORSMALL, "the factor of llquantize() must be 2 or more, "
			  "not %lld", (long long)v[FACTOR]);
	else if (v[LOW] >= v[HIGH])
		sema_fail(s, call, D_LLQUANT_MAGRANGE, "the low magnitude, %lld, is not below the high one, "
			  "%lld", (long long)v[LOW], (long long)v[HIGH]);
	else if (v[FACTOR] > v[NSTEPS])
		sema_fail(s, call, D_LLQUANT_FACTORNSTEPS, "the factor, %lld, is larger than the number of "
			  "steps, %lld", (long long)v[FACTOR], (long long)v[NSTEPS]);
	else if (!steps_divide(v[FACTOR], v[NSTEPS]))
		sema_fail(s, call, D_LLQUANT_FACTOREVEN, "%lld steps do not divide the powers of %lld evenly",
			  (long long)v[NSTEPS], (long long)v[FACTOR]);
	else if (!power_fits(v[FACTOR], v[HIGH] + 1))
		sema_fail(s, call, D_LLQUANT_MAGTOOBIG, "%lld to the power of %lld does not fit in 64 bits",
			  (long long)v[FACTOR], (long long)v[HIGH] + 1);
	return call->kind != EX_ERROR;
}

static uint64_t count_buckets(const int64_t *v)
{
	uint64_t factor = (uint64_t)v[FACTOR], nsteps = (uint64_t)v[NSTEPS], power = 1, n = 2;

	for (int64_t m = 0; m <= v[HIGH]; m++) {
		uint64_t next = power * factor, width = next > nsteps ? next / nsteps : 1;

		if (m >= v[LOW])
			n += (next - power + width - 1) / width;
		power = next;
	}
	return n;
}

static void check_loglinear(struct sema *s, struct ident *agg, struct expr *call)
{
	int64_t v[4] = { 0 };

	if (!read_params(s, call, loglinear, 4, v) || !check_magnitudes(s, call, v) ||
	    !match_params(s, agg, call, loglinear, 4, v) || !check_increment(s, call, 5)) {
		poison(s, call);
		return;
	}
	for (int i = 0; i < 4; i++)
		agg->args[i] = v[i];
	agg->nlevels = (uint32_t)count_buckets(v);
}

// Requires checked arguments in the right number; poisons the call if one is wrong.
void check_quantize_args(struct sema *s, struct ident *agg, struct expr *call)
{
	switch (agg->func) {
	case AGG_QUANTIZE:
		agg->nlevels = QUANTIZE_LEVELS;
		check_increment(s, call, 1);
		break;
	case AGG_LQUANTIZE: check_linear(s, agg, call); break;
	case AGG_LLQUANTIZE: check_loglinear(s, agg, call); break;
	default: break;
	}
}
