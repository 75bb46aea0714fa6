// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// A job that finds places (sym/places.h), for the files that do its steps: place_objects.c
// collects what processes have mapped, a process at a time; places.c asks workers, first what
// all those files are, then a new one for each file that may have something; place_result.c
// puts together what is found.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "daemon/policy/policy.h"
#include "daemon/sym/channel.h"
#include "daemon/sym/job.h"
#include "daemon/sym/open.h"
#include "daemon/sym/place_wire.h"
#include "daemon/sym/places.h"
#include "proto/dtraced.pb-c.h"

enum { PLACE_OBJECTS_MAX = 8192, PLACE_FILES_MAX = 256, PLACE_TABLE = 2 * PLACE_OBJECTS_MAX,
	 PLACE_BUILD_ID = 32, PLACE_LINK = 256 };

struct place_process {
	pid_t pid;
	int dir;			// in /proc; -1: not kept
};

enum place_object_state { OBJECT_NEW, OBJECT_KNOWN, OBJECT_ASKED, OBJECT_DONE };

// A file that something may be in.
struct place_object {
	enum place_object_state state;
	uint32_t major, minor;
	uint64_t inode, start, end;	// where its process has it
	char *path, *name;
	uint32_t process;		// one that has it mapped
	size_t looked;			// in which process it was last seen, from 1
	uint64_t wants;
	int fd;				// -1: not open
	struct file_key key;
	bool sent;			// in this round
	// What the worker says of it.
	bool readable, whole, has_probes;
	uint8_t nbuild_id;
	uint8_t build_id[PLACE_BUILD_ID];
	char link[PLACE_LINK];
};

struct place_query {
	struct place_want want;		// strings are the job's
	bool usdt;
	bool at_address;		// function "-"
	uint64_t address, offset;	// offset: in the file, when its object is found
	enum place_trouble trouble;	// why nothing was found
	uint32_t object;		// by which
	uint32_t at_object;		// in which the address is, from 1; of the process that is looked at
	bool has_object, found;
};

struct places_job {
	struct syms_job job;		// waits, or is with the worker
	struct event *step;		// while processes are looked at
	struct syms *syms;
	bool submitted;
	int refused;			// before anything was looked at; with why
	struct policy_scope scope;
	uint32_t max;
	places_done_fn *done;
	void *arg;
	int error;
	struct reason why;
	struct place_query *queries;
	size_t nqueries;
	struct place_process *processes;
	size_t nprocesses, next_process;
	const struct place_again *again;	// NULL: all that is wanted
	size_t seen_room;		// in places->seen
	struct place_object *objects;
	size_t nobjects, cap;
	uint32_t *table;		// PLACE_TABLE of them: objects by file, from 1
	struct place_looking *looking;	// at the next process; NULL: not yet
	size_t batch;			// files that are identified in a round
	int debug;			// of the round; -1: none
	struct places *places;
	size_t room;			// in places->v
	// Of the request
	Dtraced__SymFile files[SYM_MAX_FDS], *file_list[SYM_MAX_FDS];
	Dtraced__PlaceAsk ask;
	Dtraced__PlaceWant wants[PLACE_WANTS_MAX], *want_list[PLACE_WANTS_MAX];
	char suffixes[PLACE_WANTS_MAX][16];
	uint32_t want_index[PLACE_WANTS_MAX];	// of the queries
};

// Which processes there are to look at: 0 or a negative errno.
int place_processes(struct places_job *j);
struct place_looking *place_looking_free(struct place_looking *l);
// Looks at the next one, or at some of what it has. 1: there are more, 0, or a negative errno, with why.
int place_look(struct places_job *j);

// Why a query has found nothing, if it is more than what is known.
void place_note_trouble(struct places_job *j, struct place_query *q, enum place_trouble t,
	const struct place_object *o);

// Takes the places of an object out of an answer; 0, -EBADMSG, -E2BIG or -ENOMEM.
int place_take(struct places_job *j, struct place_object *o, Dtraced__PlaceAnswer *m);
// When all is asked: the sentences. 0 or -ENOMEM.
int place_conclude(struct places_job *j);
