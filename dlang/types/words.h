// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Base types from the words of their specifiers, in any order C allows.

#include "dlang/syntax/ast.h"
#include "dlang/types/type.h"

// kind: TS_NONE (as in "unsigned"), VOID, CHAR, INT, FLOAT, DOUBLE, BOOL, STRING.
// flags: of TSF_SIGNED ... TSF_LONGLONG count. NULL: the words do not go together.
struct type *type_from_words(struct types *t, enum typespec_kind kind, uint32_t flags);
