// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The driver of lowering: clauses are grouped by kernel hook, each group
// becomes one ir_fn. A program reads: leave if the probe is not one of ours or
// the session has stopped; find this CPU's area; then each clause in order;
// then ring the bell if the core sleeps.

#include "dlang/lower/expr.h"

#include <string.h>

#include "dlang/syntax/source.h"

// One program to be made: a hook and the clauses on it, in program order.
struct group {
	const struct probe_hook *hook;
	VEC(uint32_t) clauses;		// numbers of sclauses, in the order of the firing
	bool is_switch;			// the context switch, for vtimestamp
	uint32_t program;		// in the object
	struct ir_fn f;
};

static const uint32_t HELPER_MAP_LOOKUP = 1, HELPER_CPU = 8;

static struct group *group_of(struct lower *l, struct group **groups, uint32_t *n,
			      const struct probe_hook *hook)
{
	for (uint32_t i = 0; i < *n; i++)
		if (groups[i]->hook == hook)
			return groups[i];
	groups[*n] = ARENA_NEW(l->a, struct group);
	groups[*n]->hook = hook;
	return groups[(*n)++];
}

// After all those of its group that do not come later on the hook.
static void add_clause(struct lower *l, struct group *g, uint32_t clause)
{
	const struct sclause *all = l->prog->clauses.v;
	uint32_t i;

	vec_push(l->a, &g->clauses, clause);
	for (i = g->clauses.n - 1; i && all[g->clauses.v[i - 1]].order > all[clause].order; i--)
		g->clauses.v[i] = g->clauses.v[i - 1];
	g->clauses.v[i] = clause;
}

static bool has_clause(const struct group *g, uint32_t clause)
{
	for (uint32_t i = g->clauses.n; i--;)
		if (g->clauses.v[i] == clause)
			return true;
	return false;
}

// A clause comes once into each group that one of its probes hooks.
static uint32_t make_groups(struct lower *l, struct group ***out)
{
	const struct sprogram *p = l->prog;
	uint32_t n = 0, cap = 0;
	struct group **groups;

	for (uint32_t i = 0; i < p->clauses.n; i++)
		cap += p->clauses.v[i].probes.n;
	groups = arena_alloc(l->a, (cap + 2) * sizeof *groups);
	for (uint32_t i = 0; i < p->clauses.n; i++)
		for (uint32_t k = 0; k < p->clauses.v[i].probes.n; k++) {
			struct group *g = group_of(l, groups, &n, p->clauses.v[i].probes.v[k]->hook);

			if (!k || !has_clause(g, i))
				add_clause(l, g, i);
			g->is_switch = l->env->on_switch && g->hook == l->env->on_switch->hook;
		}
	*out = groups;
	return n;
}

static void probes_on_hook(struct lower *l, const struct sclause *c)
{
	l->probes.n = 0;
	for (uint32_t i = 0; i < c->probes.n; i++)
		if (c->probes.v[i]->hook == l->hook)
			vec_push(l->a, &l->probes, c->probes.v[i]);
}

// ---- dispatch on the selector -----------------------------------------------------

// Bits of the clauses [first, first + 64) of the group enabled on each selector value.
static uint64_t *clause_masks(struct lower *l, const struct group *g, uint32_t first, uint32_t nsel)
{
	uint64_t *mask = arena_alloc(l->a, nsel * sizeof *mask);

	for (uint32_t i = first; i < g->clauses.n && i < first + 64; i++) {
		probes_on_hook(l, &l->prog->clauses.v[g->clauses.v[i]]);
		for (uint32_t k = 0; k < l->probes.n; k++)
			mask[l->probes.v[k]->sel] |= 1ull << (i - first);
	}
	return mask;
}

static uint8_t mask_size(const uint64_t *mask, uint32_t n)
{
	uint64_t all = 0;

	for (uint32_t i = 0; i < n; i++)
		all |= mask[i];
	return all >> 32 ? 8 : all >> 16 ? 4 : all >> 8 ? 2 : 1;
}

