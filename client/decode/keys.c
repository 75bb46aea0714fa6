// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Canonical keys, see keys.h.

#include "client/decode/keys.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client/decode/address.h"

struct keys {
	const struct schema *schema;
	const struct agg *agg;
	struct names *names;
	uint32_t *first[VK_NKINDS];	// by index of probe: id of the first one of that name
	size_t nprobes;			// so many
};

struct by_field {
	const struct schema *schema;
	enum value_kind kind;
};

static int compare_probes(const void *a, const void *b, void *userdata)
{
	const struct by_field *by = userdata;
	uint32_t ia = *(const uint32_t *)a, ib = *(const uint32_t *)b;
	int r = strcmp(probe_field(&by->schema->probes[ia], by->kind),
		       probe_field(&by->schema->probes[ib], by->kind));

	return r ? r : ia < ib ? -1 : ia > ib;
}

// Which probe stands for all of the same name.
static int find_first(struct keys *k, enum value_kind kind)
{
	const struct schema *s = k->schema;
	struct by_field by = { s, kind };
	uint32_t *sorted = calloc(s->nprobes + 1, sizeof(*sorted));
	uint32_t *first = calloc(s->nprobes + 1, sizeof(*first)), leader = 0;

	if (!sorted || !first) {
		free(sorted);
		free(first);
		return -ENOMEM;
	}
	for (uint32_t i = 0; i < s->nprobes; i++)
		sorted[i] = i;
	qsort_r(sorted, s->nprobes, sizeof(*sorted), compare_probes, &by);
	for (uint32_t i = 0; i < s->nprobes; i++) {
		if (!i || strcmp(probe_field(&s->probes[sorted[i]], kind),
				 probe_field(&s->probes[leader], kind)))
			leader = sorted[i];
		first[sorted[i]] = s->probes[leader].id;
	}
	free(sorted);
	free(k->first[kind]);
	k->first[kind] = first;
	return 0;
}

// Probes may come later; those that were there stay the first of their names.
static int find_all(struct keys *k)
{
	bool done[VK_NKINDS] = { false };
	int r = 0;

	for (uint32_t i = 0; r == 0 && i < k->agg->nkeys; i++) {
		enum value_kind kind = k->agg->keys[i].kind;

		if (kind >= VK_PROBEPROV && kind <= VK_PROBENAME && !done[kind])
			r = find_first(k, kind);
		done[kind] = true;
	}
	k->nprobes = r == 0 ? k->schema->nprobes : 0;
	return r;
}

int keys_new(const struct schema *s, const struct agg *a, struct names *names, struct keys **keysp)
{
	struct keys *k = calloc(1, sizeof(*k));
	int r;

	if (!k)
		return -ENOMEM;
	k->schema = s;
	k->agg = a;
	k->names = names;
	r = find_all(k);
	if (r < 0) {
		keys_free(k);
		return r;
	}
	*keysp = k;
	return 0;
}

struct keys *keys_free(struct keys *k)
{
	if (!k)
		return NULL;
	for (int i = 0; i < VK_NKINDS; i++)
		free(k->first[i]);
	free(k);
	return NULL;
}

void keys_canonical(struct keys *k, const uint8_t *key, uint8_t *out)
{
	const struct probe *p;
	uint32_t id;

	if (k->nprobes != k->schema->nprobes)
		find_all(k);
	memset(out, 0, k->agg->key_size);
	for (uint32_t i = 0; i < k->agg->nkeys; i++) {
		const struct value *v = &k->agg->keys[i];
		const uint8_t *from = key + v->offset;
		uint8_t *to = out + v->offset;

		switch (v->kind) {
		case VK_INT:
		case VK_BYTES:
			memcpy(to, from, v->size);
			break;
		case VK_STRING:
			memcpy(to, from, strnlen((const char *)from, v->size));
			break;
		case VK_STACK: case VK_USTACK: case VK_SYM: case VK_MOD: case VK_USYM: case VK_UMOD:
		case VK_UADDR:
			address_canonical(k->names, v, key, out);
			break;
		default:
			memcpy(&id, from, sizeof(id));
			p = schema_probe(k->schema, id);
			if (p && k->nprobes)
				id = k->first[v->kind][p - k->schema->probes];
			memcpy(to, &id, sizeof(id));
		}
	}
}

// FNV-1a over 8 bytes at a time; sizes of keys are multiples of 8.
uint32_t keys_hash(const uint8_t *key, uint32_t size)
{
	uint64_t h = 0xcbf29ce484222325, word;

	for (uint32_t i = 0; i + 8 <= size; i += 8) {
		memcpy(&word, key + i, sizeof(word));
		h = (h ^ word) * 0x100000001b3;
		h ^= h >> 29;
	}
	return (uint32_t)(h ^ h >> 32);
}
