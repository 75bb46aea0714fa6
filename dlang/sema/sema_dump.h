// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The checked program as text, for golden tests and -xtree: variables,
// aggregations, and each clause with its statements as (operator operand ...)
// with the type of every node in < >.

#include "dlang/base/sbuf.h"
#include "dlang/sema/sema.h"

struct types;

void sema_dump(struct sbuf *out, struct types *types, const struct sprogram *p);