// Few selector values: a chain of compares gives the mask.
static void mask_by_compare(struct lower *l, const uint64_t *mask, uint32_t nsel, uint32_t m,
			    uint32_t done, uint32_t none)
{
	for (uint32_t s = 0; s < nsel; s++) {
		uint32_t hit, next;

		if (!mask[s])
			continue;
		hit = ir_block(l->f, "selected");
		next = ir_block(l->f, "dispatch");
		ir_br(l->f, IC_EQ, ir_r(l->sel), ir_i(s), hit, next);
		ir_at(l->f, hit);
		ir_mov(l->f, m, ir_i((int64_t)mask[s]));
		ir_jmp(l->f, done);
		ir_at(l->f, next);
	}
	ir_jmp(l->f, none);
}

static void mask_by_table(struct lower *l, const uint64_t *mask, uint32_t nsel, uint32_t m,
			  uint32_t done, uint32_t none)
{
	uint32_t in = ir_block(l->f, "in range");

	ir_br(l->f, IC_ULT, ir_r(l->sel), ir_i(nsel), in, none);
	ir_at(l->f, in);
	ir_mov(l->f, m, selector_table(l, mask, nsel, mask_size(mask, nsel)));
	ir_br(l->f, IC_EQ, ir_r(m), ir_i(0), none, done);
}

// A register with the mask of 64 clauses for this firing's selector. When the
// group has no more than those, a firing that is for none of them leaves here.
static uint32_t dispatch(struct lower *l, const struct group *g, uint32_t first, uint32_t nsel)
{
	const uint64_t *mask = clause_masks(l, g, first, nsel);
	uint32_t m = ir_reg(l->f, IK_SCALAR), done = ir_block(l->f, "dispatched"), used = 0;
	uint32_t none = g->clauses.n <= 64 ? l->leave : ir_block(l->f, "none of these");

	for (uint32_t s = 0; s < nsel; s++)
		used += mask[s] != 0;
	if (used <= 4)
		mask_by_compare(l, mask, nsel, m, done, none);
	else
		mask_by_table(l, mask, nsel, m, done, none);
	if (none != l->leave) {
		ir_at(l->f, none);
		ir_mov(l->f, m, ir_i(0));
		ir_jmp(l->f, done);
	}
	ir_at(l->f, done);
	return m;
}

// Is clause i of the group enabled on every selector value that any clause has?
static bool always_enabled(struct lower *l, const struct group *g, uint32_t i, uint32_t nsel)
{
	bool always = true;

	if (g->hook->targets) {		// each of its targets is some clause's
		probes_on_hook(l, &l->prog->clauses.v[g->clauses.v[i]]);
		return l->probes.n == nsel;
	}
	for (uint32_t first = 0; first < g->clauses.n; first += 64) {
		const uint64_t *all = clause_masks(l, g, first, nsel);
		const uint64_t *own = clause_masks(l, g, i & ~63u, nsel);

		for (uint32_t s = 0; s < nsel; s++)
			always &= !all[s] || (own[s] >> (i & 63) & 1);
	}
	return always;
}

// Are all clauses for all firings?
static bool is_for_all(struct lower *l, const struct group *g, uint32_t nsel)
{
	for (uint32_t i = 0; i < g->clauses.n; i++)
		if (!g->hook->targets || !always_enabled(l, g, i, nsel))
			return false;
	return true;
}

// ---- a program ----------------------------------------------------------------------

static void check_stopped(struct lower *l)
{
	uint32_t go, base;

	if (!l->has_exit || l->hook->kind == HOOK_END)
		return;
	go = ir_block(l->f, "not stopped");
	base = ir_mapval(l->f, MAP_CTL, CTL_STOPPED);
	ir_br(l->f, IC_EQ, ir_r(ir_ld(l->f, IK_SCALAR, 8, ir_r(base), 0)), ir_i(0), go, l->leave);
	ir_at(l->f, go);
}

