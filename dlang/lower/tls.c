// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Thread-local variables: all of a session's live in one value of the task's
// storage. Assigning 0 stores zero; the value itself is never deleted.

#include "dlang/lower/expr.h"

uint32_t tls_find(struct lower *l, bool create)
{
	const uint32_t HELPER_TASK_STORAGE_GET = 156, CREATE = 1;
	struct ir_val args[4];

	if (l->confined)
		return confined_storage(l);
	args[1] = task_ptr(l).v;
	args[0] = ir_r(ir_mapfd(l->f, (uint32_t)l->self_map));
	args[2] = ir_i(0);
	args[3] = ir_i(create ? CREATE : 0);
	return ir_call(l->f, IK_POINTER, HELPER_TASK_STORAGE_GET, args, 4);
}
