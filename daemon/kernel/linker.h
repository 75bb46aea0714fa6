// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Links to functions of the kernel, which rewrites its code at each of them: for a link to many that takes
// from milliseconds to seconds, and so does closing it. A thread of its own does it, and the event loop goes on.

#include <stdbool.h>
#include <stdint.h>

struct event_base;
struct linker;
struct linking;

// What a program is attached to: by addresses or by names, one of which is NULL. The arrays are owned. All
// zero: to the function that it was loaded for.
struct link_request {
	uint64_t *addresses;
	char *names;		// each with its NUL
	uint64_t *cookies;
	uint32_t n;
	bool returns;		// not when they are entered, but when they return
};

void link_request_deinit(struct link_request *q);

// The link, which is the callee's, or a negative errno.
typedef void linking_done_fn(void *arg, int fd);

int linker_new(struct linker **lp, struct event_base *base);

// Waits for what is being made or closed. Returns NULL, as with NULL.
struct linker *linker_free(struct linker *l);

// Takes the arrays of the request in any case. 0, and done is called from the event base, once; or a
// negative errno. The program may be closed meanwhile.
int linker_start(struct linker *l, int prog, struct link_request *q, linking_done_fn *done, void *arg,
	struct linking **out);

// done is not called any more. Nothing with NULL.
void linking_cancel(struct linking *k);

// Closes links to functions some time, of which nobody is told. Takes the array.
void linker_close(struct linker *l, int *fds, uint32_t n);

// Makes one at once: the link or a negative errno.
int link_functions(int prog, const struct link_request *q);
