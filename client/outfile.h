// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// A result file that is there whole or not at all: written beside its place and
// renamed. What is no regular file (a terminal, a pipe) is written to directly.

#include <stddef.h>

// 0 or negative errno; on an error an older file of that name is untouched.
int outfile_write(const char *path, const void *data, size_t len);
