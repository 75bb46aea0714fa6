// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The command line as messages.

#include <sys/types.h>

#include "client/options.h"
#include "proto/dtraced.pb-c.h"

// The parts that Compile and List have in common, borrowed from the options.
struct request_parts {
	Dtraced__Text **texts, *text;
	Dtraced__Macro **macros, *macro;
	Dtraced__Setting **settings, *setting;
	Dtraced__Text **libraries, *library;
	Dtraced__Target **targets, *target;
	char **args;
	size_t nmacros, ntargets;
};

struct targets;

// targets: of -c and -p, the first is $target; NULL: none.
int request_parts_init(struct request_parts *p, const struct options *o, const struct targets *targets);
void request_parts_deinit(struct request_parts *p);
#define _cleanup_parts_ __attribute__((cleanup(request_parts_deinit)))

void request_compile(const struct request_parts *p, const struct options *o, Dtraced__Compile *m);
void request_list(const struct request_parts *p, const struct options *o, Dtraced__List *m);