// -xcpu: what happens on one CPU; BEGIN, END and ticks happen on any.
static void only_cpu(struct lower *l, uint32_t cpu)
{
	uint32_t here;

	if (l->opt->cpu < 0 || l->hook->kind == HOOK_BEGIN || l->hook->kind == HOOK_END ||
	    l->hook->kind == HOOK_TICK)
		return;
	here = ir_block(l->f, "right CPU");
	ir_br(l->f, IC_EQ, ir_r(cpu), ir_i(l->opt->cpu), here, l->leave);
	ir_at(l->f, here);
}

static void find_area(struct lower *l)
{
	uint32_t slot = ir_slot(l->f, 8), go = ir_block(l->f, "area");
	uint32_t cpu = ir_call(l->f, IK_SCALAR, HELPER_CPU, NULL, 0);
	struct ir_val args[2];

	only_cpu(l, cpu);
	ir_st(l->f, 4, ir_r(ir_slotaddr(l->f, slot, 0)), 0, ir_r(cpu));
	args[0] = ir_r(ir_mapfd(l->f, MAP_SEG));
	args[1] = ir_r(ir_slotaddr(l->f, slot, 0));
	l->area = ir_call(l->f, IK_POINTER, HELPER_MAP_LOOKUP, args, 2);
	ir_br(l->f, IC_EQ, ir_r(l->area), ir_i(0), l->leave, go);
	ir_at(l->f, go);
}

// A firing that recorded nothing wakes nobody: the core has read all of this CPU's ring. (Under other
// policies the head says nothing.)
static void unless_empty(struct lower *l, uint32_t out)
{
	uint32_t tail, head, more;

	if (l->obj->layout.policy != RING_SWITCH)
		return;
	more = ir_cold_block(l->f, "unread");
	tail = ir_ld(l->f, IK_SCALAR, 8, ir_r(l->area), SEG_TAIL);
	head = ir_ld(l->f, IK_SCALAR, 8, ir_r(l->area), SEG_HEAD);
	ir_br(l->f, IC_EQ, ir_r(tail), ir_r(head), out, more);
	ir_at(l->f, more);
}

// The end of a program: the core is woken if it sleeps and there may be records.
static void ring_bell(struct lower *l)
{
	const uint32_t HELPER_RINGBUF_OUTPUT = 130, FORCE_WAKEUP = 2;
	uint32_t ring, rang, out, slot, ctl, old, r;
	struct ir_val args[4];

	ir_at(l->f, l->finish);
	if (!l->any_record) {
		ir_jmp(l->f, l->leave);
		ir_at(l->f, l->leave);
		ir_ret(l->f);
		return;
	}
	ring = ir_cold_block(l->f, "asleep");
	rang = ir_cold_block(l->f, "ring");
	out = l->leave;
	slot = ir_slot(l->f, 8);
	ctl = ir_mapval(l->f, MAP_CTL, CTL_ASLEEP);
	ir_br(l->f, IC_NE, ir_r(ir_ld(l->f, IK_SCALAR, 8, ir_r(ctl), 0)), ir_i(0), ring, out);
	ir_at(l->f, out);
	ir_ret(l->f);
	ir_at(l->f, ring);
	unless_empty(l, out);
	ctl = ir_mapval(l->f, MAP_CTL, CTL_ASLEEP);
	old = ir_atomic(l->f, IR_XCHG, 8, ir_r(ctl), 0, ir_r(ir_copy(l->f, IK_SCALAR, ir_i(0))));
	ir_br(l->f, IC_NE, ir_r(old), ir_i(0), rang, out);
	ir_at(l->f, rang);
	ir_st(l->f, 8, ir_r(ir_slotaddr(l->f, slot, 0)), 0, ir_i(1));
	args[0] = ir_r(ir_mapfd(l->f, MAP_BELL));
	args[1] = ir_r(ir_slotaddr(l->f, slot, 0));
	args[2] = ir_i(8);
	args[3] = ir_i(FORCE_WAKEUP);
	r = ir_call(l->f, IK_SCALAR, HELPER_RINGBUF_OUTPUT, args, 4);
	{
		uint32_t bad = ir_cold_block(l->f, "bell failed");
		uint32_t good = ir_cold_block(l->f, "rung");

		ir_br(l->f, IC_EQ, ir_r(r), ir_i(0), good, bad);
		ir_at(l->f, good);
		ir_atomic(l->f, IR_AADD, 8, ir_r(ir_mapval(l->f, MAP_CTL, CTL_BELLS)), 0,
			  ir_r(ir_copy(l->f, IK_SCALAR, ir_i(1))));
		ir_ret(l->f);
		ir_at(l->f, bad);
		ir_st(l->f, 8, ir_r(ir_mapval(l->f, MAP_CTL, CTL_ASLEEP)), 0, ir_i(1));
		ir_atomic(l->f, IR_AADD, 8, ir_r(ir_mapval(l->f, MAP_CTL, CTL_BELL_FAILED)), 0,
			  ir_r(ir_copy(l->f, IK_SCALAR, ir_i(1))));
		ir_ret(l->f);
	}
}

