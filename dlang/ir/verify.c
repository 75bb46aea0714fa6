// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// What every producer of IR must keep. First the shape of each operation (a
// table row per operation: operands, sizes, kinds of register), then a forward
// data flow over the reachable blocks: every register read has been assigned
// on every path.

#include "dlang/ir/ir.h"

#include <inttypes.h>
#include <string.h>

#include "dlang/ir/flow.h"

// What an operand may be. P: a pointer register. S: a scalar register.
enum { N = 0, P = 1, S = 2, I = 4, I32 = 8, PSI = P | S | I, SI = S | I };
enum { SZ0 = 0, SZ_ANY = 1, SZ_ATOMIC = 2 };

static const struct shape {
	uint8_t dst, a, b, c;		// allowed; 0: must be absent
	uint8_t size;
} shapes[IR_NOPS] = {
	[IR_MOV] = { P | S, PSI, N, N, SZ0 },
	[IR_ADD] = { P | S, PSI, PSI, N, SZ0 }, [IR_SUB] = { P | S, PSI, SI, N, SZ0 },
	[IR_MUL] = { S, SI, SI, N, SZ0 }, [IR_UDIV] = { S, SI, SI, N, SZ0 },
	[IR_UMOD] = { S, SI, SI, N, SZ0 }, [IR_AND] = { S, SI, SI, N, SZ0 },
	[IR_OR] = { S, SI, SI, N, SZ0 }, [IR_XOR] = { S, SI, SI, N, SZ0 },
	[IR_SHL] = { S, SI, SI, N, SZ0 }, [IR_LSHR] = { S, SI, SI, N, SZ0 },
	[IR_ASHR] = { S, SI, SI, N, SZ0 }, [IR_NEG] = { S, SI, N, N, SZ0 },
	[IR_SX] = { S, SI, N, N, SZ_ANY }, [IR_ZX] = { S, SI, N, N, SZ_ANY },
	[IR_BSWAP] = { S, SI, N, N, SZ_ANY }, [IR_SET] = { S, PSI, SI, N, SZ0 },
	[IR_LD] = { P | S, P, N, N, SZ_ANY }, [IR_ST] = { N, P, P | S | I32, N, SZ_ANY },
	[IR_AADD] = { N, P, SI, N, SZ_ATOMIC }, [IR_AOR] = { N, P, SI, N, SZ_ATOMIC },
	[IR_AAND] = { N, P, SI, N, SZ_ATOMIC }, [IR_FADD] = { S, P, SI, N, SZ_ATOMIC },
	[IR_FOR] = { S, P, SI, N, SZ_ATOMIC }, [IR_FAND] = { S, P, SI, N, SZ_ATOMIC },
	[IR_XCHG] = { S, P, SI, N, SZ_ATOMIC }, [IR_CMPXCHG] = { S, P, SI, SI, SZ_ATOMIC },
	[IR_SLOT] = { P, N, N, N, SZ0 }, [IR_ARG] = { P | S, N, N, N, SZ0 },
	[IR_CTX] = { P, N, N, N, SZ0 }, [IR_MAPFD] = { P, N, N, N, SZ0 },
	[IR_MAPVAL] = { P, N, N, N, SZ0 }, [IR_CALL] = { P | S, N, N, N, SZ0 },
	[IR_CALLRT] = { P | S, N, N, N, SZ0 }, [IR_JMP] = { N, N, N, N, SZ0 },
	[IR_BR] = { N, PSI, SI, N, SZ0 }, [IR_RET] = { N, N, N, N, SZ0 },
};

struct verifier {
	struct ir_fn *f;
	const char *wrong;		// the first thing found
	uint32_t block, insn;
};

