// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// See later.h. One search at a time; what is heard meanwhile waits for the next.

#include "daemon/session/later.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <string.h>

#include "daemon/compile/zygote.h"
#include "daemon/log.h"
#include "daemon/policy/judge.h"
#include "daemon/server.h"
#include "daemon/session/session.h"
#include "daemon/session/setup.h"
#include "daemon/session/user_hooks.h"
#include "daemon/sym/sideband.h"

enum {
	HEARD_MAX = 64,			// processes; of more all are looked at
	PLACES_MAX = 20000,		// of one search
	NAMES_MAX = 2000,		// in a frame
	SOON_US = 1000,			// one program maps several files
	SEEN_MAX = 1 << 16,		// files, as long as the session
};

struct batch {
	struct batch *next;
	struct user_hooks *hooks;
	uint32_t unserved, example;	// places that no program is for, and one of them
};

struct later {
	struct session *session;
	struct sideband_listener listener;
	struct event *soon;
	struct place_seen *seen;
	size_t nseen;
	pid_t heard[HEARD_MAX], asked[HEARD_MAX];	// of mappings that are new; of the search
	size_t nheard;
	bool heard_all;
	struct place_again again;
	struct places_job *job;
	uint32_t nprograms;		// that the session began with
	uint64_t served;		// wants that these have clauses for
	struct batch *batches;		// the newest first
	struct work work;		// adds that
	uint32_t next_set;
	struct reason told;		// last
	uint64_t since;			// something was heard that is not looked at yet, ns; 0: nothing
	uint64_t looked;		// the same of what the search is about
	bool deaf;			// SEEN_MAX
};

// ---- telling ---------------------------------------------------------------

// v NULL: to all.
static void send_added(const struct later *l, struct viewer *v, Dtraced__ProbeInfo **probes, size_t n, const char *text)
{
	Dtraced__Reply reply = DTRACED__REPLY__INIT;
	Dtraced__Added added = DTRACED__ADDED__INIT;

	added.session = l->session->id;
	added.probes = probes;
	added.n_probes = n;
	added.text = (char *)text;
	reply.body_case = DTRACED__REPLY__BODY_ADDED;
	reply.added = &added;
	if (v)
		viewer_send(v, &reply);
	else
		viewers_send(&l->session->viewers, &reply);
}

// The same is said once.
static void tell(struct later *l, const struct reason *why)
{
	if (strcmp(l->told.text, why->text) == 0)
		return;
	l->told = *why;
	send_added(l, NULL, NULL, 0, why->text);
}

static void fill_name(Dtraced__ProbeInfo *m, const struct user_hooks *h, const struct user_set *set, uint32_t i)
{
	static const uint32_t flags[] = { [PLACE_ENTRY] = PROBE_ENTRY, [PLACE_RETURN] = PROBE_RETURN, [PLACE_USDT] = 0 };
	const struct place *p = &h->places->v[h->order[set->first + i]];

	dtraced__probe_info__init(m);
	m->id = set->id_base + i;
	m->prov = (char *)p->prov;
	m->mod = (char *)p->mod;
	m->func = (char *)p->func;
	m->name = (char *)p->name;
	m->flags = flags[set->kind];
}

static int tell_names(const struct later *l, struct viewer *v, const struct user_hooks *h, const struct user_set *set,
	uint32_t bits)
{
	CLEANUP(freep) Dtraced__ProbeInfo *names = calloc(NAMES_MAX, sizeof *names);
	CLEANUP(freep) Dtraced__ProbeInfo **list = calloc(NAMES_MAX, sizeof(void *));
	uint32_t n = 0;

	if (!names || !list)
		return -ENOMEM;
	for (uint32_t i = 0; i < set->n; i++) {
		if (!user_hooks_serve(h, set, i, bits))
			continue;
		fill_name(&names[n], h, set, i);
		list[n] = &names[n];
		if (++n < NAMES_MAX)
			continue;
		send_added(l, v, list, n, "");
		n = 0;
	}
	if (n)
		send_added(l, v, list, n, "");
	return 0;
}

// ---- adding ----------------------------------------------------------------

static void look_soon(struct later *l)
{
	static const struct timeval soon = { 0, SOON_US };

	if (!evtimer_pending(l->soon, NULL))
		evtimer_add(l->soon, &soon);
}

