// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Propagation along chains of blocks with one way in. Registers have versions:
// every assignment makes a new one. A fact about a register ("it is x + 8", "it
// is a < b") names the versions of what it speaks of, and holds as long as those
// are current; starting a new chain makes all of them void.

#include <string.h>

#include "dlang/ir/flow.h"
#include "dlang/ir/fold.h"
#include "dlang/ir/opt.h"

enum { HASH_SIZE = 256 };

struct fact {
	uint32_t version;		// of the register it is about; 0: none
	struct ir_insn in;		// what defined it
	uint32_t a, b;			// versions of in.a and in.b
};

struct local {
	struct ir_fn *f;
	uint32_t *version;		// by register; 0: assigned before this chain
	uint32_t *chain_of;		// by register: chain its version belongs to
	uint32_t chain, next_version;
	struct fact *fact;		// by register
	uint32_t *ndefs;		// by register
	struct ir_val *constant;	// of registers with one definition, MOV of an immediate
	uint32_t known[HASH_SIZE];	// registers with facts, for repeated computations
	uint32_t *ways;
};

static uint32_t version(const struct local *o, uint32_t r)
{
	return o->chain_of[r] == o->chain ? o->version[r] : 0;
}

static uint32_t val_version(const struct local *o, struct ir_val v)
{
	return v.kind == IV_REG ? version(o, v.reg) : 0;
}

// What is known of the register in v, or NULL.
static const struct fact *fact_of(const struct local *o, struct ir_val v)
{
	const struct fact *k;

	if (v.kind != IV_REG || o->chain_of[v.reg] != o->chain)
		return NULL;
	k = &o->fact[v.reg];
	if (!k->version || k->version != o->version[v.reg])
		return NULL;
	if (k->a != val_version(o, k->in.a) || k->b != val_version(o, k->in.b))
		return NULL;
	return k;
}

static bool is_pointer(const struct local *o, struct ir_val v)
{
	return v.kind == IV_REG && o->f->regs.v[v.reg].kind == IK_POINTER;
}

static bool same_val(struct ir_val a, struct ir_val b)
{
	return a.kind == b.kind && (a.kind != IV_REG || a.reg == b.reg) &&
	       (a.kind != IV_IMM || a.imm == b.imm);
}

static bool is_zero(struct ir_val v)
{
	return v.kind == IV_IMM && !v.imm;
}

// ---- operands --------------------------------------------------------------

// Constants that fit an instruction, and what temporaries are copies of.
static void propagate(struct ir_val *v, void *ctx)
{
	const struct local *o = ctx;
	const struct fact *k = fact_of(o, *v);
	struct ir_val to;

	if (v->kind != IV_REG)
		return;
	if (k && k->in.op == IR_MOV)
		to = k->in.a;
	else if (o->constant[v->reg].kind)
		to = o->constant[v->reg];
	else
		return;
	if (to.kind == IV_IMM && (to.imm != (int32_t)to.imm || is_pointer(o, *v)))
		return;
	if (to.kind == IV_REG && (o->ndefs[v->reg] != 1 || is_pointer(o, to) != is_pointer(o, *v)))
		return;
	*v = to;
}

static void propagate_all(struct local *o, struct ir_insn *in)
{
	struct ir_val b = in->b;

	ir_each_use(in, propagate, o);
	if ((in->op == IR_UDIV || in->op == IR_UMOD) && is_zero(in->b))
		in->b = b;		// in code that never runs
}

// ---- one operation ---------------------------------------------------------

static void become_mov(struct ir_insn *in, struct ir_val v)
{
	*in = (struct ir_insn){ .op = IR_MOV, .dst = in->dst, .a = v, .span = in->span };
}

static void strength(struct ir_insn *in)
{
	uint64_t n = (uint64_t)in->b.imm;

	if (in->b.kind != IV_IMM || !n || (n & (n - 1)))
		return;
	if (in->op == IR_UDIV) {
		in->op = IR_LSHR;
		in->b.imm = __builtin_ctzll(n);
	} else if (in->op == IR_UMOD) {
		in->op = IR_AND;
		in->b.imm = (int64_t)(n - 1);
	}
}

static void arithmetic(struct local *o, struct ir_insn *in)
{
	const struct fact *k;
	struct ir_val v;

	strength(in);
	if (ir_simplify2(in->op, in->a, in->b, &v)) {
		become_mov(in, v);
		return;
	}
	if ((ir_op_flags[in->op] & IRF_COMM) && in->a.kind == IV_IMM) {
		v = in->a;
		in->a = in->b;
		in->b = v;
	}
	k = fact_of(o, in->a);
	if (in->op == IR_ADD && k && k->in.op == IR_SLOT && in->b.kind == IV_IMM &&
	    in->b.imm == (int16_t)in->b.imm) {
		*in = (struct ir_insn){
			.op = IR_SLOT, .dst = in->dst, .id = k->in.id,
			.off = k->in.off + (int32_t)in->b.imm, .span = in->span,
		};
	}
}

