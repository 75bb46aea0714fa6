// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The control socket between the core and the zygote: packets of one fixed
// shape between two forks of one program, a job's socket riding along as an fd.

#include <stdint.h>

enum control_type {
	// core to zygote
	CONTROL_JOB,		// serve the socket that comes with it
	CONTROL_KILL,		// end the worker of the job, if it still runs
	// zygote to core
	CONTROL_WARNING,	// text: what is wrong with a file of D
	CONTROL_READY,		// warm and jailed
	CONTROL_FAILED,		// cannot work; text says why
	CONTROL_EXITED,		// the worker of the job has ended, with this status
	CONTROL_RESTARTED,	// the zygote died with all its workers; another one goes on
};

struct control {
	enum control_type type;
	uint64_t job;
	uint32_t cpu_ms, wall_ms;	// JOB: limits
	uint64_t memory;		// JOB: bytes
	int32_t status;			// EXITED, RESTARTED: of wait(2)
	uint32_t nprobes, next_id;	// READY
	char text[256];			// FAILED, WARNING
};

// fd -1: none. 0 or negative errno.
int control_send(int socket, const struct control *m, int fd);
// 1, 0 at the end, negative errno. *fd is -1 if none came; else the caller's,
// close-on-exec.
int control_receive(int socket, struct control *m, int *fd);