// Registers that live through the whole firing start as zero.
static void init_registers(struct lower *l)
{
	cache_restore(l, (struct cache){ 0 });	// nothing is left of the program before
	l->ts = ir_copy(l->f, IK_SCALAR, ir_i(0));
	l->fsite = ir_reg(l->f, IK_SCALAR);
	l->fkind = ir_reg(l->f, IK_SCALAR);
	l->fval = ir_reg(l->f, IK_SCALAR);
	l->fnext = ir_reg(l->f, IK_SCALAR);
	l->fepid = ir_reg(l->f, IK_SCALAR);
	l->faction = ir_reg(l->f, IK_SCALAR);
	for (uint32_t i = 0; i < l->prog->locals.n; i++)
		l->locals[i].reg = ir_copy(l->f, IK_SCALAR, ir_i(0));
}

static void begin_program(struct lower *l, struct group *g)
{
	struct object_program *out;

	vec_push(l->a, &l->obj->programs, (struct object_program){ .hook = *g->hook });
	out = &vec_last(&l->obj->programs);
	for (uint32_t i = 0; i < l->targets.n; i++)
		for (uint32_t k = 0; l->targets.v[i].hook == g->hook && k < l->targets.v[i].probes.n; k++)
			vec_push(l->a, &out->targets, l->targets.v[i].probes.v[k]);
	for (uint32_t i = 0; i < l->prog->unserved.n; i++)
		if (l->prog->unserved.v[i]->hook == g->hook)
			out->unserved |= l->prog->unserved.v[i]->sel;
	g->program = l->obj->programs.n - 1;
	out->can_exit = l->has_exit;
	l->f = &g->f;
	l->out = out;
	l->hook = g->hook;
	ir_init(l->f, l->a, g->hook->name);

	l->finish = ir_block(l->f, "finish");
	l->leave = ir_block(l->f, "leave");
	l->fault_common = ir_cold_block(l->f, "fault");
	l->area = l->sel = l->id = 0;
	l->tmp_slot = l->key_slot = l->read_slot = l->scalar_slot = UINT32_MAX;
	l->any_fault = l->any_record = l->in_error = false;
	l->resume.n = l->parts.n = 0;
	init_registers(l);
}