// Bytes above which v is known to be zero; 8: nothing is known.
static uint8_t width(const struct local *o, struct ir_val v)
{
	const struct fact *k = fact_of(o, v);

	if (!k)
		return 8;
	if (k->in.op == IR_SET)
		return 1;
	return k->in.op == IR_LD || k->in.op == IR_ZX || k->in.op == IR_BSWAP ? k->in.size : 8;
}

// Whether v is already what an extension to so many bytes would make of it.
static bool extended(const struct local *o, enum irop op, uint8_t size, struct ir_val v)
{
	const struct fact *k = fact_of(o, v);

	if (op == IR_ZX)
		return width(o, v) <= size;
	return width(o, v) < size || (k && k->in.op == IR_SX && k->in.size <= size);
}

static void extension(struct local *o, struct ir_insn *in)
{
	if (in->a.kind == IV_IMM)
		become_mov(in, ir_i((int64_t)ir_eval_ext(in->op, in->size, (uint64_t)in->a.imm)));
	else if (in->op != IR_BSWAP && (in->size == 8 || extended(o, in->op, in->size, in->a)))
		become_mov(in, in->a);
}

// A condition on the result of a condition, or of a mask. *flip: the sense is
// the opposite of what is put into `in`.
static bool fuse(struct local *o, struct ir_insn *in, bool *flip)
{
	const struct fact *k = fact_of(o, in->a);
	bool eq = in->cond == IC_EQ;

	if (!k || !is_zero(in->b) || in->cond > IC_NE)
		return false;
	if (k->in.op == IR_SET)
		in->cond = k->in.cond;
	else if (k->in.op == IR_AND && k->in.b.kind == IV_IMM)
		in->cond = IC_TEST;
	else
		return false;
	in->a = k->in.a;
	in->b = k->in.b;
	*flip = eq;
	return true;
}

static void condition(struct local *o, struct ir_insn *in)
{
	struct ir_insn was = *in;
	enum ir_cond not;
	bool flip = false;

	if (in->a.kind == IV_IMM && in->b.kind == IV_IMM) {
		become_mov(in, ir_i(ir_eval_cond(in->cond, (uint64_t)in->a.imm, (uint64_t)in->b.imm)));
		return;
	}
	if (!fuse(o, in, &flip) || !flip)
		return;
	if (ir_cond_not(in->cond, &not))
		in->cond = not;
	else
		*in = was;
}

static void branch(struct local *o, struct ir_insn *in)
{
	bool flip = false;

	while (fuse(o, in, &flip) && flip) {
		uint32_t t = in->t;

		in->t = in->f;
		in->f = t;
		flip = false;
	}
	if (in->a.kind == IV_IMM && in->b.kind == IV_IMM) {
		bool yes = ir_eval_cond(in->cond, (uint64_t)in->a.imm, (uint64_t)in->b.imm);

		*in = (struct ir_insn){ .op = IR_JMP, .t = yes ? in->t : in->f, .span = in->span };
	}
}

// Constant parts of addresses go into the offset; a store needs no extension.
static void address(struct local *o, struct ir_insn *in)
{
	const struct fact *k = fact_of(o, in->a);
	int64_t off;

	if (k && k->in.op == IR_ADD && k->in.b.kind == IV_IMM && is_pointer(o, k->in.a)) {
		off = in->off + k->in.b.imm;
		if (off == (int16_t)off) {
			in->a = k->in.a;
			in->off = (int32_t)off;
		}
	}
	k = fact_of(o, in->b);
	if (in->op == IR_ST && k && (k->in.op == IR_ZX || k->in.op == IR_SX) && k->in.size >= in->size)
		in->b = k->in.a;
}

// ---- repeated computations -------------------------------------------------

// Operations whose result depends on their operands alone. Not AND: the
// verifier wants the mask next to the use.
static bool repeatable(const struct ir_insn *in)
{
	if (!in->dst || in->op == IR_MOV || in->op == IR_AND)
		return false;
	return (in->op > IR_MOV && in->op <= IR_SET) || in->op == IR_ARG || in->op == IR_CTX ||
	       in->op == IR_MAPVAL;
}