// That of the session's own programs which serves places of the set, or NULL.
static const struct session_program *find_program(const struct later *l, const struct user_set *set)
{
	const struct programs *p = &l->session->programs;
	int serving = user_hooks_serving(l->session->hooks, set);

	for (uint32_t i = 0; i < l->nprograms; i++) {
		const struct session_program *sp = &p->list[i];

		if (hook_is_placed(sp->hook.kind) && serving >= 0 && sp->hook.set == (uint32_t)serving)
			return sp->names_probes || sp->unserved & user_hooks_bits(set, set->found) ? NULL : sp;
	}
	return NULL;
}

static int charge(struct later *l, enum charge_kind kind, uint64_t amount, struct reason *why)
{
	struct session *s = l->session;

	return charge_take(&s->charge, &s->server->charges, &s->owner, kind, amount, why);
}

static enum verdict judge_set(const struct later *l, const struct user_hooks *h, const struct user_set *set,
	struct reason *why)
{
	enum verdict v = VERDICT_ALLOW;

	for (uint32_t i = 0; i < set->n && v == VERDICT_ALLOW; i++) {
		const struct place *p = &h->places->v[h->order[set->first + i]];

		v = judge_probe(&l->session->owner, (const char *const[]){ p->prov, p->mod, p->func, p->name }, why);
	}
	return v;
}

enum verdict later_judge(const struct later *l, struct reason *why)
{
	enum verdict v = VERDICT_ALLOW;

	for (const struct batch *b = l ? l->batches : NULL; b; b = b->next) {
		for (uint32_t i = 0; i < b->hooks->nsets && v == VERDICT_ALLOW; i++) {
			if (b->hooks->sets[i].added)
				v = judge_set(l, b->hooks, &b->hooks->sets[i], why);
		}
	}
	return v;
}

// Where arguments are is in the program's guard, so that it is loaded once more.
static int load_again(struct later *l, const struct session_program *of, const struct user_set *set,
	struct session_program *sp, struct reason *why)
{
	int r = charge(l, CHARGE_PROGRAMS, 1, why);

	if (r)
		return r;
	return setup_load_again(l->session, (uint32_t)(of - l->session->programs.list), set->args, set->nargs, &sp->fd,
		why);
}

// A program of the session for the places of a set. 0; positive with why, or a negative errno.
static int add_program(struct later *l, struct user_hooks *h, uint32_t number, struct reason *why)
{
	struct programs *p = &l->session->programs;
	struct user_set *set = &h->sets[number];
	const struct session_program *of = find_program(l, set);
	struct session_program *list, sp = { .fd = -1, .hooks = h, .shared = set->kind != PLACE_USDT };
	uint32_t n = of ? user_hooks_served(h, number, of->serves) : 0;
	int r = n && judge_set(l, h, set, why) != VERDICT_ALLOW ? SESSION_E_DENIED : 0;

	if (n && !r)
		r = charge(l, CHARGE_PLACES, n, why);
	if (!of && !l->batches->unserved)
		l->batches->example = h->order[set->first];
	if (!of)
		l->batches->unserved += user_hooks_served(h, number, user_hooks_bits(set, set->wants & l->served));
	if (!n || r)
		return r;
	sp.hook = of->hook;
	sp.hook.set = number;
	sp.serves = of->serves;
	if (sp.shared)
		r = (sp.fd = fcntl(of->fd, F_DUPFD_CLOEXEC, 3)) < 0 ? -errno : 0;
	else
		r = load_again(l, of, set, &sp, why);
	if (!r)
		r = tell_names(l, NULL, h, set, of->serves);
	set->added = r ? 0 : of->serves;
	list = r ? NULL : reallocarray(p->list, p->n + 1, sizeof *list);
	if (!list) {
		close_fd(sp.fd);
		return r ? r : -ENOMEM;
	}
	p->list = list;
	list[p->n++] = sp;
	return 0;
}

