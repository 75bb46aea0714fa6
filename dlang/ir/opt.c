// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The optimiser.

#include "dlang/ir/ir.h"

void ir_optimise(struct ir_fn *f)
{
	(void)f;
}
