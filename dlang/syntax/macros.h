// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// What $name and $n stand for in a program: integers of the process that asked,
// and the operands of its command line (d-reference §5.7, §5.8).

#include <stdbool.h>
#include <stdint.h>

#include "dlang/base/arena.h"
#include "dlang/diag.h"

enum macro_int {
	MACRO_PID, MACRO_PPID, MACRO_PGID, MACRO_SID, MACRO_UID, MACRO_EUID, MACRO_GID,
	MACRO_EGID, MACRO_TARGET, MACRO_PROJID, MACRO_TASKID,
	MACRO_N
};

struct macros {
	int64_t value[MACRO_N];
	const char *const *args;	// args[0] is $0
	bool *used;			// of each argument: some text referred to it
	uint32_t nargs;
	bool defaultargs;		// an argument that is not there is 0 or ""
	bool argref;			// an argument may go unused
};

// All integers zero; the caller keeps args alive.
void macros_init(struct macros *m, struct arena *a, const char *const *args, uint32_t nargs);

// D_MACRO_UNUSED for each argument but $0 that no program referred to. Call it
// when all programs of a request are parsed.
void macros_check_unused(const struct macros *m, struct diags *diags, struct span at);

// The integer macro of that name, or MACRO_N.
enum macro_int macro_find(const char *name, uint32_t len);