// Clause-local strings, structs and arrays live in scratch memory for the whole firing.
static void hold_scratch(struct lower *l, const struct group *g)
{
	l->prog_scratch = false;
	l->scr = l->scr_bit = 0;
	l->done = l->finish;
	if (g->clauses.n)
		l->clause = &l->prog->clauses.v[g->clauses.v[0]];
	for (uint32_t i = 0; i < l->prog->locals.n && g->clauses.n; i++) {
		struct type *t = l->prog->locals.v[i]->type;
		bool string = string_type(l, t);
		uint32_t size = string ? l->strsize : sou_type(l, t) ? sou_storage(l, t) : 0;

		if (!size)
			continue;
		if (!l->prog_scratch)
			scratch_claim(l);
		l->prog_scratch = true;
		l->locals[i].off = scratch_alloc(l, size);
		sou_zero(l, scratch_at(l, l->locals[i].off, size), 0, string ? 8 : size);
	}
	own_hold(l, g->clauses.v, g->clauses.n);
	l->prog_used = l->prog_scratch ? l->scr_used : 0;
}

// A provider's own, by the colon in its name.
static bool is_private(const struct ident *local)
{
	return strchr(local->name, ':');
}

// Where the clauses of another probe of this hook begin, clause-locals are zero again.
static void begin_firing(struct lower *l, const struct sclause *before)
{
	if (before->stable == l->clause->stable || l->clause->support)
		return;
	for (uint32_t i = 0; i < l->prog->locals.n; i++) {
		struct type *t = l->prog->locals.v[i]->type;
		bool string = string_type(l, t);
		uint32_t size = string ? l->strsize : sou_type(l, t) ? sou_storage(l, t) : 0;

		if (is_private(l->prog->locals.v[i]))
			continue;
		if (size)
			sou_zero(l, scratch_at(l, l->locals[i].off, size), 0, string ? 8 : size);
		else
			ir_mov(l->f, l->locals[i].reg, ir_i(0));
	}
}

// The condition of a site is worked out by the first of its clauses. Registers are there for
// those that have more than one.
static void find_conditions(struct lower *l, const struct group *g)
{
	l->conditions.n = 0;
	for (uint32_t i = 0; i < g->clauses.n; i++) {
		const struct sclause *c = &l->prog->clauses.v[g->clauses.v[i]];
		bool shared = false, known = false;

		for (uint32_t k = 0; k < l->conditions.n; k++)
			known |= l->conditions.v[k].site == c->site;
		for (uint32_t k = i + 1; k < g->clauses.n; k++)
			shared |= l->prog->clauses.v[g->clauses.v[k]].site == c->site;
		if (c->cond && shared && !known)
			vec_push(l->a, &l->conditions, (struct condition){ .site = c->site,
				 .reg = ir_copy(l->f, IK_SCALAR, ir_i(0)) });
	}
}

// ---- user probes: bits of the cookie ------------------------------------------------

// Of the clause's probes on this hook.
static uint64_t bits_of(const struct lower *l)
{
	uint64_t bits = 0;

	for (uint32_t i = 0; i < l->probes.n; i++)
		bits |= l->probes.v[i]->sel;
	return bits;
}

// Of all its clauses: a place has at least one of these, or the program is not on it.
static uint64_t all_bits(struct lower *l, const struct group *g)
{
	uint64_t bits = 0;

	for (uint32_t i = 0; i < g->clauses.n; i++) {
		probes_on_hook(l, &l->prog->clauses.v[g->clauses.v[i]]);
		bits |= bits_of(l);
	}
	return bits;
}

// ---- clauses ------------------------------------------------------------------------

static void only_if(struct lower *l, uint32_t reg, uint64_t bits, uint32_t otherwise)
{
	uint32_t yes = ir_block(l->f, "enabled");

	ir_br(l->f, IC_TEST, ir_r(reg), ir_i((int64_t)bits), yes, otherwise);
	ir_at(l->f, yes);
}

