// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// See ending.h.

#include "daemon/compile/ending.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "daemon/compile/worker.h"

static void describe_signal(const struct jail_limits *l, int sig, struct reason *why)
{
	switch (sig) {
	case SIGALRM:
		reason_set(why, "the compiler was stopped: it took longer than %.1f seconds, the limit",
			l->wall_ms / 1000.0);
		break;
	case SIGPROF:
	case SIGXCPU:
		reason_set(why, "the compiler was stopped: it took more than %.1f seconds of CPU time, "
			"the limit", l->cpu_ms / 1000.0);
		break;
	case SIGSYS:
		reason_set(why, "the compiler was stopped: it made a system call that its jail forbids");
		break;
	case SIGKILL:
		reason_set(why, "the compiler was killed, perhaps because the machine is out of memory");
		break;
	default:
		reason_set(why, "the compiler crashed: signal %d (%s)", sig, strsignal(sig));
	}
}

static void describe_exit(const struct jail_limits *l, int status, struct reason *why)
{
	switch (status) {
	case WORKER_NO_MEMORY:
		reason_set(why, "the compiler was stopped: it needed more than %llu MiB of memory, "
			"the limit", (unsigned long long)(l->memory >> 20));
		break;
	case WORKER_BAD_REQUEST:
		reason_set(why, "the compiler did not understand the request");
		break;
	case WORKER_NO_JAIL:
		reason_set(why, "the compiler was not started: its jail could not be set up");
		break;
	default:
		reason_set(why, "the compiler ended without an answer (status %d)", status);
	}
}

void ending_describe(int status, const struct jail_limits *l, struct reason *why)
{
	if (WIFSIGNALED(status))
		describe_signal(l, WTERMSIG(status), why);
	else
		describe_exit(l, WEXITSTATUS(status), why);
}
