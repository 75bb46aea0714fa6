// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The rounds of a job with the worker, see user_job.h.

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/sym/channel.h"
#include "daemon/sym/user.h"
#include "daemon/sym/user_job.h"
#include "daemon/util.h"

enum {
	LOSSES_MAX = 32,	// of the worker in one job
	GROUP_FDS = 2,
	NAME_MAX_SIZE = 2048,
};

struct round {
	struct user_job *j;
	Dtraced__SymRequest *m;
	int *fds;
	size_t nfds;
	bool alone;		// nothing may come beside what is in it
};

static void end_group(struct group *g)
{
	group_close(g);
	g->state = GROUP_DONE;
}

static void add_file(struct round *r, struct group *g, bool load)
{
	Dtraced__SymFile *f = &r->j->files[r->m->n_files];

	dtraced__sym_file__init(f);
	f->id = g->symfile->id;
	f->perf_map = g->perf_map;
	f->load = load;
	f->has_debug = load && g->debug >= 0;
	r->fds[r->nfds++] = g->fd;
	if (f->has_debug)
		r->fds[r->nfds++] = g->debug;
	r->j->file_list[r->m->n_files++] = f;
	r->alone |= g->symfile->crashes > 0;
	g->sent = true;
}

static void add_questions(struct round *r, struct group *g)
{
	struct user_job *j = r->j;
	Dtraced__SymAsk *a = &j->asks[r->m->n_asks];

	dtraced__sym_ask__init(a);
	a->file = g->symfile->id;
	a->at = &j->at[j->nat];
	a->n_at = g->n;
	for (size_t i = 0; i < g->n; i++)
		j->at[j->nat++] = j->items[g->first + i].at;
	j->ask_list[r->m->n_asks++] = a;
}

static bool is_empty(const struct round *r)
{
	return !r->m->n_files && !r->m->n_asks;
}

// What one group has to ask now. False: it must wait for the next round.
static bool add_group(struct round *r, struct group *g)
{
	int x = g->state == GROUP_NEW ? group_open(r->j->user, g) : group_open_debug(r->j->user, g);

	if (x < 0) {
		end_group(g);
		return true;
	}
	if (!is_empty(r) && g->symfile->crashes && !(x == 0 && g->symfile->loaded)) {
		group_close(g);
		g->state = GROUP_NEW;
		return false;
	}
	if (x > 0) {
		add_file(r, g, false);
		g->state = GROUP_IDENTIFYING;
		return true;
	}
	if (!g->symfile->loaded)
		add_file(r, g, true);
	g->symfile->loaded = true;
	add_questions(r, g);
	g->state = GROUP_ASKED;
	return true;
}

int user_job_ask(struct user_job *j, Dtraced__SymRequest *request, int *fds, size_t *nfds)
{
	struct round r = { .j = j, .m = request, .fds = fds };

	request->files = j->file_list;
	request->asks = j->ask_list;
	request->memory = j->user->memory;
	request->demangle = j->demangle;
	j->nat = 0;
	for (size_t i = 0; i < j->ngroups && !r.alone; i++) {
		struct group *g = &j->groups[i];

		g->sent = false;
		if (g->state != GROUP_NEW && g->state != GROUP_IDENTIFYING)
			continue;
		if (r.nfds + GROUP_FDS > SYM_MAX_FDS - 1)
			break;
		if (!add_group(&r, g))
			break;
	}
	*nfds = r.nfds;
	return !is_empty(&r);
}

// ---- replies ---------------------------------------------------------------

static int take_identity(struct group *g, const Dtraced__SymIdentity *m)
{
	struct symfile *f = g->symfile;

	if (m->file != f->id || m->build_id.len > SYMFILE_BUILD_ID || strlen(m->link) >= SYMFILE_LINK ||
		strchr(m->link, '/'))
		return -EBADMSG;
	f->identified = true;
	f->wants_debug = m->readable && !m->whole;
	f->nbuild_id = (uint8_t)m->build_id.len;
	if (m->build_id.len)
		memcpy(f->build_id, m->build_id.data, m->build_id.len);
	strcpy(f->link, m->link);
	return 0;
}

static char *take_string(char **from)
{
	char *s = *from;

	if (s == protobuf_c_empty_string)
		return NULL;
	*from = NULL;
	return s;
}

// The worker cuts names; one that does not would fill the core's memory.
static bool are_short(const struct group *g, Dtraced__Symbol **symbols)
{
	for (size_t i = 0; i < g->n; i++) {
		if (strnlen(symbols[i]->symbol, NAME_MAX_SIZE) == NAME_MAX_SIZE)
			return false;
	}
	return true;
}

static void take_names(struct user_job *j, struct group *g, Dtraced__Symbol **symbols)
{
	for (size_t i = 0; i < g->n; i++) {
		struct sym_answer *a = &j->answers[j->items[g->first + i].query];
		char *name = take_string(&symbols[i]->symbol);

		if (name)
			j->names[j->nnames++] = name;
		a->symbol = name ? name : "";
		if (g->perf_map)
			a->module = name ? g->module : "";
		a->offset = symbols[i]->offset;
	}
}

static void take_dropped(struct user *u, const Dtraced__SymReply *reply)
{
	for (size_t i = 0; i < reply->n_dropped; i++) {
		struct symfile *f = symfiles_by_id(&u->symfiles, reply->dropped[i]);

		if (f)
			f->loaded = false;
	}
}

static int take_group(struct user_job *j, struct group *g, Dtraced__SymReply *reply, size_t *files,
	size_t *names)
{
	if (g->state == GROUP_IDENTIFYING && g->sent) {
		g->sent = false;
		if (*files == reply->n_files)
			return -EBADMSG;
		return take_identity(g, reply->files[(*files)++]);
	}
	if (g->state != GROUP_ASKED)
		return 0;
	if (g->n > reply->n_user - *names || !are_short(g, reply->user + *names))
		return -EBADMSG;
	take_names(j, g, reply->user + *names);
	*names += g->n;
	end_group(g);
	return 0;
}

int user_job_take(struct user_job *j, Dtraced__SymReply *reply)
{
	size_t files = 0, names = 0;
	int r = 0;

	for (size_t i = 0; r == 0 && i < j->ngroups; i++)
		r = take_group(j, &j->groups[i], reply, &files, &names);
	if (r < 0 || files != reply->n_files || names != reply->n_user)
		return -EBADMSG;
	take_dropped(j->user, reply);
	return 0;
}

// Without a file that was new the fault is not a file's.
void user_job_lost(struct user_job *j)
{
	bool guilty = false;

	for (size_t i = 0; i < j->ngroups; i++) {
		struct group *g = &j->groups[i];

		if (g->state == GROUP_DONE)
			continue;
		if (g->sent && g->state != GROUP_NEW && g->symfile->crashes < UINT8_MAX) {
			g->symfile->crashes++;
			guilty = true;
		}
		group_close(g);
		g->state = GROUP_NEW;
		g->sent = false;
	}
	j->losses += guilty ? 1 : LOSSES_MAX / 4;
	for (size_t i = 0; j->losses >= LOSSES_MAX && i < j->ngroups; i++)
		end_group(&j->groups[i]);
}
