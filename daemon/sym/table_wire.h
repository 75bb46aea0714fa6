// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Unwind tables on their way from the symbol worker to the core. A row is a u32:
// how far it is from the one before (from the base, for the first), above 14 bits
// of the number of its rule; TABLE_FAR is no row, but that far again.

#include "daemon/sym/unwind_build.h"
#include "proto/dtraced.pb-c.h"

enum { TABLE_RULE_BITS = 14, TABLE_FAR = (1 << (32 - TABLE_RULE_BITS)) - 1 };

// m holds pointers into t; its bytes are the caller's to free.
// 0, -EFBIG: it does not fit into an answer, -ENOMEM.
int table_pack(const struct unwind_table *t, Dtraced__UnwindTable *m);

// Reads hostile bytes: a table that passed unwind_table_check(), the caller's.
// 0, -EBADMSG, -ENOMEM, or the error that the worker tells.
int table_unpack(const Dtraced__UnwindTable *m, struct unwind_table *t);