static void finish(struct later *l)
{
	struct user_hooks *h = l->batches->hooks;
	struct reason why;

	if (l->batches->unserved && h->places->n) {
		const struct place *p = &h->places->v[l->batches->example];

		reason_set(&why, "%u probes of code that was loaded meanwhile, such as %s:%s:%s:%s, are not traced: the program "
			"was compiled for the names, or the types of arguments, that there were", l->batches->unserved,
			p->prov, p->mod, p->func, p->name);
		tell(l, &why);
	}
	user_hooks_refused(h, &why);
	if (*why.text)
		tell(l, &why);
	log_debug("session %016llx: places in code that was loaded %llu us ago", (unsigned long long)l->session->id,
		(unsigned long long)(clock_ns(CLOCK_MONOTONIC) - l->looked) / 1000);
	look_soon(l);
}

// What has ended needs no probes.
static bool has_ended(const struct later *l)
{
	const struct user_hooks *h = l->session->hooks;

	for (size_t i = 0; i < h->nwants; i++) {
		if (h->wants[i].pid > 0 && user_hooks_gone(h, h->wants[i].pid))
			return true;
	}
	return false;
}

static bool add_next(void *arg)
{
	struct later *l = arg;
	struct session *s = l->session;
	struct user_hooks *h = l->batches->hooks;
	struct reason why = { "" };
	bool attaching = l->next_set == h->nsets;
	int r = attaching ? programs_attach_next(&s->programs, &why) : add_program(l, h, l->next_set++, &why);

	if (r < 0)
		reason_set(&why, "code that was loaded meanwhile cannot be traced: %s", strerror(-r));
	if (*why.text && !has_ended(l))
		tell(l, &why);
	if (attaching && *why.text)
		s->programs.attached++;		// as far as it can be
	if (!attaching || r)
		return true;
	finish(l);
	return false;
}

// ---- searching -------------------------------------------------------------

static uint64_t served_by(const struct user_set *set, uint32_t bits)
{
	uint64_t wants = 0;

	for (uint64_t left = set->wants; left; left &= left - 1)
		wants |= user_hooks_bits(set, left & -left) & bits ? left & -left : 0;
	return wants;
}

static uint64_t served(const struct session *s)
{
	uint64_t wants = 0;

	for (uint32_t i = 0; i < s->programs.n; i++) {
		const struct session_program *sp = &s->programs.list[i];

		if (hook_is_placed(sp->hook.kind))
			wants |= served_by(&s->hooks->sets[sp->hook.set], sp->serves);
	}
	return wants;
}

// Those that mean the process, and not another of its number.
static uint64_t wants_of(const struct later *l, pid_t pid)
{
	const struct user_hooks *h = l->session->hooks;
	uint64_t wants = 0;

	for (size_t i = 0; i < h->nwants; i++) {
		if (h->wants[i].pid < 0 || (h->wants[i].pid == pid && !user_hooks_gone(h, pid)))
			wants |= UINT64_C(1) << i;
	}
	return wants & l->served;
}

static int take_seen(struct later *l, const struct places *p)
{
	struct place_seen *v;

	l->deaf = l->nseen + p->nseen > SEEN_MAX;
	v = l->deaf ? NULL : reallocarray(l->seen, l->nseen + p->nseen + 1, sizeof *v);
	if (!v)
		return l->deaf ? -ENFILE : -ENOMEM;
	if (p->nseen)
		memcpy(v + l->nseen, p->seen, p->nseen * sizeof *v);
	l->seen = v;
	l->nseen = places_sort_seen(v, l->nseen + p->nseen);
	return 0;
}

// Takes the places.
static int add_batch(struct later *l, struct places *places)
{
	const struct user_hooks *first = l->session->hooks;
	struct batch *b = calloc(1, sizeof *b);

	if (!b || user_hooks_new(&b->hooks, places, first->wants, first->nwants, false) < 0) {
		free(b);
		places_free(places);
		return -ENOMEM;
	}
	b->hooks->first = first;
	user_hooks_number(b->hooks, zygote_reserve_ids(l->session->server->zygote, b->hooks->nids));
	b->next = l->batches;
	l->batches = b;
	l->next_set = 0;
	work_start(&l->session->server->work, &l->work, add_next, l);
	return 0;
}