#define WRONG(v, fmt, ...) \
	((v)->wrong = (v)->wrong ? (v)->wrong : \
	 arena_printf((v)->f->arena, "b%" PRIu32 " insn %" PRIu32 ": " fmt, (v)->block, \
		      (v)->insn, ##__VA_ARGS__))

static bool is_pointer(const struct verifier *v, struct ir_val a)
{
	return a.kind == IV_REG && v->f->regs.v[a.reg].kind == IK_POINTER;
}

static bool fits32(int64_t imm)
{
	return imm >= INT32_MIN && imm <= (int64_t)UINT32_MAX;
}

static void check_val(struct verifier *v, struct ir_val a, uint8_t allowed, const char *which)
{
	bool ok;

	if (a.kind == IV_NONE)
		ok = allowed == N;
	else if (a.kind == IV_IMM)
		ok = (allowed & I) || ((allowed & I32) && fits32(a.imm));
	else if (!a.reg || a.reg >= v->f->regs.n)
		ok = false;
	else
		ok = allowed & (is_pointer(v, a) ? P : S);
	if (!ok)
		WRONG(v, "operand %s is not allowed here", which);
}

static void check_size(struct verifier *v, const struct ir_insn *in, uint8_t allowed)
{
	static const uint32_t sizes[] = {
		[SZ0] = 1 << 0,
		[SZ_ANY] = 1 << 1 | 1 << 2 | 1 << 4 | 1 << 8,
		[SZ_ATOMIC] = 1 << 4 | 1 << 8,
	};

	if (in->size > 8 || !(sizes[allowed] >> in->size & 1))
		WRONG(v, "size %u", in->size);
}

static void check_dst(struct verifier *v, const struct ir_insn *in, uint8_t allowed)
{
	bool call = ir_op_flags[in->op] & IRF_CALL;

	if (!in->dst && (call || allowed == N))
		return;
	if (!in->dst || allowed == N || in->dst >= v->f->regs.n)
		WRONG(v, "bad destination");
	else if (!(allowed & (v->f->regs.v[in->dst].kind == IK_POINTER ? P : S)))
		WRONG(v, "destination of the wrong kind");
}

// Pointers move by scalars and keep their kind; a pointer may be copied to a
// scalar register (an address shown to the user), never the other way.
static void check_kinds(struct verifier *v, const struct ir_insn *in)
{
	bool a = is_pointer(v, in->a), b = is_pointer(v, in->b);
	bool dst = in->dst && v->f->regs.v[in->dst].kind == IK_POINTER;

	switch (in->op) {
	case IR_MOV:
		if (dst && !a && !(in->a.kind == IV_IMM && !in->a.imm))
			WRONG(v, "a scalar becomes a pointer");
		break;
	case IR_ADD: case IR_SUB:
		if (a + b != dst)
			WRONG(v, "pointer arithmetic that is not pointer + scalar");
		break;
	case IR_SET: case IR_BR:
		if (a && !(in->b.kind == IV_IMM && !in->b.imm && in->cond <= IC_NE))
			WRONG(v, "a pointer is compared with something else than 0");
		break;
	case IR_LD:
		if (dst && in->size != 8)
			WRONG(v, "a pointer of %u bytes is loaded", in->size);
		break;
	case IR_ST:
		if (b && in->size != 8)
			WRONG(v, "a pointer is stored in %u bytes", in->size);
		break;
	default:
		break;
	}
}

static void check_numbers(struct verifier *v, const struct ir_insn *in)
{
	const struct ir_fn *f = v->f;

	if ((in->op == IR_UDIV || in->op == IR_UMOD) && in->b.kind == IV_IMM && !in->b.imm)
		WRONG(v, "division by 0");
	if (in->op == IR_SLOT && in->id >= f->slots.n)
		WRONG(v, "no slot %" PRIu32, in->id);
	if (in->op == IR_ARG && in->id >= f->nargslots)
		WRONG(v, "no argument %" PRIu32, in->id);
	if ((in->op == IR_JMP || in->op == IR_BR) && in->t >= f->blocks.n)
		WRONG(v, "no block %" PRIu32, in->t);
	if (in->op == IR_BR && in->f >= f->blocks.n)
		WRONG(v, "no block %" PRIu32, in->f);
	if (in->nargs > 5 || (in->nargs && !(ir_op_flags[in->op] & IRF_CALL)))
		WRONG(v, "%u arguments", in->nargs);
}

static void check_insn(struct verifier *v, struct ir_insn *in)
{
	const struct shape *s = &shapes[in->op];

	check_val(v, in->a, s->a, "a");
	check_val(v, in->b, s->b, "b");
	check_val(v, in->c, s->c, "c");
	check_size(v, in, s->size);
	check_dst(v, in, s->dst);
	check_numbers(v, in);
	for (uint32_t i = 0; i < in->nargs && !v->wrong; i++)
		check_val(v, in->args[i], PSI, "of the call");
	if (!v->wrong)
		check_kinds(v, in);
}

// Unterminated blocks, terminators in the middle, misshapen operations.
static void check_blocks(struct verifier *v)
{
	struct ir_fn *f = v->f;

	for (v->block = 0; v->block < f->blocks.n && !v->wrong; v->block++) {
		struct ir_block *b = &f->blocks.v[v->block];

		v->insn = 0;
		if (!b->insns.n)
			WRONG(v, "the block is empty");
		for (; v->insn < b->insns.n && !v->wrong; v->insn++) {
			struct ir_insn *in = &b->insns.v[v->insn];
			bool term = ir_op_flags[in->op] & IRF_TERM;

			if (term != (v->insn + 1 == b->insns.n))
				WRONG(v, "%s", term ? "jump inside the block" : "no jump at the end");
			else
				check_insn(v, in);
		}
	}
}

struct use_check {
	struct verifier *v;
	const uint64_t *set;
};

static void check_assigned(struct ir_val *a, void *ctx)
{
	struct use_check *c = ctx;

	if (a->kind == IV_REG && !bit_has(c->set, a->reg))
		WRONG(c->v, "register %" PRIu32 " may be read before it is written", a->reg);
}

// Runs over a block with the registers assigned so far, which it extends.
static void run_block(struct verifier *v, uint32_t n, uint64_t *set, bool report)
{
	struct ir_block *b = &v->f->blocks.v[n];
	struct use_check c = { v, set };

	v->block = n;
	for (v->insn = 0; v->insn < b->insns.n; v->insn++) {
		struct ir_insn *in = &b->insns.v[v->insn];

		if (report)
			ir_each_use(in, check_assigned, &c);
		if (in->dst)
			bit_add(set, in->dst);
	}
}

// into &= from; a block met for the first time takes it as it is.
static bool merge(uint64_t *into, const uint64_t *from, uint32_t words, bool *seen)
{
	bool changed = !*seen;

	for (uint32_t i = 0; i < words; i++) {
		uint64_t was = into[i];

		into[i] = *seen ? was & from[i] : from[i];
		changed |= into[i] != was;
	}
	*seen = true;
	return changed;
}

// What is assigned at the end of b goes to the blocks behind it; true if that changes one before b.
static bool pass_on(struct verifier *v, uint32_t b, uint64_t *in, uint32_t words, bool *seen, bool *queued)
{
	uint64_t *now = in + (size_t)v->f->blocks.n * words;
	uint32_t to[2], n = ir_successors(&v->f->blocks.v[b], to);
	bool back = false;

	queued[b] = false;
	memcpy(now, in + (size_t)b * words, words * 8);
	run_block(v, b, now, false);
	for (uint32_t i = 0; i < n; i++) {
		if (!merge(in + (size_t)to[i] * words, now, words, &seen[to[i]]))
			continue;
		queued[to[i]] = true;
		back |= to[i] <= b;
	}
	return back;
}

// The registers assigned on every path, per block: in the order of the blocks, again for jumps back.
static void check_paths(struct verifier *v)
{
	struct ir_fn *f = v->f;
	uint32_t nb = f->blocks.n, words = f->regs.n / 64 + 1;
	uint64_t *in = arena_alloc(f->arena, (size_t)(nb + 1) * words * 8);
	bool *seen = arena_alloc(f->arena, nb), *queued = arena_alloc(f->arena, nb), again = true;

	seen[0] = queued[0] = true;
	while (again) {
		again = false;
		for (uint32_t b = 0; b < nb; b++)
			again |= queued[b] && pass_on(v, b, in, words, seen, queued);
	}
	for (uint32_t b = 0; b < nb && !v->wrong; b++) {
		if (seen[b])
			run_block(v, b, in + (size_t)b * words, true);
	}
}

const char *ir_verify(struct ir_fn *f)
{
	struct verifier v = { .f = f };

	check_blocks(&v);
	if (!v.wrong)
		check_paths(&v);
	return v.wrong;
}
