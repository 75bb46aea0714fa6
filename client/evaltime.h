// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// How far a process of -c gets before its probes are looked for (-xevaltime), by ptrace.

#include <sys/types.h>

enum evaltime {
	EVALTIME_EXEC,		// its first instruction
	EVALTIME_PREINIT,	// libraries are loaded, none is initialised
	EVALTIME_POSTINIT,	// all are: before main, which is the same here
	EVALTIME_MAIN,
};

// The process is ours and has stopped at its exec. 0: it stands there, or as far as it could be
// followed, its code as it was; 1: it has ended, waited for, with *status; or a negative errno.
int evaltime_run(pid_t pid, enum evaltime when, int *status);
