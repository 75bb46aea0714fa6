// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// A session on the screen: what the daemon sends of it, from the first record to the
// last table. Whoever compiled it fills in the first part, or who attaches to it.

#include <stdint.h>

#include "client/link.h"
#include "client/options.h"

struct consumer;
struct effects;
struct names;
struct schema;
struct targets;
struct writer;

struct view {
	struct options options;		// settings completed by the programs' pragmas; borrowed but for those
	struct link *link;
	struct schema *schema;
	struct targets *targets;	// not owned; NULL: none
	uint64_t session;
	int fd, graph;			// graph -1: none
	bool no_effects;		// what commands and files it names are not ours to touch
	bool guest;			// ^C leaves, instead of stopping the session

	struct names *names;
	struct writer *writer;
	struct consumer *consumer;
	struct effects *effects;
};

// A step that has told the user what is wrong returns this.
enum { VIEW_TOLD = 1, VIEW_LEFT = 2 };

// Takes the schema, and from it settings: later ones win, and those of the programs come last.
int view_schema(struct view *v, const uint8_t *data, size_t n);
// Opens the file of a flame graph, if one is wanted.
int view_open_graph(struct view *v);
// From here on ^C is for the session.
int view_open(struct view *v);
// Until the session has ended, and its tables are printed. 0; VIEW_LEFT: it goes on; VIEW_TOLD; or
// negative errno.
int view_run(struct view *v);
// The exit status for what the steps returned; tells the user of errors.
int view_status(const struct view *v, int r);
void view_close(struct view *v);
