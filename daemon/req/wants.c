// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// What cannot be found is the compiler's to report, since it knows for which
// description; so the request goes to a worker again in any case.

#include "daemon/req/wants.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>

#include "daemon/compile/zygote.h"
#include "daemon/conn.h"
#include "daemon/req/job.h"
#include "daemon/req/targets.h"
#include "daemon/server.h"
#include "daemon/session/user_hooks.h"
#include "daemon/sym/process.h"
#include "providers/processes.h"

enum { LIST_MAX = 100000, COMPILE_MAX = 20000, FIELD_MAX = 192, IDS_MAX = 100000 };	// FIELD_MAX: of a description

_Static_assert((int)PLACE_ENTRY == (int)DTRACED__PLACE_KIND__PLACE_KIND_ENTRY &&
	(int)PLACE_RETURN == (int)DTRACED__PLACE_KIND__PLACE_KIND_RETURN &&
	(int)PLACE_OFFSET == (int)DTRACED__PLACE_KIND__PLACE_KIND_OFFSET &&
	(int)PLACE_USDT == (int)DTRACED__PLACE_KIND__PLACE_KIND_USDT, "kinds are the same");

// ---- the request again -----------------------------------------------------

struct answer {
	Dtraced__Places places;
	Dtraced__PlaceSet *set, **sets;
	Dtraced__Place *place, **list;
	Dtraced__PlaceType (*types)[PLACE_ARGS], *(*type_lists)[PLACE_ARGS];	// by set
	char **none;
};

static int fill_none(struct answer *a, const struct places *p)
{
	a->none = calloc(p->nwants + 1, sizeof *a->none);
	if (!a->none)
		return -ENOMEM;
	for (size_t i = 0; i < p->nwants; i++)
		a->none[i] = p->why[i] ? p->why[i] : (char *)"";
	a->places.none = a->none;
	a->places.n_none = p->nwants;
	return 0;
}

static void fill_types(struct answer *a, const struct user_set *s, uint32_t number)
{
	a->set[number].n_args = s->nargs;
	a->set[number].args = a->type_lists[number];
	for (uint32_t i = 0; i < s->nargs; i++) {
		Dtraced__PlaceType *m = &a->types[number][i];

		dtraced__place_type__init(m);
		m->size = s->args ? s->args[i].size : sizeof(int64_t);
		m->is_signed = !s->args || s->args[i].is_signed;
		m->is_float = s->args && s->args[i].is_float;
		m->is_out_of_reach = s->args && s->args[i].kind == PLACE_ARG_NONE;
		a->type_lists[number][i] = m;
	}
}

static void fill_set(struct answer *a, const struct user_hooks *h, uint32_t number)
{
	const struct user_set *s = &h->sets[number];
	Dtraced__PlaceSet *m = &a->set[number];

	dtraced__place_set__init(m);
	a->sets[number] = m;
	m->kind = (Dtraced__PlaceKind)s->kind;
	m->id_base = s->id_base;
	m->n_places = s->n;
	m->places = a->list + s->first;
	m->wants = s->wants;
	m->later = s->later;
	fill_types(a, s, number);
	for (uint32_t i = s->first; i < s->first + s->n; i++) {
		const struct place *p = &h->places->v[h->order[i]];

		dtraced__place__init(&a->place[i]);
		a->place[i].prov = (char *)p->prov;
		a->place[i].mod = (char *)p->mod;
		a->place[i].func = (char *)p->func;
		a->place[i].name = (char *)p->name;
		a->place[i].wants = p->wants;
		a->list[i] = &a->place[i];
	}
}

static int fill_answer(struct answer *a, const struct user_hooks *h)
{
	uint32_t n = user_hooks_count(h), sets = h ? h->nsets : 0;

	a->place = calloc(n + 1, sizeof *a->place);
	a->list = calloc(n + 1, sizeof(void *));
	a->set = calloc(sets + 1, sizeof *a->set);
	a->sets = calloc(sets + 1, sizeof(void *));
	a->types = calloc(sets + 1, sizeof *a->types);
	a->type_lists = calloc(sets + 1, sizeof *a->type_lists);
	if (!a->place || !a->list || !a->set || !a->sets || !a->types || !a->type_lists)
		return -ENOMEM;
	if (!h)
		return 0;
	for (uint32_t i = 0; i < h->nsets; i++)
		fill_set(a, h, i);
	a->places.n_sets = h->nsets;
	a->places.sets = a->sets;
	return fill_none(a, h->places);
}

