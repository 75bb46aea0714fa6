// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Unpacking of .gnu_debugdata (xz), with its output and its memory bounded.

#include <stddef.h>
#include <stdint.h>

// 0 with malloc'ed bytes, -EBADMSG: not xz or damaged, -EFBIG: more than max, or
// it wants more memory than that, -ENOMEM.
int elf_unpack_xz(const void *packed, size_t n, uint64_t max, char **bytes, size_t *size);
