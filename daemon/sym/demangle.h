// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Names as the source has them, of C++ and of Rust: by libiberty, which has to be
// in jail, as names are hostile and its printer can be made to print without end.

#include <stdbool.h>
#include <stddef.h>

// Writes the name that a mangled one stands for; "@plt" behind it stays. False: it is
// none, or does not fit.
bool demangle(const char *name, char *to, size_t size);
