// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Versions of the D language, d-reference §16.6: "1.2" or "1.2.1" as a number that
// compares as they do.

#include <stdbool.h>
#include <stdint.h>

#define VERSION_OF(major, minor, micro) ((uint32_t)(major) << 24 | (uint32_t)(minor) << 12 | (micro))
#define VERSION_NEWEST VERSION_OF(1, 13, 0)

// False: it is no version.
bool version_parse(const char *s, uint32_t *version);
// Whether there was such a version.
bool version_exists(uint32_t version);
// The version that brought a name which D defines; 1.0 for most.
uint32_t version_of_name(const char *name);