static void lower_clauses(struct lower *l, struct group *g, uint32_t nsel)
{
	uint32_t masks[LOWER_MAXCLAUSES / 64] = { 0 };
	uint64_t all = l->id ? all_bits(l, g) : 0;

	l->out->serves = (uint32_t)all;
	if (l->sel && !l->id && !is_for_all(l, g, nsel))
		for (uint32_t i = 0; i < g->clauses.n; i += 64)
			masks[i / 64] = dispatch(l, g, i, nsel);
	check_stopped(l);
	find_area(l);
	if (g->is_switch && l->uses_vtime)
		note_switch(l);
	hold_scratch(l, g);
	find_conditions(l, g);
	for (uint32_t i = 0; i < g->clauses.n; i++) {
		uint32_t next = ir_block(l->f, "next clause");

		l->clause_no = g->clauses.v[i];
		l->clause = &l->prog->clauses.v[l->clause_no];
		if (i)
			begin_firing(l, &l->prog->clauses.v[g->clauses.v[i - 1]]);
		probes_on_hook(l, l->clause);
		vec_push(l->a, &l->resume, next);
		if (l->id && bits_of(l) != all) {
			only_if(l, l->sel, bits_of(l), next);
		} else if (l->sel && !l->id && !always_enabled(l, g, i, nsel)) {
			probes_on_hook(l, l->clause);
			only_if(l, masks[i / 64], 1ull << (i & 63), next);
		}
		probes_on_hook(l, l->clause);
		lower_clause(l, next);
		ir_at(l->f, next);
	}
	if (l->prog_scratch)
		scratch_release(l);
	ir_jmp(l->f, l->finish);
}

static void lower_group(struct lower *l, struct group *g)
{
	const struct probe *p;

	begin_program(l, g);
	p = l->env->on_switch;
	if (g->clauses.n) {
		probes_on_hook(l, &l->prog->clauses.v[g->clauses.v[0]]);
		p = l->probes.v[0];
	}
	if (p->selected)
		l->sel = ir_copy(l->f, IK_SCALAR,
				 ir_r(ir_arg(l->f, IK_SCALAR, arg_slot(l, p->selector))));
	if (hook_is_placed(g->hook->kind))
		l->id = ir_copy(l->f, IK_SCALAR, ir_op2(l->f, IR_LSHR, ir_r(l->sel), ir_i(32)));
	lower_clauses(l, g, p->nsel);
	fault_program_end(l);
	ring_bell(l);
	if (l->confined)
		confined_calls(l);
	l->f->nargslots = l->out->slots.n;
}

// ---- the whole object ------------------------------------------------------------------

static bool stmts_exit(struct stmt *const *s, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		const struct expr *e = s[i]->expr;

		if (s[i]->kind == STM_IF) {
			if (stmts_exit(s[i]->then_body.v, s[i]->then_body.n) ||
			    stmts_exit(s[i]->else_body.v, s[i]->else_body.n))
				return true;
		} else if (e && e->kind == EX_CALL && e->ident && e->ident->builtin == BA_EXIT) {
			return true;
		}
	}
	return false;
}

static void describe_clauses(struct lower *l)
{
	const struct sprogram *p = l->prog;
	uint32_t epid = 1;

	for (uint32_t i = 0; i < p->clauses.n; i++) {
		const struct sclause *c = &p->clauses.v[i];
		struct clause_desc d = { .program = c->text, .epid_base = epid, .attributes = "" };

		if (!c->support)
			d.attributes = attributes_text(l->a, &c->attributes);
		for (uint32_t k = 0; k < c->probes.n && !c->stable; k++)
			if (!(c->probes.v[k]->flags & PROBE_LATER))
				vec_push(l->a, &d.probes, c->probes.v[k]->id);
		if (c->stable)
			vec_push(l->a, &d.probes, c->stable->id);
		epid += d.probes.n ? d.probes.n : 1;
		vec_push(l->a, &l->obj->schema.clauses, d);
		l->has_exit |= stmts_exit(c->clause->body.v, c->clause->body.n);
	}
	l->has_exit |= l->opt->bufpolicy == RING_FILL;
	for (uint32_t i = 0; i < p->probes.n; i++)
		vec_push(l->a, &l->obj->schema.probes, p->probes.v[i]);
	for (uint32_t i = 0; i < p->matched.n; i++)
		vec_push(l->a, &l->obj->schema.matched, p->matched.v[i]);
}

