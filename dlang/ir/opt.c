// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The optimiser: a list of passes. It serves the shape of code that lowering
// makes, which is correct and naive; it moves nothing over memory operations,
// and leaves every AND where it is, as the verifier takes bounds from them.

#include "dlang/ir/opt.h"

void ir_optimise(struct ir_fn *f)
{
	opt_cfg(f);
	opt_local(f);
	opt_cfg(f);
	opt_dead(f);
}