static uint32_t hash(const struct ir_insn *in)
{
	uint32_t h = in->op * 31 + in->size * 7 + in->cond + in->id * 131 + (uint32_t)in->off;

	h = h * 33 + (in->a.kind == IV_REG ? in->a.reg : (uint32_t)in->a.imm);
	h = h * 33 + (in->b.kind == IV_REG ? in->b.reg : (uint32_t)in->b.imm);
	return (h ^ h >> 8) % HASH_SIZE;
}

static void reuse(struct local *o, struct ir_insn *in)
{
	uint32_t r = o->known[hash(in)];
	const struct fact *k = fact_of(o, ir_r(r));

	if (!r || !k || o->ndefs[r] != 1 || o->f->regs.v[r].kind != o->f->regs.v[in->dst].kind)
		return;
	if (k->in.op == in->op && k->in.size == in->size && k->in.cond == in->cond &&
	    k->in.id == in->id && k->in.off == in->off && same_val(k->in.a, in->a) &&
	    same_val(k->in.b, in->b))
		become_mov(in, ir_r(r));
}

// ---- the walk --------------------------------------------------------------

static void simplify(struct local *o, struct ir_insn *in)
{
	switch (in->op) {
	case IR_SX: case IR_ZX: case IR_BSWAP: extension(o, in); break;
	case IR_SET: condition(o, in); break;
	case IR_BR: branch(o, in); break;
	case IR_LD: case IR_ST: case IR_AADD: case IR_AOR: case IR_AAND: case IR_FADD: case IR_FOR:
	case IR_FAND: case IR_XCHG: case IR_CMPXCHG: address(o, in); break;
	default:
		if (in->op > IR_MOV && in->op <= IR_ASHR)
			arithmetic(o, in);
	}
	if (repeatable(in))
		reuse(o, in);
}

static void learn(struct local *o, const struct ir_insn *in)
{
	uint32_t a = val_version(o, in->a), b = val_version(o, in->b), r = in->dst;
	bool self = (in->a.kind == IV_REG && in->a.reg == r) || (in->b.kind == IV_REG && in->b.reg == r);

	if (!r)
		return;
	o->version[r] = ++o->next_version;
	o->chain_of[r] = o->chain;
	o->fact[r] = (struct fact){ self ? 0 : o->version[r], *in, a, b };
	if (repeatable(in))
		o->known[hash(in)] = r;
}

// Goes on into the one successor that has no other way in.
static void run_chain(struct local *o, bool *done, uint32_t b)
{
	uint32_t to[2], n;

	o->chain++;
	for (;;) {
		struct ir_block *ib = &o->f->blocks.v[b];

		done[b] = true;
		for (uint32_t i = 0; i < ib->insns.n; i++) {
			propagate_all(o, &ib->insns.v[i]);
			simplify(o, &ib->insns.v[i]);
			learn(o, &ib->insns.v[i]);
		}
		n = ir_successors(ib, to);
		for (b = n; b-- > 0;) {
			if (o->ways[to[b]] == 1 && !done[to[b]] && to[b])
				break;
		}
		if (b == UINT32_MAX)
			return;
		b = to[b];
	}
}

static void survey(struct local *o)
{
	struct ir_fn *f = o->f;
	uint32_t to[2];

	for (uint32_t b = 0; b < f->blocks.n; b++) {
		struct ir_block *ib = &f->blocks.v[b];
		uint32_t n = ir_successors(ib, to);

		for (uint32_t i = 0; i < n; i++)
			o->ways[to[i]]++;
		for (uint32_t i = 0; i < ib->insns.n; i++) {
			const struct ir_insn *in = &ib->insns.v[i];

			if (!in->dst)
				continue;
			o->constant[in->dst] = !o->ndefs[in->dst]++ && in->op == IR_MOV &&
				in->a.kind == IV_IMM ? in->a : (struct ir_val){ 0 };
		}
	}
}

void opt_local(struct ir_fn *f)
{
	uint32_t nr = f->regs.n;
	struct local *o = ARENA_NEW(f->arena, struct local);
	bool *done = arena_alloc(f->arena, f->blocks.n);

	o->f = f;
	o->version = arena_alloc(f->arena, nr * sizeof *o->version);
	o->chain_of = arena_alloc(f->arena, nr * sizeof *o->chain_of);
	o->fact = arena_alloc(f->arena, nr * sizeof *o->fact);
	o->ndefs = arena_alloc(f->arena, nr * sizeof *o->ndefs);
	o->constant = arena_alloc(f->arena, nr * sizeof *o->constant);
	o->ways = arena_alloc(f->arena, f->blocks.n * sizeof *o->ways);
	survey(o);
	for (uint32_t b = 0; b < f->blocks.n; b++) {
		if (!done[b])
			run_chain(o, done, b);
	}
}