static void answer_deinit(struct answer *a)
{
	free(a->place);
	free(a->list);
	free(a->set);
	free(a->sets);
	free(a->types);
	free(a->type_lists);
	free(a->none);
}

// error negative: nothing was found, and why.
static void submit_again(struct job *job, int error, const char *why)
{
	CLEANUP(answer_deinit) struct answer a = { .places = DTRACED__PLACES__INIT };
	int r = fill_answer(&a, job->hooks);

	a.places.n_wants = job->wants->n_wants;
	a.places.wants = job->wants->wants;
	a.places.next_id = zygote_reserve_ids(job->conn->server->zygote, job->wants->ids);
	a.places.error = error;
	if (why)
		a.places.why = (char *)why;
	if (r < 0)
		job_fail(job, r);
	else
		job_resubmit(job, &a.places);
}

// ---- processes -------------------------------------------------------------

static const Dtraced__Target *find_target(const struct job *job, int32_t pid)
{
	const Dtraced__Compile *c = job->request->compile;
	const Dtraced__List *l = job->request->list;
	Dtraced__Target *const *targets = c ? c->targets : l->targets;
	size_t n = c ? c->n_targets : l->n_targets;

	for (size_t i = 0; i < n; i++) {
		if (targets[i]->pid == pid)
			return targets[i];
	}
	return NULL;
}

// The process that the client means, if it may be traced: 0 and *fd, a pidfd, or a negative
// errno with why.
static int check_process(const struct job *job, int32_t pid, int *fd, struct reason *why)
{
	const Dtraced__Target *t = find_target(job, pid);
	CLEANUP(closep) int dir = pid > 0 ? process_open(pid) : -ESRCH;
	struct process_facts facts;
	int r = dir;

	if (!t && targets_are_elsewhere(&job->conn->peer)) {
		reason_set(why, "%d is a number of another pid namespace than the client's: name the process by -p, and its "
			"probes by $target", pid);
		return -EINVAL;
	}
	if (r >= 0)
		r = (*fd = (int)syscall(SYS_pidfd_open, pid, 0)) < 0 ? -errno : process_read_facts(dir, &facts);
	if (r >= 0 && t && !process_began(&facts, t->start))
		r = -ESRCH;
	if (r == -ENOENT || r == -EINVAL)
		r = -ESRCH;
	if (r < 0) {
		if (pid <= 0)
			reason_set(why, "a provider's name does not end in the number of a process; $target is "
				"one with -p or -c only");
		else if (r == -ESRCH)
			reason_set(why, "there is no process %d", pid);
		else
			reason_set(why, "process %d cannot be looked at: %s", pid, strerror(-r));
		return r;
	}
	if (policy_check_process(job_peer(job), pid, facts.owner, why) != VERDICT_ALLOW)
		return -EPERM;
	return 0;
}

static bool is_checked(const struct job *job, int32_t pid)
{
	for (uint32_t i = 0; i < job->nprocesses; i++) {
		if (job->processes[i].pid == pid)
			return true;
	}
	return false;
}

static int check_processes(struct job *job, struct reason *why)
{
	const Dtraced__Wants *w = job->wants;
	int r = 0;

	job->processes = calloc(w->n_wants, sizeof *job->processes);
	if (!job->processes)
		return -ENOMEM;
	for (size_t i = 0; i < w->n_wants && r == 0; i++) {
		struct user_process *p = &job->processes[job->nprocesses];
		int32_t pid = w->wants[i]->pid;

		if (pid == PROCESS_ALL || is_checked(job, pid))
			continue;	// what all processes have places_find() knows whom to give
		*p = (struct user_process){ pid, -1 };
		job->nprocesses++;
		r = check_process(job, pid, &p->fd, why);
	}
	return r;
}

// ---- places ----------------------------------------------------------------

