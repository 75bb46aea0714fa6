// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Values that are worked out once and have a name where they are used: EX_LET, for inputs of translators, arguments of inlines
// and of bindings. Only files of dlang/sema include this.

#include "dlang/sema/check.h"

bool is_cheap(const struct expr *e);	// may as well be worked out again
uint32_t count_uses(const struct expr *e, const char *param);
// Whether a use is always reached, whatever other values are.
bool always_uses(const struct expr *e, const char *param);

struct ident *new_let(struct sema *s, const char *name, struct type *type);
struct expr *let_name(struct sema *s, struct ident *id, struct span at);
// The body, in which id stands for the value.
struct expr *bind_let(struct sema *s, struct ident *id, struct expr *value, struct expr *body);