static void on_places(void *arg, int error, struct places *places, const char *text)
{
	struct later *l = arg;
	struct reason why = { "" };
	int r = places ? take_seen(l, places) : 0;

	l->job = NULL;
	if (r == 0 && places && places->n) {
		r = add_batch(l, places);
	} else {
		places_free(places);
		look_soon(l);
	}
	if (error < 0)
		reason_set(&why, "code that was loaded meanwhile is not traced: %s", text);
	else if (l->deaf)
		reason_set(&why, "code of further files is not traced: %d have been looked at", SEEN_MAX);
	else if (r < 0)
		reason_set(&why, "code that was loaded meanwhile is not traced: %s", strerror(-r));
	if (*why.text)
		tell(l, &why);
}

static void look(evutil_socket_t fd, short what, void *arg)
{
	struct later *l = arg;
	struct session *s = l->session;
	struct policy_scope scope = policy_process_scope(&s->owner);
	int r;

	(void)fd;
	(void)what;
	if (s->state != SESSION_RUNNING || l->deaf || l->job || l->work.queued || (!l->nheard && !l->heard_all))
		return;
	memcpy(l->asked, l->heard, sizeof l->asked);
	l->again = (struct place_again){ l->asked, l->heard_all ? 0 : l->nheard, l->seen, l->nseen };
	l->heard_all = false;
	l->nheard = 0;
	l->looked = l->since;
	l->since = 0;
	r = places_find(s->server->syms, s->hooks->wants, s->hooks->nwants, &scope, PLACES_MAX, &l->again, on_places,
		l, &l->job);
	if (r < 0)
		on_places(l, r, NULL, strerror(-r));
}

// ---- hearing ---------------------------------------------------------------

static void hear(struct later *l, pid_t pid)
{
	l->since = l->since ? l->since : clock_ns(CLOCK_MONOTONIC);
	for (size_t i = 0; i < l->nheard; i++) {
		if (l->heard[i] == pid)
			return;
	}
	if (l->nheard < HEARD_MAX)
		l->heard[l->nheard++] = pid;
	else
		l->heard_all = true;
}

static void on_event(void *arg, const struct sideband_event *e)
{
	struct later *l = arg;
	uint64_t wants;

	if (e->kind == SIDEBAND_LOST) {
		l->heard_all = true;
		look_soon(l);
	}
	if (e->kind != SIDEBAND_MAP || e->path[0] != '/')
		return;
	wants = wants_of(l, e->pid);
	if (!(wants & ~places_seen(l->seen, l->nseen, e->major, e->minor, e->inode)))
		return;
	hear(l, e->pid);
	look_soon(l);
}

// ---- life ------------------------------------------------------------------

void later_start(struct session *s)
{
	struct later *l = s->hooks && !s->later ? calloc(1, sizeof *l) : NULL;
	int r = -ENOMEM;

	if (!l)
		return;
	l->session = s;
	l->listener = (struct sideband_listener){ .fn = on_event, .arg = l };
	l->nprograms = s->programs.n;
	l->served = served(s);
	l->heard_all = true;
	l->soon = evtimer_new(s->server->base, look, l);
	if (l->soon && take_seen(l, s->hooks->places) == 0)
		r = sideband_listen(s->server->sideband, &l->listener);
	if (r < 0) {
		log_warning("code that is loaded later is not traced: %s", strerror(-r));
		l = later_free(l);
	}
	s->later = l;
}

void later_go(struct later *l)
{
	if (l)
		look_soon(l);
}

void later_greet(const struct later *l, struct viewer *v)
{
	for (const struct batch *b = l ? l->batches : NULL; b; b = b->next) {
		for (uint32_t i = 0; i < b->hooks->nsets; i++) {
			if (b->hooks->sets[i].added && tell_names(l, v, b->hooks, &b->hooks->sets[i], b->hooks->sets[i].added) < 0)
				conn_kill(v->conn, "out of memory");
		}
	}
}

void later_stop(struct later *l)
{
	if (!l)
		return;
	sideband_leave(l->session->server->sideband, &l->listener);
	work_cancel(&l->session->server->work, &l->work);
	places_cancel(l->job);
	l->job = NULL;
	if (l->soon)
		event_del(l->soon);
}

struct later *later_free(struct later *l)
{
	struct batch *b;

	if (!l)
		return NULL;
	later_stop(l);
	if (l->soon)
		event_free(l->soon);
	while ((b = l->batches)) {
		l->batches = b->next;
		user_hooks_free(b->hooks);
		free(b);
	}
	free(l->seen);
	free(l);
	return NULL;
}
