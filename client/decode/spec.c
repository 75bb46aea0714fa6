// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Speculations, see spec.h.

#include "client/decode/spec.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	GENERATIONS = 4,	// remembered of each id
	CHARGE = 16,		// what a record takes of specsize besides its data
	MAX_HELD = 64 << 20,	// bytes of all speculations
};

enum state { HOLDING, COMMITTED, DISCARDED };

struct generation {
	uint32_t number;
	enum state state;
	struct held *first, **last;
	uint64_t *used;		// bytes by CPU
	uint32_t ncpus;
	size_t memory;
};

struct slot {
	struct generation generations[GENERATIONS];	// number % GENERATIONS
};

struct spec {
	uint64_t size;
	size_t memory;
	struct slot **slots;	// by id
	uint32_t nslots;
};

int spec_new(uint64_t size, struct spec **specp)
{
	struct spec *sp = calloc(1, sizeof(*sp));

	if (!sp)
		return -ENOMEM;
	sp->size = size;
	*specp = sp;
	return 0;
}

void held_free(struct held *list)
{
	while (list) {
		struct held *next = list->next;

		free(list);
		list = next;
	}
}

static struct held *generation_take(struct spec *sp, struct generation *g)
{
	struct held *list = g->first;

	sp->memory -= g->memory;
	free(g->used);
	*g = (struct generation){ .number = g->number, .state = g->state, .last = &g->first };
	return list;
}

struct spec *spec_free(struct spec *sp)
{
	if (!sp)
		return NULL;
	for (uint32_t i = 0; i < sp->nslots; i++) {
		for (int k = 0; sp->slots[i] && k < GENERATIONS; k++)
			held_free(generation_take(sp, &sp->slots[i]->generations[k]));
		free(sp->slots[i]);
	}
	free(sp->slots);
	free(sp);
	return NULL;
}

static int slot_get(struct spec *sp, uint32_t id, struct slot **slotp)
{
	struct slot **grown;

	if (id >= sp->nslots) {
		grown = reallocarray(sp->slots, id + 1, sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		memset(grown + sp->nslots, 0, (id + 1 - sp->nslots) * sizeof(struct slot *));
		sp->slots = grown;
		sp->nslots = id + 1;
	}
	if (!sp->slots[id]) {
		sp->slots[id] = calloc(1, sizeof(struct slot));
		if (!sp->slots[id])
			return -ENOMEM;
		for (int i = 0; i < GENERATIONS; i++)
			sp->slots[id]->generations[i].last = &sp->slots[id]->generations[i].first;
	}
	*slotp = sp->slots[id];
	return 0;
}

// The generation that a key names; NULL for one that is too old to be remembered.
// One whose commit was lost goes when its place is needed.
static int generation_get(struct spec *sp, uint32_t key, struct generation **genp)
{
	uint32_t number = key >> SPEC_BITS;
	struct generation *g;
	struct slot *slot;
	int r;

	r = slot_get(sp, key & ((1u << SPEC_BITS) - 1), &slot);
	if (r < 0)
		return r;
	g = &slot->generations[number % GENERATIONS];
	*genp = g;
	if (g->number == number)
		return 0;
	if ((int32_t)((number - g->number) << SPEC_BITS) < 0) {
		*genp = NULL;
		return 0;
	}
	held_free(generation_take(sp, g));
	g->number = number;
	g->state = HOLDING;
	return 0;
}

// Takes what the record needs of its CPU's share; false: there is not enough.
static int charge(struct spec *sp, struct generation *g, const struct record *rec)
{
	uint64_t need = rec->len - REC_DATA + CHARGE;
	uint64_t *grown;

	if (rec->cpu >= g->ncpus) {
		grown = reallocarray(g->used, rec->cpu + 1, sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		memset(grown + g->ncpus, 0, (rec->cpu + 1 - g->ncpus) * sizeof(*grown));
		g->used = grown;
		g->ncpus = rec->cpu + 1;
	}
	if (g->used[rec->cpu] + need > sp->size || sp->memory + rec->len > MAX_HELD)
		return SPEC_FULL;
	g->used[rec->cpu] += need;
	g->memory += rec->len;
	sp->memory += rec->len;
	return SPEC_HELD;
}

int spec_hold(struct spec *sp, const struct record *rec)
{
	struct generation *g;
	struct held *h;
	int r;

	r = generation_get(sp, rec->spec, &g);
	if (r < 0)
		return r;
	if (!g || g->state == DISCARDED)
		return SPEC_GONE;
	if (g->state == COMMITTED)
		return SPEC_PASS;
	r = charge(sp, g, rec);
	if (r != SPEC_HELD)
		return r;
	h = malloc(sizeof(*h) + rec->len);
	if (!h)
		return -ENOMEM;
	memcpy(h->bytes, rec->bytes, rec->len);
	h->rec = *rec;
	h->rec.bytes = h->bytes;
	h->rec.spec = 0;
	h->next = NULL;
	*g->last = h;
	g->last = &h->next;
	return SPEC_HELD;
}

static int finish(struct spec *sp, uint32_t key, enum state state, struct held **listp)
{
	struct generation *g;
	int r;

	*listp = NULL;
	r = generation_get(sp, key, &g);
	if (r < 0 || !g)
		return r;
	*listp = generation_take(sp, g);
	g->state = state;
	return 0;
}

int spec_commit(struct spec *sp, uint32_t key, struct held **listp)
{
	return finish(sp, key, COMMITTED, listp);
}

int spec_discard(struct spec *sp, uint32_t key)
{
	struct held *list;
	int r = finish(sp, key, DISCARDED, &list);

	held_free(list);
	return r;
}
