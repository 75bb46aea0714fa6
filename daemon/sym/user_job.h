// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The parts of a job that names addresses of processes (sym/user.h), for the files that
// do its steps: user.c sorts addresses into groups, user_open.c opens the files of
// a group, user_rounds.c asks the worker.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/sym/procs.h"
#include "daemon/sym/symfiles.h"
#include "proto/dtraced.pb-c.h"

struct mapped_file;
struct sym_answer;

// A process that was asked about.
struct target {
	sym_process process;
	struct proc *proc;	// NULL: not known, or not for this client
};

struct item {
	uint32_t query;		// its answer
	uint64_t at;		// offset in the file, or address for a perf map
};

enum group_state {
	GROUP_NEW,
	GROUP_IDENTIFYING,	// the worker is asked what the file is
	GROUP_ASKED,
	GROUP_DONE,
};

// Addresses in one file, as one file system shows it.
struct group {
	enum group_state state;
	struct mapped_file *file;
	struct proc *proc;		// one that has it mapped
	uint64_t start, end;		// where
	bool perf_map;
	char *module;
	struct symfile *symfile;	// from when it was opened
	int dir;			// in /proc of a process that sees the file; -1: none
	int fd, debug;			// -1: none
	bool sent;			// the worker reads it in this round
	size_t first, n;		// items
};

struct user {
	struct procs *procs;
	struct symfiles symfiles;
	size_t memory;
	int vdso;			// what the kernel maps into every process; -1
	size_t vdso_size;
	unsigned int jobs;
};

struct user_job {
	struct user *user;
	struct sym_answer *answers;
	struct target *targets;
	struct group *groups;
	struct item *items;
	size_t ntargets, ngroups, nitems;
	int losses;
	bool demangle;
	// Of the round
	Dtraced__SymFile *files, **file_list;
	Dtraced__SymAsk *asks, **ask_list;
	uint64_t *at;
	size_t nat;
	char **names;			// taken from replies
	size_t nnames;
};

// Opens the file of a group, or finds what the worker has of it: sets symfile, and fd
// unless the worker has it. 0; 1: its kind must be asked first; negative: nothing can be said.
int group_open(struct user *u, struct group *g);
// The second step, when it is known what it is: with its debug file, if it has one.
int group_open_debug(struct user *u, struct group *g);
void group_close(struct group *g);
