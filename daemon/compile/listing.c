// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Descriptions are split at commas, then at colons; -P -m -f -n say which field
// the rightmost part is, d-reference §2.1. What matches is one list in id order.

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/compile/listing.h"
#include "daemon/compile/object_wire.h"
#include "daemon/compile/wire_array.h"
#include "daemon/util.h"
#include "dlang/dlang.h"
#include "providers/catalogue.h"

struct missing {
	const struct probe *names;
	const char *why;
};

struct listing {
	bool verbose;
	bool asking, wants;		// first only: which descriptions want probes of processes
	const struct dlang_env *env;
	struct catalogue *catalogue;
	VEC(const struct probe *) found;
	VEC(struct missing) missing;
	VEC(uint32_t) matched;		// per text
	struct diags diags;
};

// By TextKind: which field (0 provider to 3 name) the rightmost part is.
static const int rightmost[] = {
	[DTRACED__TEXT_KIND__TEXT_FILE] = 3,
	[DTRACED__TEXT_KIND__TEXT_NAME] = 3,
	[DTRACED__TEXT_KIND__TEXT_FUNC] = 2,
	[DTRACED__TEXT_KIND__TEXT_MODULE] = 1,
	[DTRACED__TEXT_KIND__TEXT_PROVIDER] = 0,
	[DTRACED__TEXT_KIND__TEXT_ID] = 3,
};

bool listing_is_plain(const Dtraced__Text *t)
{
	if ((size_t)t->kind >= NELEMS(rightmost) || t->kind == DTRACED__TEXT_KIND__TEXT_FILE)
		return false;
	for (size_t i = 0; i < t->text.len; i++) {
		unsigned char c = t->text.data[i];

		if (!isalnum(c) && !strchr("-:_.?*\\[]!`, \t\n", c))
			return false;
		if (!c)
			return false;
	}
	return true;
}

static void complain(struct listing *l, enum errtag tag, const char *text)
{
	diag_error(&l->diags, (struct span){ UINT32_MAX, 0, 0 }, tag, "%s", text);
}

// Splits text, which is modified, into the fields. False: too many parts.
static bool split(char *text, int last, const char *fields[4])
{
	int parts = 1, at;

	for (const char *p = text; *p; p++)
		parts += *p == ':';
	at = last + 1 - parts;
	if (at < 0)
		return false;
	for (char *p = text; p; at++)
		fields[at] = strsep(&p, ":");
	return true;
}

static bool is_number(const char *s)
{
	return *s && s[strspn(s, "0123456789")] == '\0';
}

// 0 and *d, or what is wrong.
static const char *parse(char *text, Dtraced__TextKind kind, struct probe_desc *d)
{
	const char *fields[4] = { NULL };
	unsigned long long id;

	*d = (struct probe_desc){ 0 };
	if (!*text)
		return "it is empty";
	if (is_number(text) && kind != DTRACED__TEXT_KIND__TEXT_ID && rightmost[kind] != 3)
		return "a probe id cannot stand for a provider, module or function";
	if (is_number(text) || kind == DTRACED__TEXT_KIND__TEXT_ID) {
		id = is_number(text) && strlen(text) < 12 ? strtoull(text, NULL, 10) : 0;
		d->id = id <= UINT32_MAX ? (uint32_t)id : 0;
		return d->id ? NULL : "not a probe id";
	}
	if (!split(text, rightmost[kind], fields))
		return "Overspecified probe description";
	d->prov = fields[0];
	d->mod = fields[1];
	d->func = fields[2];
	d->name = fields[3];
	return NULL;
}

static bool take(void *arg, const struct probe *p)
{
	struct listing *l = arg;

	vec_push(l->env->arena, &l->found, p);
	return true;
}

static void add_unavailable(void *arg, const struct probe *p, const char *why)
{
	struct listing *l = arg;

	for (uint32_t i = 0; i < l->missing.n; i++)
		if (l->missing.v[i].why == why && l->missing.v[i].names == p)
			return;
	vec_push(l->env->arena, &l->missing, (struct missing){ p, why });
}

// One description. Returns how many probes it matched; that it is none is for the client to tell.
static uint32_t search(struct listing *l, char *text, Dtraced__TextKind kind)
{
	struct arena *a = l->env->arena;
	const char *shown = arena_strndup(a, text, strlen(text));
	struct probe_desc d;
	const char *why = parse(text, kind, &d);
	int r;

	if (l->asking) {
		l->wants |= !why && catalogue_want(l->catalogue, &d);
		return 0;
	}
	if (why) {
		complain(l, D_PDESC_INVAL, arena_printf(a, "invalid probe description \"%s\": %s",
			shown, why));
		return 0;
	}
	r = catalogue_match(l->catalogue, &d, take, l, &why);
	if (l->verbose)
		catalogue_each_unavailable(l->catalogue, &d, add_unavailable, l);
	if (r == -EALREADY || (r == -ENOTSUP && l->missing.n))	// it has a row there
		return 0;
	if (r == -E2BIG)
		why = "it matches more probes than a request may have";
	if (r < 0)
		complain(l, r == -EINVAL ? D_PDESC_INVAL : D_PDESC_ZERO,
			arena_printf(a, "failed to match %s: %s", shown, why));
	return r < 0 ? 0 : (uint32_t)r;
}