static void fill_wants(const struct job *job, struct place_want wants[PLACE_WANTS_MAX])
{
	for (size_t i = 0; i < job->wants->n_wants; i++) {
		const Dtraced__Want *m = job->wants->wants[i];

		wants[i] = (struct place_want){ m->pid, m->prov, m->mod, m->func, m->name };
	}
}

static int make_hooks(struct job *job, struct places *places)
{
	struct place_want wants[PLACE_WANTS_MAX];
	int r;

	fill_wants(job, wants);
	r = user_hooks_new(&job->hooks, places, wants, job->wants->n_wants, job->request->compile);
	if (r == 0)
		user_hooks_number(job->hooks, zygote_reserve_ids(job->conn->server->zygote, job->hooks->nids));
	return r;
}

static void on_places(void *arg, int error, struct places *places, const char *why)
{
	struct job *job = arg;
	int r = places ? make_hooks(job, places) : 0;

	job->places = NULL;
	if (r < 0) {
		places_free(places);
		job_fail(job, r);
		return;
	}
	if (job->hooks) {
		job->hooks->processes = job->processes;
		job->hooks->nprocesses = job->nprocesses;
		job->processes = NULL;
		job->nprocesses = 0;
	}
	submit_again(job, places ? 0 : error, why);
}

static int find(struct job *job)
{
	const Dtraced__Wants *w = job->wants;
	const struct peer *peer = job_peer(job);
	struct place_want wants[PLACE_WANTS_MAX];
	struct policy_scope scope = policy_process_scope(peer);

	fill_wants(job, wants);
	return places_find(job->conn->server->syms, wants, w->n_wants, &scope,
		job->request->list ? LIST_MAX : COMPILE_MAX, NULL, on_places, job, &job->places);
}

// Each has a bit in the cookies of the places of a kind.
static int check_kinds(const struct job *job, struct reason *why)
{
	struct place_want wants[PLACE_WANTS_MAX];

	fill_wants(job, wants);
	for (int kind = 0; kind <= PLACE_USDT; kind++) {
		uint64_t of = user_hooks_of_kind(wants, job->wants->n_wants, (enum place_kind)kind);

		if (__builtin_popcountll(of) > USER_HOOKS_WANTS) {
			reason_set(why, "the request has %d different descriptions of probes of one kind in processes; "
				"at most %d are possible", __builtin_popcountll(of), USER_HOOKS_WANTS);
			return -EINVAL;
		}
	}
	return 0;
}

// Patterns are compared by the core, so that none is longer than D has them.
static bool are_short(const Dtraced__Wants *w)
{
	for (size_t i = 0; i < w->n_wants; i++) {
		const Dtraced__Want *m = w->wants[i];
		const char *const fields[] = { m->prov, m->mod, m->func, m->name };

		for (size_t k = 0; k < NELEMS(fields); k++) {
			if (strlen(fields[k]) >= FIELD_MAX)
				return false;
		}
	}
	return true;
}

void wants_find(struct job *job, Dtraced__Wants *wants)
{
	struct reason why = { "" };
	bool again = job->wants;
	int r;

	if (again)
		dtraced__wants__free_unpacked(wants, NULL);
	else
		job->wants = wants;
	job->request = job->request ? job->request :
		dtraced__worker_request__unpack(NULL, job->packed_len, job->packed);
	if (again || !wants->n_wants || wants->ids > IDS_MAX || !are_short(wants) || !job->request) {
		job_fail(job, job->request ? -EBADMSG : -ENOMEM);
		return;
	}
	if (wants->n_wants > PLACE_WANTS_MAX) {
		reason_set(&why, "the request has %zu different descriptions of probes in processes; at most %d "
			"are possible", wants->n_wants, PLACE_WANTS_MAX);
		submit_again(job, -EINVAL, why.text);
		return;
	}
	r = check_kinds(job, &why);
	if (r == 0)
		r = check_processes(job, &why);
	if (r == 0)
		r = find(job);
	if (r == -ENOMEM)
		job_fail(job, r);
	else if (r < 0)
		submit_again(job, r, *why.text ? why.text : strerror(-r));
}
