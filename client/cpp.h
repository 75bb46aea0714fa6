// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// -C: scripts go through the C preprocessor, which runs as the user.

#include "client/options.h"

// Replaces the contents of a script by what the preprocessor makes of them.
// 0; 1: it failed and the user was told; or negative errno.
int cpp_run(const struct options *o, struct text *text);