static char *trim(char *s)
{
	size_t n;

	s += strspn(s, " \t\n");
	n = strlen(s);
	while (n && strchr(" \t\n", s[n - 1]))
		s[--n] = '\0';
	return s;
}

static void search_text(struct listing *l, const Dtraced__Text *t)
{
	char *rest = arena_strndup(l->env->arena, (const char *)t->text.data, t->text.len);
	uint32_t n = 0;

	while (rest)
		n += search(l, trim(strsep(&rest, ",")), t->kind);
	vec_push(l->env->arena, &l->matched, n);
}

static int by_id(const void *x, const void *y)
{
	const struct probe *a = *(const struct probe *const *)x, *b = *(const struct probe *const *)y;

	return a->id < b->id ? -1 : a->id > b->id;
}

// By names, which are interned, then by id.
static int by_names(const void *x, const void *y)
{
	const struct probe *a = *(const struct probe *const *)x, *b = *(const struct probe *const *)y;
	const uintptr_t p[] = { (uintptr_t)a->prov, (uintptr_t)a->mod, (uintptr_t)a->func, (uintptr_t)a->name, a->id };
	const uintptr_t q[] = { (uintptr_t)b->prov, (uintptr_t)b->mod, (uintptr_t)b->func, (uintptr_t)b->name, b->id };

	for (size_t i = 0; i < sizeof p / sizeof *p; i++) {
		if (p[i] != q[i])
			return p[i] < q[i] ? -1 : 1;
	}
	return 0;
}

// A probe of a program may be in several places, each with an id.
static bool is_same(const struct probe *a, const struct probe *b)
{
	return a == b || (a->prov == b->prov && a->mod == b->mod && a->func == b->func && a->name == b->name &&
		a->owner == b->owner && a->owner && strcmp(a->owner->name, "usdt") == 0);
}

uint32_t listing_unique(const struct probe **v, uint32_t count)
{
	uint32_t n = 0;

	if (!count)
		return 0;
	qsort(v, count, sizeof *v, by_names);
	for (uint32_t i = 0; i < count; i++) {
		if (!n || !is_same(v[n - 1], v[i]))
			v[n++] = v[i];
	}
	qsort(v, n, sizeof *v, by_id);
	return n;
}

// No id, and the reason.
static Dtraced__ProbeInfo *missing_row(const struct listing *l, const struct missing *m)
{
	Dtraced__ProbeInfo *row = probe_to_wire(l->env->arena, NULL, m->names);

	row->unavailable = wire_string(m->why);
	return row;
}

static Dtraced__Listing *result(struct listing *l, bool verbose)
{
	struct arena *a = l->env->arena;
	Dtraced__Listing *m = WIRE_NEW(a, Dtraced__Listing, dtraced__listing__init);

	m->probes = arena_alloc(a, (l->found.n + l->missing.n) * sizeof *m->probes + 1);
	for (uint32_t i = 0; i < l->found.n; i++)
		m->probes[m->n_probes++] = probe_to_wire(a, verbose ? l->env->types : NULL, l->found.v[i]);
	for (uint32_t i = 0; i < l->missing.n; i++)
		m->probes[m->n_probes++] = missing_row(l, &l->missing.v[i]);
	WIRE_NUMBERS(m, matched, l->matched);
	return m;
}

bool listing_run(const struct dlang_env *env, struct catalogue *c, const Dtraced__List *list,
	Dtraced__WorkerReply *reply)
{
	struct listing l = { .env = env, .catalogue = c, .verbose = list->verbose, .asking = true };
	const char *why = NULL;

	diags_init(&l.diags, env->arena, 20);
	for (size_t i = 0; i < list->n_texts; i++)
		search_text(&l, list->texts[i]);
	if (l.wants)
		return false;
	l.asking = false;
	l.matched.n = 0;
	for (size_t i = 0; i < list->n_texts; i++)
		search_text(&l, list->texts[i]);
	if (!list->n_texts)
		catalogue_match(c, &(struct probe_desc){ 0 }, take, &l, &why);
	if (diag_any(&l.diags)) {
		struct dlang_result res = { .diags = l.diags };

		reply->body_case = DTRACED__WORKER_REPLY__BODY_FAILURE;
		reply->failure = diags_to_wire(env->arena, &res, (uint32_t)list->n_texts);
		return true;
	}
	l.found.n = listing_unique(l.found.v, l.found.n);
	if (!list->n_texts && list->verbose)
		catalogue_each_unavailable(c, &(struct probe_desc){ 0 }, add_unavailable, &l);
	reply->body_case = DTRACED__WORKER_REPLY__BODY_LISTING;
	reply->listing = result(&l, list->verbose);
	return true;
}