static void dump_ir(const struct ir_fn *f, struct sbuf *out)
{
	sbuf_printf(out, "program %s\n", f->name ? f->name : "?");
	ir_dump(f, out);
}

static bool internal_error(struct lower *l, const char *what, const char *why)
{
	diag_error(l->diags, (struct span){ 0, 0, 0 }, D_UNKNOWN,
		   "the compiler could not %s this program: %s", what, why);
	diag_hint(l->diags, "make its clauses shorter, or split it into two programs");
	return false;
}

static bool emit_group(struct lower *l, struct group *g, char dump, struct sbuf *text)
{
	struct object_program *out = &l->obj->programs.v[g->program];
	const char *why;

	if (dump == 'i')
		dump_ir(&g->f, text);
	why = ir_verify(&g->f);
	if (why)
		return internal_error(l, "verify", why);
	ir_optimise(&g->f);
	if (dump == 'o')
		dump_ir(&g->f, text);
	if (bpf_emit(&g->f, &out->body, &why))
		return internal_error(l, "generate code for", why ? why : "it is too large");
	if (dump == 'b') {
		sbuf_printf(text, "program %s\n", g->f.name ? g->f.name : "?");
		bpf_disasm(out->body.insns, out->body.n, text);
	}
	return true;
}

static void patch_scratch(struct lower *l)
{
	for (uint32_t i = 0; i < l->scratch_muls.n; i++) {
		struct patch *p = &l->scratch_muls.v[i];

		p->f->blocks.v[p->block].insns.v[p->insn].b = ir_i(l->scratch_size);
	}
}

// The program on the context switch comes last: only then is it known whether
// any clause reads vtimestamp, which needs one even if no clause is on it.
static uint32_t lower_switch(struct lower *l, struct group **groups, uint32_t n)
{
	uint32_t i = 0;

	while (i < n && !groups[i]->is_switch)
		i++;
	if (i == n && (!l->uses_vtime || !l->env->on_switch))
		return n;
	if (i == n)
		group_of(l, groups, &n, l->env->on_switch->hook)->is_switch = true;
	lower_group(l, groups[i]);
	return n;
}

bool lower(struct lower *l, char dump, struct sbuf *dump_text)
{
	struct group **groups;
	uint32_t n;

	if (l->prog->clauses.n > LOWER_MAXCLAUSES)
		return internal_error(l, "take", "it has more than 1024 clauses");
	if (l->confined && !confined_probes(l))
		return false;
	hooks_choose(l);
	describe_clauses(l);
	if (!layout_plan(l))
		return false;
	n = make_groups(l, &groups);
	if (n > OBJECT_MAXPROGRAMS) {
		diag_error(l->diags, (struct span){ SOURCE_NONE, 0, 0 }, D_PDESC_INVAL,
			   "the probe descriptions match probes on %u different kernel hooks; at most "
			   "%d are possible", n, OBJECT_MAXPROGRAMS);
		diag_hint(l->diags, "name fewer probes");
		return false;
	}
	for (uint32_t i = 0; i < n; i++)
		if (groups[i]->hook->kind != HOOK_ERROR && !groups[i]->is_switch)
			lower_group(l, groups[i]);
	n = lower_switch(l, groups, n);
	if (diag_any(l->diags))
		return false;
	patch_scratch(l);
	layout_finish(l);
	for (uint32_t i = 0; i < n; i++)
		if (groups[i]->hook->kind != HOOK_ERROR &&
		    !emit_group(l, groups[i], dump, dump_text))
			return false;
	return true;
}
