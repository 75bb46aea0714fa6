// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The steps in which a vreg loses its claim to a register (spill.c).

enum { SPLIT_NONE, SPLIT_CALLS, SPLIT_STRETCH, SPLIT_SINGLE };
