// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The tree as text, one node per line, operands indented below: what golden
// tests compare and -S shows first. Only what the parser fills is printed.

#include "dlang/base/sbuf.h"
#include "dlang/syntax/ast.h"

void ast_dump(struct sbuf *out, const struct unit *u);
void ast_dump_expr(struct sbuf *out, const struct expr *e, int indent);
void ast_dump_typename(struct sbuf *out, const struct typename *t, int indent);
