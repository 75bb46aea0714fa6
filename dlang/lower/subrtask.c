// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Subroutines of the translators in dlang/lib: what a process was called with,
// what a thread waits for, and where a CPU is.

#include "dlang/lower/expr.h"

#include <string.h>

#include "dlang/dlang.h"

enum { HELPER_CURRENT_TASK = 35 };

// The arguments task and current of the run-time functions.
static void task_and_current(struct lower *l, const struct expr *e, struct ir_val *args)
{
	args[0] = ir_r(ir_copy(l->f, IK_SCALAR, lower_int(l, e->args.v[0])));
	args[1] = ir_r(ir_call(l->f, IK_SCALAR, HELPER_CURRENT_TASK, NULL, 0));
}

struct ir_val subr_task_args(struct lower *l, const struct expr *e, struct ir_val dst)
{
	struct ir_val args[4];

	task_and_current(l, e, args + 2);
	args[1] = members_table(l, e->span);
	args[0] = dst;
	return ir_r(ir_callrt(l->f, IK_SCALAR, runtime_fn(l, "dt_task_args"), args, 4));
}

struct rv subr_task_argc(struct lower *l, const struct expr *e)
{
	struct ir_val args[3];

	task_and_current(l, e, args + 1);
	args[0] = members_table(l, e->span);
	return rv_int(ir_r(ir_callrt(l->f, IK_SCALAR, runtime_fn(l, "dt_task_argc"), args, 3)));
}

// The mutex that a thread waits for, which kernels note since 6.17; 0: none.
struct rv subr_task_wchan(struct lower *l, const struct expr *e)
{
	struct type *task = type_find_tag(l->types, TY_STRUCT, "task_struct");
	struct expr word = { .kind = EX_NAME, .span = e->span, .type = type_base(l->types, "uint64_t") };
	struct place p = { .indirect = true };
	uint32_t off = 0;

	if (!task || !type_member(l->types, task, intern_str(l->env->interns, "blocked_on"), &off)) {
		lower_effect(l, e->args.v[0]);
		return rv_int(ir_i(0));
	}
	p.base = lower_expr(l, e->args.v[0]);
	p.off = off;
	return rv_int(ir_op2(l->f, IR_AND, load_place(l, p, &word).v, ir_i(-8)));
}

enum { COLUMNS = 4 };

// The table: a row for each of n CPUs, and at least one more of -1.
static uint32_t topology(struct lower *l, uint32_t n, uint32_t rows)
{
	int32_t *t = arena_alloc(l->a, rows * COLUMNS * sizeof *t);

	memset(t, 0xff, rows * COLUMNS * sizeof *t);
	for (uint32_t i = 0; i < n; i++)
		memcpy(t + i * COLUMNS, &l->env->cpus[i], sizeof *l->env->cpus);
	for (uint32_t i = n; n && i < rows; i++)
		t[i * COLUMNS + COLUMNS - 1] = l->env->cpus[0].online;
	return layout_image(l, t, rows * COLUMNS * sizeof *t, 8);
}

_Static_assert(sizeof(struct cpu_facts) == COLUMNS * sizeof(int32_t), "a row is a struct cpu_facts");

// cpu_topology(cpu, what): a constant table; -1 for what is no CPU.
struct rv subr_cpu_topology(struct lower *l, const struct expr *e)
{
	uint32_t rows = 1, n = l->env->cpus ? l->env->ncpus : 0;
	struct ir_val cpu, what, at;

	while (rows <= n)
		rows <<= 1;
	if (!l->topology_off)
		l->topology_off = topology(l, n, rows);
	cpu = ir_r(ir_copy(l->f, IK_SCALAR, lower_int(l, e->args.v[0])));
	what = ir_op2(l->f, IR_AND, lower_int(l, e->args.v[1]), ir_i(COLUMNS - 1));
	// All beyond the last CPU is the last row, where nothing is known.
	cpu = ir_op2(l->f, IR_AND, ir_op2(l->f, IR_OR, cpu, ir_op2(l->f, IR_SUB, ir_i(0),
		     ir_set(l->f, IC_UGE, cpu, ir_i(n)))), ir_i(rows - 1));
	at = ir_op2(l->f, IR_ADD, ir_op2(l->f, IR_MUL, cpu, ir_i(COLUMNS)), what);
	at = ir_op2(l->f, IR_MUL, at, ir_i(sizeof(int32_t)));
	at = ir_r(ir_ptr_add(l->f, ir_r(ir_mapval(l->f, MAP_CTL, (int32_t)l->topology_off)), at));
	return rv_int(ir_ext(l->f, IR_SX, 4, ir_r(ir_ld(l->f, IK_SCALAR, 4, at, 0))));
}
