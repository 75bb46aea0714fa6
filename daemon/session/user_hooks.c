// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

#include "daemon/session/user_hooks.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "daemon/kernel/attach.h"
#include "daemon/kernel/uprobe.h"

// In one step of attaching. A link is made for all of its places or none. How long one takes
// depends on how often processes have the file mapped, which may be 65530 times in each; so
// each file begins with one place, and there are more as long as a step takes not too long.
enum { STEP_MULTI = 1024, STEP_EVENTS = 1, STEP_GROWTH = 8 };

#define STEP_NS UINT64_C(25000000)

enum { NOT_SUPPORTED = 524 };	// the kernel's ENOTSUPP, which has no name here

static int compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int by_arg(const struct place_arg *a, const struct place_arg *b)
{
	const int64_t x[] = { a->kind, a->size, a->is_signed, a->is_float, a->reg, a->index, a->scale, a->disp };
	const int64_t y[] = { b->kind, b->size, b->is_signed, b->is_float, b->reg, b->index, b->scale, b->disp };
	int r = 0;

	for (size_t i = 0; !r && i < NELEMS(x); i++)
		r = compare((uint64_t)x[i], (uint64_t)y[i]);
	return r;
}

static int by_args(const struct place *a, const struct place *b)
{
	int r = compare(a->nargs, b->nargs);

	for (uint32_t i = 0; !r && i < a->nargs; i++)
		r = by_arg(&a->args[i], &b->args[i]);
	return r;
}

static int by_set(const void *x, const void *y, void *arg)
{
	const struct place *v = arg, *a = &v[*(const uint32_t *)x], *b = &v[*(const uint32_t *)y];
	int r = compare(a->kind, b->kind);

	if (!r)
		r = by_args(a, b);
	if (!r)
		r = compare((uint64_t)a->pid, (uint64_t)b->pid);
	if (!r)
		r = compare(a->file, b->file);
	return r ? r : compare(a->offset, b->offset);
}

static struct user_set *add_set(struct user_hooks *h, enum place_kind kind, const struct place_arg *args, uint32_t nargs)
{
	uint32_t first = h->nsets ? h->sets[h->nsets - 1].first + h->sets[h->nsets - 1].n : 0;

	h->sets[h->nsets] = (struct user_set){ .kind = kind, .first = first, .args = args, .nargs = nargs,
		.wants = user_hooks_of_kind(h->wants, h->nwants, kind) };
	return &h->sets[h->nsets++];
}

// Whether arguments look the same to a program, wherever they are.
static bool same_types(const struct user_set *a, const struct user_set *b)
{
	if (a->nargs != b->nargs)
		return false;
	for (uint32_t i = 0; i < a->nargs; i++) {
		if (a->args[i].size != b->args[i].size || a->args[i].is_signed != b->args[i].is_signed ||
			a->args[i].is_float != b->args[i].is_float ||
			(a->args[i].kind == PLACE_ARG_NONE) != (b->args[i].kind == PLACE_ARG_NONE))
			return false;
	}
	return true;
}

static void divide(struct user_hooks *h)
{
	const struct place *v = h->places->v;

	for (uint32_t i = 0; i < h->places->n; i++) {
		const struct place *p = &v[h->order[i]];

		if (!i || v[h->order[i - 1]].kind != p->kind || by_args(&v[h->order[i - 1]], p) != 0)
			add_set(h, p->kind, p->args, p->nargs);
		h->sets[h->nsets - 1].n++;
		h->sets[h->nsets - 1].found |= p->wants;
	}
}

// ---- what may be there later -----------------------------------------------

uint64_t user_hooks_of_kind(const struct place_want *wants, size_t n, enum place_kind kind)
{
	uint64_t of = 0;

	for (size_t i = 0; i < n; i++) {
		if (place_want_kinds(&wants[i]) >> kind & 1)
			of |= UINT64_C(1) << i;
	}
	return of;
}

// An address is of what is mapped now.
static uint64_t lasting(const struct user_hooks *h)
{
	uint64_t of = 0;

	for (size_t i = 0; i < h->nwants; i++) {
		if (strcmp(h->wants[i].func, "-") != 0)
			of |= UINT64_C(1) << i;
	}
	return of;
}

static struct user_set *set_of_kind(struct user_hooks *h, enum place_kind kind)
{
	for (uint32_t i = 0; i < h->nsets; i++) {
		if (h->sets[i].kind == kind)
			return &h->sets[i];
	}
	return add_set(h, kind, NULL, 0);
}

// What the arguments of a program's own probe are nobody knows before, so that there is a set for any.
static void foresee(struct user_hooks *h)
{
	for (int kind = 0; kind <= PLACE_USDT; kind++) {
		uint64_t wants = user_hooks_of_kind(h->wants, h->nwants, (enum place_kind)kind) & lasting(h);
		struct user_set *s;

		if (!wants)
			continue;
		s = kind == PLACE_USDT ? add_set(h, PLACE_USDT, NULL, PLACE_ARGS) : set_of_kind(h, (enum place_kind)kind);
		s->later = wants & ~s->found;
	}
}

