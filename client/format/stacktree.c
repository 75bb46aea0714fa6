// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// A tree of stacks, see stacktree.h. A hash over (parent, name) finds children.

#include "client/format/stacktree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client/decode/aggvalue.h"
#include "client/format/trace.h"

struct entry {
	struct stacknode *node;
	uint64_t hash;
};

struct stacktree {
	struct stacknode root;
	struct entry *index;
	size_t n, room;			// nodes; places, a power of two
	struct stacknode **nodes;	// all but the root
	size_t nodes_room;
};

int stacktree_new(struct stacktree **treep)
{
	*treep = calloc(1, sizeof(**treep));
	if (!*treep)
		return -ENOMEM;
	(*treep)->root.name = "";
	return 0;
}

struct stacktree *stacktree_free(struct stacktree *t)
{
	if (!t)
		return NULL;
	for (size_t i = 0; i < t->n; i++)
		free(t->nodes[i]);
	free(t->nodes);
	free(t->index);
	free(t);
	return NULL;
}

bool agg_has_stack(const struct agg *a)
{
	for (uint32_t i = 0; i < a->nkeys; i++)
		if (value_is_stack(&a->keys[i]))
			return true;
	return false;
}

// ---- children --------------------------------------------------------------

static uint64_t hash_child(const struct stacknode *parent, const char *name, size_t len, enum stacknode_kind kind)
{
	uint64_t h = ((uint64_t)(uintptr_t)parent ^ (uint64_t)kind) * 0x9e3779b97f4a7c15;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)name[i]) * 0x100000001b3;
	return h ^ h >> 32;
}

static int grow(struct stacktree *t)
{
	size_t room = t->room ? 2 * t->room : 256;
	struct entry *index = calloc(room, sizeof(*index));
	struct stacknode **nodes;

	if (!index)
		return -ENOMEM;
	for (size_t i = 0; i < t->room; i++) {
		size_t at = t->index[i].hash & (room - 1);

		while (t->index[i].node && index[at].node)
			at = (at + 1) & (room - 1);
		if (t->index[i].node)
			index[at] = t->index[i];
	}
	free(t->index);
	t->index = index;
	t->room = room;
	nodes = reallocarray(t->nodes, room, sizeof(struct stacknode *));
	if (!nodes)
		return -ENOMEM;
	t->nodes = nodes;
	return 0;
}

static struct stacknode *node_new(struct stacknode *parent, const char *name, size_t len, enum stacknode_kind kind)
{
	struct stacknode *node = calloc(1, sizeof(*node) + len + 1);
	char *copy;

	if (!node)
		return NULL;
	copy = (char *)(node + 1);
	memcpy(copy, name, len);
	node->name = copy;
	node->kind = kind;
	node->parent = parent;
	node->next = parent->child;
	parent->child = node;
	return node;
}

// The child of that name, made if it is new; *nodep goes there.
static int descend(struct stacktree *t, struct stacknode **nodep, const char *name, size_t len,
		   enum stacknode_kind kind)
{
	uint64_t hash = hash_child(*nodep, name, len, kind);
	struct entry *e;
	size_t at;

	if (2 * t->n >= t->room && grow(t) < 0)
		return -ENOMEM;
	for (at = hash & (t->room - 1); t->index[at].node; at = (at + 1) & (t->room - 1)) {
		e = &t->index[at];
		if (e->hash == hash && e->node->parent == *nodep && e->node->kind == kind &&
		    strlen(e->node->name) == len && memcmp(e->node->name, name, len) == 0) {
			*nodep = e->node;
			return 0;
		}
	}
	*nodep = node_new(*nodep, name, len, kind);
	if (!*nodep)
		return -ENOMEM;
	t->index[at] = (struct entry){ *nodep, hash };
	t->nodes[t->n++] = *nodep;
	return 0;
}

// ---- one entry -------------------------------------------------------------

struct path {
	struct stacktree *tree;
	struct stacknode *node;
	const struct source *src;
	struct outbuf text;
};

// What was printed to the path's text becomes a frame; what a fold could not tell
// apart is replaced.
static int take_text(struct path *p, enum stacknode_kind kind)
{
	size_t from = 0, n = p->text.len;

	while (from < n && p->text.data[from] == ' ')
		from++;
	while (n > from && p->text.data[n - 1] == ' ')
		n--;
	for (size_t i = from; i < n; i++)
		if (p->text.data[i] == ';' || p->text.data[i] == '\n')
			p->text.data[i] = ':';
	p->text.len = 0;
	return descend(p->tree, &p->node, n > from ? p->text.data + from : "", n - from, kind);
}

static int add_key(struct path *p, const struct value *v)
{
	trace_put_key(&p->text, v, p->src);
	return p->text.err ? p->text.err : take_text(p, STACKNODE_KEY);
}

