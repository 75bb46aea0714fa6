// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The optimiser's passes; ir_optimise() lists them in order. Each requires
// verified IR and keeps it so, and keeps the order of effects.

#include "dlang/ir/ir.h"

// opt_cfg.c: jumps to jumps, conditions behind jumps (so loops turn), blocks
// with one way in joined to it, unreachable blocks removed (renumbers blocks).
void opt_cfg(struct ir_fn *f);
// opt_local.c: constants, copies, repeated computations, conditions, addresses;
// looks at chains of blocks with one way in.
void opt_local(struct ir_fn *f);
// opt_dead.c: results computed for a copy go to its target; what nobody reads goes.
void opt_dead(struct ir_fn *f);