int user_hooks_serving(const struct user_hooks *h, const struct user_set *set)
{
	int any = -1;

	for (uint32_t i = 0; i < h->nsets; i++) {
		const struct user_set *s = &h->sets[i];
		bool same = s->kind == set->kind && !(set->found & ~(s->found | s->later));

		if (same && s->kind == PLACE_USDT && !s->args && s->nargs)
			any = (int)i;
		else if (same && same_types(s, set))
			return (int)i;
	}
	return any;
}

// ---- life ------------------------------------------------------------------

static int copy_wants(struct user_hooks *h, const struct place_want *wants, size_t n)
{
	h->wants = calloc(n + 1, sizeof *h->wants);
	if (!h->wants)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		h->wants[i] = (struct place_want){ wants[i].pid, strdup(wants[i].prov), strdup(wants[i].mod),
			strdup(wants[i].func), strdup(wants[i].name) };
		h->nwants++;
		if (!h->wants[i].prov || !h->wants[i].mod || !h->wants[i].func || !h->wants[i].name)
			return -ENOMEM;
	}
	return 0;
}

int user_hooks_new(struct user_hooks **hp, struct places *places, const struct place_want *wants, size_t n, bool later)
{
	struct user_hooks *h = calloc(1, sizeof *h);

	if (!h)
		return -ENOMEM;
	h->order = calloc(places->n + 1, sizeof *h->order);
	h->sets = calloc(places->n + PLACE_USDT + 1, sizeof *h->sets);
	if (!h->order || !h->sets || copy_wants(h, wants, n) < 0) {
		user_hooks_free(h);
		return -ENOMEM;
	}
	h->places = places;
	for (uint32_t i = 0; i < places->n; i++)
		h->order[i] = i;
	qsort_r(h->order, places->n, sizeof *h->order, by_set, places->v);
	divide(h);
	if (later)
		foresee(h);
	for (uint32_t i = 0; i < h->nsets; i++)
		h->nids += h->sets[i].n + (uint32_t)__builtin_popcountll(h->sets[i].later);
	*hp = h;
	return 0;
}

void user_hooks_number(struct user_hooks *h, uint32_t id_base)
{
	for (uint32_t i = 0; i < h->nsets; i++) {
		h->sets[i].id_base = id_base;
		id_base += h->sets[i].n + (uint32_t)__builtin_popcountll(h->sets[i].later);
	}
}

struct user_hooks *user_hooks_free(struct user_hooks *h)
{
	if (!h)
		return NULL;
	for (uint32_t i = 0; i < h->nprocesses; i++)
		close_fd(h->processes[i].fd);
	for (size_t i = 0; i < h->nwants; i++) {
		free((char *)h->wants[i].prov);
		free((char *)h->wants[i].mod);
		free((char *)h->wants[i].func);
		free((char *)h->wants[i].name);
	}
	free(h->wants);
	free(h->processes);
	free(h->order);
	free(h->sets);
	places_free(h->places);
	free(h);
	return NULL;
}

uint32_t user_hooks_count(const struct user_hooks *h)
{
	return h ? (uint32_t)h->places->n : 0;
}

bool user_hooks_fit(const struct user_hooks *h, enum hook_kind hook, uint32_t set)
{
	return h && set < h->nsets && (hook == HOOK_URETPROBE) == (h->sets[set].kind == PLACE_RETURN);
}

const struct place_arg *user_hooks_args(const struct user_hooks *h, enum hook_kind hook, uint32_t set,
	uint32_t *n)
{
	bool fits = hook_is_placed(hook) && user_hooks_fit(h, hook, set);

	*n = fits && h->sets[set].args ? h->sets[set].nargs : 0;
	return fits ? h->sets[set].args : NULL;
}

// By their rank among those of the set.
uint32_t user_hooks_bits(const struct user_set *set, uint64_t wants)
{
	uint32_t bits = 0;

	for (; wants; wants &= wants - 1)
		bits |= UINT32_C(1) << __builtin_popcountll(set->wants & ((wants & -wants) - 1));
	return bits;
}

bool user_hooks_serve(const struct user_hooks *h, const struct user_set *set, uint32_t i, uint32_t bits)
{
	return user_hooks_bits(set, h->places->v[h->order[set->first + i]].wants) & bits;
}

uint32_t user_hooks_served(const struct user_hooks *h, uint32_t set, uint32_t bits)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < h->sets[set].n; i++)
		n += user_hooks_serve(h, &h->sets[set], i, bits);
	return n;
}

// ---- attaching -------------------------------------------------------------

// The places that one call of the kernel can take: how many from place at of the set on.
static uint32_t run_length(const struct user_hooks *h, const struct user_set *set, uint32_t at, uint32_t serves,
	uint32_t max)
{
	const struct place *v = h->places->v, *first = &v[h->order[set->first + at]];
	uint32_t n = 1;

	while (n < max) {
		const struct place *p = &v[h->order[set->first + at + n]];

		if (p->pid != first->pid || p->file != first->file || !user_hooks_serve(h, set, at + n, serves))
			break;
		n++;
	}
	return n;
}

