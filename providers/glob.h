// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The patterns of probe descriptions, d-reference §2.1: anchored at both ends
// and case-sensitive; * ? [abc] [a-z] [!...] and \ as an escape.

#include <stdbool.h>

// More stars than these, with something behind each, are refused.
enum { GLOB_MAX_STARS = 8 };

// False if the text stands for itself only.
bool glob_is_pattern(const char *p);
// True if it has more stars than GLOB_MAX_STARS.
bool glob_too_many(const char *p);
// A [ without its ] matches nothing.
bool glob_match(const char *p, const char *s);
