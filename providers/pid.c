// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The pid provider, d-reference §20.19: functions of processes, from their entry to
// their return, and single instructions. Which there are the core says for a
// description that names a process (processes.h).

#include <errno.h>
#include <string.h>

#include "providers/catalogue.h"
#include "providers/processes.h"

// As many as d-reference §20.19 has; what is not there in the function is what lies there.
static const struct probe_arg entry_args[] = {
	{ .source = { ARG_PARAM, 0, 0 } }, { .source = { ARG_PARAM, 1, 0 } },
	{ .source = { ARG_PARAM, 2, 0 } }, { .source = { ARG_PARAM, 3, 0 } },
	{ .source = { ARG_PARAM, 4, 0 } }, { .source = { ARG_PARAM, 5, 0 } },
	{ .source = { ARG_PARAM, 6, 0 } }, { .source = { ARG_PARAM, 7, 0 } },
	{ .source = { ARG_PARAM, 8, 0 } }, { .source = { ARG_PARAM, 9, 0 } },
};

// Where in the function it returned from is not known.
static const struct probe_arg return_args[] = {
	{ .source = { ARG_ZERO, 0, 0 } }, { .source = { ARG_RESULT, 0, 0 } },
};

#define ARGS(a) .nargs = sizeof (a) / sizeof *(a), .args = (a)

struct probe pid_probe(enum process_kind kind)
{
	static const struct probe probes[PROCESS_KINDS] = {
		[PROCESS_ENTRY] = { .flags = PROBE_ENTRY, ARGS(entry_args) },
		[PROCESS_RETURN] = { .flags = PROBE_RETURN, ARGS(return_args) },
		[PROCESS_OFFSET] = { .flags = 0 },
	};

	return probes[kind];
}

// Descriptions that name a process never come here.
static int pid_match(struct catalogue *c, const struct probe_desc *d, const char **why)
{
	(void)c;
	if (!d->prov || strcmp(d->prov, "pid") != 0)
		return 0;
	*why = "the number of a process belongs to the provider's name: pid1234, or pid$target with -p or -c";
	return -ENOTSUP;
}

const struct provider pid_provider = {
	.name = "pid",
	.attributes = {
		[ATTR_PROVIDER] = ATTRIBUTES(EVOLVING, EVOLVING, ISA),
		[ATTR_MODULE] = ATTRIBUTES(PRIVATE, PRIVATE, UNKNOWN),
		[ATTR_FUNCTION] = ATTRIBUTES(PRIVATE, PRIVATE, UNKNOWN),
		[ATTR_NAME] = ATTRIBUTES(EVOLVING, EVOLVING, ISA),
		[ATTR_ARGS] = ATTRIBUTES(PRIVATE, PRIVATE, UNKNOWN),
	},
	.match = pid_match,
};