bool user_hooks_gone(const struct user_hooks *h, pid_t pid)
{
	if (h->first)
		h = h->first;
	for (uint32_t i = 0; i < h->nprocesses; i++) {
		struct pollfd p = { .fd = h->processes[i].fd, .events = POLLIN };

		if (h->processes[i].pid == pid)
			return poll(&p, 1, 0) != 0;
	}
	return pid > 0;
}

static void say_why(const struct place *p, int r, struct reason *why)
{
	if (r == USER_HOOKS_E_GONE)
		reason_set(why, "process %d has ended", p->pid);
	else
		reason_set(why, "probes such as %s:%s:%s:%s cannot be attached: %s", p->prov, p->mod, p->func,
			p->name, strerror(-r));
}

struct step {
	uint64_t offsets[STEP_MULTI], cookies[STEP_MULTI], semaphores[STEP_MULTI];
};

// Asked before and after: the number was that of the process all the time.
static int attach_run(const struct user_hooks *h, const struct user_set *set, uint32_t at, uint32_t n,
	struct uprobe_request *q, struct attachment *a)
{
	const struct place *first = &h->places->v[h->order[set->first + at]];
	CLEANUP(freep) struct step *s = malloc(sizeof *s);
	int r;

	if (!s)
		return -ENOMEM;
	for (uint32_t i = 0; i < n; i++) {
		const struct place *p = &h->places->v[h->order[set->first + at + i]];

		s->offsets[i] = p->offset;
		s->cookies[i] = (uint64_t)(set->id_base + at + i) << 32 | user_hooks_bits(set, p->wants);
		s->semaphores[i] = p->semaphore;
		if (p->semaphore)
			q->semaphores = s->semaphores;
	}
	q->file = h->places->files[first->file].fd;
	q->pid = first->pid > 0 ? first->pid : 0;
	q->offsets = s->offsets;
	q->cookies = s->cookies;
	q->n = n;
	if (user_hooks_gone(h, first->pid))
		return USER_HOOKS_E_GONE;
	r = uprobe_attach(a, q);
	return user_hooks_gone(h, first->pid) ? USER_HOOKS_E_GONE : r;
}

// An instruction that the kernel cannot trace.
static bool is_refusal(int r)
{
	return r == -EINVAL || r == -NOT_SUPPORTED || r == -EOPNOTSUPP;
}

// How many places the next step has, by how long this one took.
static uint32_t next_step(uint32_t n, uint64_t took)
{
	uint64_t next = n * STEP_NS / (took + 1), most = n * STEP_GROWTH;

	if (most > STEP_MULTI)
		most = STEP_MULTI;
	return (uint32_t)(next > most ? most : next ? next : 1);
}

static uint32_t step_of(struct user_hooks *h, uint32_t file)
{
	if (h->step_file != file)
		h->step = 0;
	h->step_file = file;
	return h->step ? h->step : 1;
}

int user_hooks_attach(struct user_hooks *h, const struct probe_hook *hook, uint32_t serves, uint32_t *at,
	struct attachment *a, int prog, bool multi, struct reason *why)
{
	const struct user_set *set = &h->sets[hook->set];
	uint32_t max, left, n;
	uint64_t begin = clock_ns(CLOCK_MONOTONIC);
	struct uprobe_request q = { .prog = prog, .returns = hook->kind == HOOK_URETPROBE, .multi = multi };
	int r;

	while (*at < set->n && !user_hooks_serve(h, set, *at, serves))
		++*at;
	left = set->n - *at;
	if (!left)
		return 0;
	max = multi ? step_of(h, h->places->v[h->order[set->first + *at]].file) : STEP_EVENTS;
	n = run_length(h, set, *at, serves, left < max ? left : max);
	r = attach_run(h, set, *at, n, &q, a);
	while (is_refusal(r) && n > 1) {
		n /= 2;
		r = attach_run(h, set, *at, n, &q, a);
	}
	if (is_refusal(r)) {
		h->refused++;
		h->first_refused = h->order[set->first + *at];
		r = 0;
	}
	h->tried += n;
	if (r)
		say_why(&h->places->v[h->order[set->first + *at]], r, why);
	else
		*at += n;
	h->step = next_step(n, clock_ns(CLOCK_MONOTONIC) - begin);
	return r;
}

bool user_hooks_refused(struct user_hooks *h, struct reason *why)
{
	uint32_t n = h ? h->refused : 0, tried = h ? h->tried : 0;
	const struct place *p;

	*why->text = '\0';
	if (!n)
		return false;
	h->refused = h->tried = 0;
	p = &h->places->v[h->first_refused];
	reason_set(why, "the kernel cannot trace %u of the places of %s, for example %s:%s:%s", n, p->prov, p->mod,
		p->func, p->name);
	return n == tried;
}