static int add_stack(struct path *p, const struct value *v)
{
	const struct names *names = p->src->where ? p->src->where->names : NULL;
	struct frame f;
	uint32_t n = 0;
	int r = 0;

	while (stack_frame(v, p->src->bytes, n, &f))
		n++;
	if (n && stack_frame(v, p->src->bytes, n - 1, &f) && f.cut) {
		outbuf_str(&p->text, "...");
		r = take_text(p, STACKNODE_USER);
	}
	while (r == 0 && n) {
		stack_frame(v, p->src->bytes, --n, &f);
		function_put(&p->text, names, f);
		r = p->text.err ? p->text.err :
			take_text(p, v->kind == VK_STACK ? STACKNODE_KERNEL : STACKNODE_USER);
	}
	return r;
}

static int add_keys(struct path *p, const struct agg *a)
{
	static const enum value_kind order[] = { VK_INT, VK_USTACK, VK_STACK };
	int r = 0;

	for (size_t k = 0; k < sizeof(order) / sizeof(order[0]); k++)
		for (uint32_t i = 0; r == 0 && i < a->nkeys; i++) {
			const struct value *v = &a->keys[i];

			if (!value_is_stack(v))
				r = k ? 0 : add_key(p, v);
			else if (v->kind == order[k])
				r = add_stack(p, v);
		}
	return r;
}

static uint64_t value_of(const struct agg *a, const uint64_t *words)
{
	int64_t v = agg_is_quantize(a) ? (int64_t)words[0] : agg_number(a, words, 1);

	return v > 0 ? (uint64_t)v : 0;
}

int stacktree_add(struct stacktree *t, const struct schema *s, const struct table *table,
		  const struct location_style *where, const char *name)
{
	const struct agg *a = table_agg(table);
	uint64_t *words = calloc((size_t)a->nwords + 1, sizeof(*words)), value;
	struct path p = { .tree = t, .text = OUTBUF_INIT(-1) };
	int r = words ? 0 : -ENOMEM;

	for (uint32_t e = 0; r == 0 && e < table_count(table); e++) {
		struct source src = { s, table_key(table, e), NULL, where };

		if (!table_visible(table, e))
			continue;
		table_words(table, e, words);
		value = value_of(a, words);
		if (!value)
			continue;
		p.src = &src;
		p.node = &t->root;
		if (name)
			r = descend(t, &p.node, name, strlen(name), STACKNODE_KEY);
		if (r == 0)
			r = add_keys(&p, a);
		p.node->own += r == 0 ? value : 0;
		for (struct stacknode *n = p.node; r == 0 && n; n = n->parent)
			n->sum += value;
	}
	free(words);
	outbuf_deinit(&p.text);
	return r;
}

// ---- order -----------------------------------------------------------------

// Merges two lists in order of name.
static struct stacknode *merge(struct stacknode *a, struct stacknode *b)
{
	struct stacknode *first = NULL, **last = &first;

	while (a && b) {
		struct stacknode **least = strcmp(b->name, a->name) < 0 ? &b : &a;

		*last = *least;
		last = &(*least)->next;
		*least = *last;
	}
	*last = a ? a : b;
	return first;
}

static struct stacknode *sort_list(struct stacknode *list)
{
	struct stacknode *slow = list, *fast = list, *second;

	if (!list || !list->next)
		return list;
	while (fast->next && fast->next->next) {
		slow = slow->next;
		fast = fast->next->next;
	}
	second = slow->next;
	slow->next = NULL;
	return merge(sort_list(list), sort_list(second));
}

const struct stacknode *stacktree_sort(struct stacktree *t)
{
	t->root.child = sort_list(t->root.child);
	for (size_t i = 0; i < t->n; i++)
		t->nodes[i]->child = sort_list(t->nodes[i]->child);
	return &t->root;
}

// ---- folding ---------------------------------------------------------------

static void fold(struct outbuf *b, struct outbuf *path, const struct stacknode *node)
{
	size_t len = path->len;

	if (len)
		outbuf_char(path, ';');
	outbuf_str(path, node->name);
	if (node->own) {
		outbuf_foreign(b, path->data, path->len, 0);
		outbuf_printf(b, " %llu\n", (unsigned long long)node->own);
	}
	for (const struct stacknode *n = node->child; n; n = n->next)
		fold(b, path, n);
	path->len = len;
}

void stacktree_fold(struct outbuf *b, const struct stacknode *root)
{
	_cleanup_outbuf_ struct outbuf path = OUTBUF_INIT(-1);

	for (const struct stacknode *n = root->child; n; n = n->next)
		fold(b, &path, n);
}
