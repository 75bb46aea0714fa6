// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Programs that a test builds and runs, and what places_find() says of them: the real symbol worker. What fails ends
// the test.

#include <event2/event.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "daemon/policy/policy.h"
#include "daemon/sym/places.h"
#include "daemon/sym/sym.h"
#include "tests/unit/workdir.h"

struct rig {
	struct workdir dir;
	struct event_base *base;
	struct syms *syms;
};

void rig_init(struct rig *g);
void rig_deinit(struct rig *g);

struct running {
	pid_t pid;
	int in;
	char prov[24];	// pid1234
};

// Starts a program of the folder, as the user unless uid is 0, and waits until it has written a byte. It ends by
// itself when its stdin does, which is what running_stop() waits for.
void rig_start(const struct rig *g, struct running *r, const char *name, uid_t uid);
void running_stop(struct running *r);

struct found {
	struct event_base *base;	// its loop ends with the answer
	struct places *places;		// found_free()
	int error, calls;
	char why[512];
};

// A places_done_fn; arg is the found. No places: -ENOENT, and what is said of the first want.
void found_take(void *arg, int error, struct places *places, const char *why);
void rig_find(const struct rig *g, struct found *f, const struct place_want *wants, size_t n,
	const struct policy_scope *scope, uint32_t max);
void rig_find_again(const struct rig *g, struct found *f, const struct place_want *wants, size_t n,
	const struct policy_scope *scope, uint32_t max, const struct place_again *again);
const struct place *found_named(const struct found *f, const char *name);
void found_free(struct found *f);	// also fails if there were no places
