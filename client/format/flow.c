// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Indentation by call depth, see flow.h.

#include "client/format/flow.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEP = 2, NAME = 41 };

struct lane {
	int64_t indent;
	uint32_t probe, clause;		// of the last record
	bool any;
};

struct flow {
	struct lane *lanes;
	uint32_t nlanes;
};

enum direction { NEITHER, ENTRY, RETURN };

int flow_new(struct flow **flowp)
{
	*flowp = calloc(1, sizeof(**flowp));
	return *flowp ? 0 : -ENOMEM;
}

struct flow *flow_free(struct flow *f)
{
	if (f)
		free(f->lanes);
	free(f);
	return NULL;
}

static int lane_get(struct flow *f, uint32_t cpu, struct lane **lanep)
{
	struct lane *grown;

	if (cpu >= f->nlanes) {
		grown = reallocarray(f->lanes, (size_t)cpu + 1, sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		memset(grown + f->nlanes, 0, (cpu + 1 - f->nlanes) * sizeof(*grown));
		f->lanes = grown;
		f->nlanes = cpu + 1;
	}
	*lanep = &f->lanes[cpu];
	return 0;
}

// name is suffix, or ends in "-suffix"
static bool is_named(const char *name, const char *suffix)
{
	size_t n = strlen(name), m = strlen(suffix);

	if (n < m || strcmp(name + n - m, suffix) != 0)
		return false;
	return n == m || name[n - m - 1] == '-';
}

// Only the first clause of an entry and the last of a return change the depth.
static enum direction direction_of(const struct lane *lane, const struct flow_record *rec)
{
	const struct probe *p = rec->probe;

	if (is_named(p->name, "entry"))
		return lane->any && lane->probe == p->id && lane->clause != rec->clause ? NEITHER : ENTRY;
	if (is_named(p->name, "return"))
		return rec->next_probe == p->id && rec->next_clause != rec->clause ? NEITHER : RETURN;
	return NEITHER;
}

int flow_put(struct flow *f, struct outbuf *b, const struct flow_record *rec)
{
	static const char *const prefixes[][2] = {
		[NEITHER] = { "| ", "| " }, [ENTRY] = { " -> ", " => " }, [RETURN] = { " <- ", " <= " },
	};
	const struct probe *p = rec->probe;
	_cleanup_outbuf_ struct outbuf name = OUTBUF_INIT(-1);
	enum direction direction;
	struct lane *lane;
	int r;

	r = lane_get(f, rec->cpu, &lane);
	if (r < 0)
		return r;
	direction = direction_of(lane, rec);
	if (direction == RETURN && lane->indent > 0)
		lane->indent -= STEP;
	outbuf_fill(&name, ' ', lane->indent);
	outbuf_str(&name, prefixes[direction][strcmp(p->prov, "syscall") == 0]);
	outbuf_str(&name, p->func);
	if (direction == NEITHER) {
		outbuf_char(&name, ':');
		outbuf_str(&name, p->name);
	}
	outbuf_foreign(b, name.data, name.len, -NAME);
	if (direction == ENTRY)
		lane->indent += STEP;
	lane->probe = p->id;
	lane->clause = rec->clause;
	lane->any = true;
	return name.err;
}
