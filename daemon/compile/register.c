// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// A short list, searched from the front.

#include "daemon/compile/register.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/util.h"

// Of names, with the NUL; d-reference §2.1.
enum { FIELD_MAX = 192 };

// New probes of one request.
enum { CREATED_MAX = 4096 };

static Dtraced__ProbeInfo *free_probe(Dtraced__ProbeInfo *p)
{
	if (p) {
		free(p->prov);
		free(p->mod);
		free(p->func);
		free(p->name);
		free(p);
	}
	return NULL;
}

static void free_probep(Dtraced__ProbeInfo **p)
{
	free_probe(*p);
}

uint32_t register_reserve(struct probe_register *r, uint32_t n)
{
	uint32_t first = REGISTER_RESERVE + r->reserved;

	if (n > INT32_MAX - first)
		first = REGISTER_RESERVE;
	r->reserved = first - REGISTER_RESERVE + n;
	return first;
}

void register_deinit(struct probe_register *r)
{
	for (uint32_t i = 0; i < r->n; i++)
		free_probe(r->known[i]);
	free(r->known);
	*r = (struct probe_register){ 0 };
}

static bool is_printable(const char *s)
{
	size_t n = strnlen(s, FIELD_MAX);

	for (size_t i = 0; i < n; i++) {
		if (s[i] < ' ' || s[i] > '~')
			return false;
	}
	return n < FIELD_MAX;
}

static bool is_acceptable(uint32_t first, const Dtraced__ProbeInfo *p)
{
	return p->id >= first && p->id - first < CREATED_MAX && *p->name && is_printable(p->prov) &&
		is_printable(p->mod) && is_printable(p->func) && is_printable(p->name);
}

static bool is_same(const Dtraced__ProbeInfo *a, const Dtraced__ProbeInfo *b)
{
	return strcmp(a->name, b->name) == 0 && strcmp(a->func, b->func) == 0 &&
		strcmp(a->mod, b->mod) == 0 && strcmp(a->prov, b->prov) == 0;
}

enum standing { NEW, KNOWN, CONFLICT };

// A probe must be known under both its id and its names, or under neither.
static enum standing standing_of(const struct probe_register *r, const Dtraced__ProbeInfo *p)
{
	for (uint32_t i = 0; i < r->n; i++) {
		bool id = r->known[i]->id == p->id, name = is_same(r->known[i], p);

		if (id && name)
			return KNOWN;
		if (id || name)
			return CONFLICT;
	}
	return NEW;
}

static int add(struct probe_register *r, const Dtraced__ProbeInfo *p)
{
	CLEANUP(free_probep) Dtraced__ProbeInfo *copy = NULL;

	if (r->n == REGISTER_MAX)
		return 0;
	if (!r->known)
		r->known = calloc(REGISTER_MAX, sizeof(Dtraced__ProbeInfo *));
	copy = calloc(1, sizeof *copy);
	if (!copy || !r->known)
		return -ENOMEM;
	copy->base.descriptor = &dtraced__probe_info__descriptor;
	copy->id = p->id;
	copy->prov = strdup(p->prov);
	copy->mod = strdup(p->mod);
	copy->func = strdup(p->func);
	copy->name = strdup(p->name);
	copy->attributes = copy->unavailable = (char *)protobuf_c_empty_string;
	if (!copy->prov || !copy->mod || !copy->func || !copy->name)
		return -ENOMEM;
	r->known[r->n++] = copy;
	copy = NULL;	// the register's
	if (p->id >= r->next_id)
		r->next_id = p->id + 1;
	return 0;
}

int register_enter(struct probe_register *r, uint32_t first, Dtraced__ProbeInfo *const *created,
	size_t n)
{
	if (n > CREATED_MAX)
		return -EBADMSG;
	for (size_t i = 0; i < n; i++) {
		if (!is_acceptable(first, created[i]))
			return -EBADMSG;
		if (standing_of(r, created[i]) == CONFLICT)
			return REGISTER_E_CONFLICT;
	}
	for (size_t i = 0; i < n; i++) {
		int e = standing_of(r, created[i]) == NEW ? add(r, created[i]) : 0;

		if (e < 0)
			return e;
	}
	return 0;
}
