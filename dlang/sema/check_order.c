// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The order of actions in a clause, d-reference §7: what is recorded goes to
// one place only, so that data and speculations must not mix.

#include "dlang/sema/check.h"

// What has been so far in the statements from the clause's start.
struct so_far {
	bool data, commit, speculate;
};

enum class {
	CLASS_NONE,		// no matter where
	CLASS_DATA,		// records something
	CLASS_DESTRUCTIVE,	// acts on the system: not in a speculation
	CLASS_EXIT,
	CLASS_AGG,
	CLASS_COMMIT,
	CLASS_SPECULATE,
	CLASS_N
};

static const uint8_t classes[BI_COUNT] = {
	[BA_PRINT] = CLASS_DATA, [BA_TRACEMEM] = CLASS_DATA, [BA_TRACE] = CLASS_DATA, [BA_PRINTF] = CLASS_DATA, [BA_PRINTA] = CLASS_DATA,
	[BA_CLEAR] = CLASS_DATA, [BA_TRUNC] = CLASS_DATA, [BA_NORMALIZE] = CLASS_DATA,
	[BA_DENORMALIZE] = CLASS_DATA, [BA_SETOPT] = CLASS_DATA, [BA_FTRUNCATE] = CLASS_DATA,
	[BA_STACK] = CLASS_DATA, [BA_USTACK] = CLASS_DATA, [BA_JSTACK] = CLASS_DATA, [BA_SYM] = CLASS_DATA,
	[BA_FUNC] = CLASS_DATA, [BA_MOD] = CLASS_DATA, [BA_USYM] = CLASS_DATA, [BA_UFUNC] = CLASS_DATA,
	[BA_UADDR] = CLASS_DATA, [BA_UMOD] = CLASS_DATA,
	[BA_EXIT] = CLASS_EXIT, [BA_SYSTEM] = CLASS_DESTRUCTIVE, [BA_FREOPEN] = CLASS_DESTRUCTIVE,
	[BA_RAISE] = CLASS_DESTRUCTIVE, [BA_STOP] = CLASS_DESTRUCTIVE,
	[BA_CHILL] = CLASS_DESTRUCTIVE, [BA_BREAKPOINT] = CLASS_DESTRUCTIVE,
	[BA_PANIC] = CLASS_DESTRUCTIVE, [BA_COMMIT] = CLASS_COMMIT,
	[BA_SPECULATE] = CLASS_SPECULATE,
};

// The tag of each class after each thing; D_UNKNOWN: allowed.
struct rule {
	enum errtag after_commit, after_speculate, after_data;
};

static const struct rule rules[CLASS_N] = {
	[CLASS_DATA] = { D_DREC_COMM, D_UNKNOWN, D_UNKNOWN },
	[CLASS_DESTRUCTIVE] = { D_UNKNOWN, D_ACT_SPEC, D_UNKNOWN },
	[CLASS_EXIT] = { D_DREC_COMM, D_EXIT_SPEC, D_UNKNOWN },
	[CLASS_AGG] = { D_AGG_COMM, D_AGG_SPEC, D_UNKNOWN },
	[CLASS_COMMIT] = { D_COMM_COMM, D_UNKNOWN, D_COMM_DREC },
	[CLASS_SPECULATE] = { D_SPEC_COMM, D_SPEC_SPEC, D_SPEC_DREC },
};

static enum class class_of(const struct expr *e)
{
	if (e->kind == EX_CALL && e->ident && e->ident->kind == ID_ACTION)
		return (enum class)classes[e->ident->builtin];
	return e->kind == EX_ASSIGN && is_agg_target(e->a) ? CLASS_AGG : CLASS_NONE;
}

static void refuse(struct sema *s, const struct expr *e, enum errtag tag, const char *before)
{
	if (class_of(e) == CLASS_AGG)
		sema_fail_at(s, e->span, tag, "an aggregation may not follow %s in a clause", before);
	else
		sema_fail_at(s, e->span, tag, "%s() may not follow %s in a clause", e->a->name, before);
	sema_hint(s, "write a clause of its own for it");
}

static void check_one(struct sema *s, const struct expr *e, struct so_far *f)
{
	enum class class = class_of(e);
	const struct rule *r = &rules[class];

	if (class == CLASS_NONE)
		return;
	if (f->commit && r->after_commit != D_UNKNOWN)
		refuse(s, e, r->after_commit, "commit()");
	else if (f->speculate && r->after_speculate != D_UNKNOWN)
		refuse(s, e, r->after_speculate, "speculate()");
	else if (f->data && r->after_data != D_UNKNOWN)
		refuse(s, e, r->after_data, "an action that records data");
	f->commit |= class == CLASS_COMMIT;
	f->speculate |= class == CLASS_SPECULATE;
	f->data |= class == CLASS_DATA || class == CLASS_EXIT || class == CLASS_AGG;
}

// The branches of an if are clauses of their own.
static void check_statements(struct sema *s, struct stmt *const *v, uint32_t n, struct so_far *f)
{
	for (uint32_t i = 0; i < n; i++) {
		struct so_far yes = *f, no = *f;

		if (v[i]->kind == STM_IF) {
			check_statements(s, v[i]->then_body.v, v[i]->then_body.n, &yes);
			check_statements(s, v[i]->else_body.v, v[i]->else_body.n, &no);
		} else if (v[i]->expr) {
			check_one(s, v[i]->expr, f);
		}
	}
}

// Requires a checked body; what was poisoned counts as nothing.
void check_order(struct sema *s, const struct clause *c)
{
	struct so_far f = { 0 };

	check_statements(s, c->body.v, c->body.n, &f);
}
