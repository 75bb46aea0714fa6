// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Jobs that find places, see places.h and place_job.h: their life, and the rounds with the
// workers.

#include "daemon/sym/places.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "daemon/sym/channel.h"
#include "daemon/sym/debugfile.h"
#include "daemon/sym/place_job.h"
#include "daemon/sym/process.h"
#include "daemon/sym/sym.h"
#include "daemon/util.h"
#include "providers/glob.h"

enum { BATCH = SYM_MAX_FDS - 1 };

// ---- files -----------------------------------------------------------------

// The directory of its process, the caller's.
static int open_process(const struct places_job *j, const struct place_object *o)
{
	const struct place_process *p = &j->processes[o->process];
	int dir = p->dir < 0 ? process_open(p->pid) : fcntl(p->dir, F_DUPFD_CLOEXEC, 3);

	return dir == -1 ? -errno : dir;
}

static int open_object(const struct places_job *j, struct place_object *o)
{
	const struct mapped_name m = { o->start, o->end, o->major, o->minor, o->inode, o->path };
	CLEANUP(closep) int dir = open_process(j, o);

	o->fd = dir < 0 ? -1 : open_mapped(dir, &m, &o->key);
	if (o->fd < 0)
		o->fd = -1;
	return o->fd;
}

// The file that was identified, and no other that has come to be there.
static int open_again(const struct places_job *j, struct place_object *o)
{
	const struct file_key key = o->key;

	if (open_object(j, o) >= 0 && (key.device != o->key.device || key.inode != o->key.inode ||
		key.size != o->key.size || key.changed != o->key.changed))
		o->fd = close_fd(o->fd);
	return o->fd;
}

// A debug file says where functions are. For others than root it must be root's, as it
// may belong to a file that is.
static int open_debug(const struct places_job *j, const struct place_object *o)
{
	const struct debug_name name = { o->build_id, o->nbuild_id, o->link };
	CLEANUP(closep) int dir = open_process(j, o);
	struct file_key key;
	struct stat st;
	int fd = dir < 0 ? -1 : debug_open(dir, o->path, &o->key, &name, &key);

	if (fd < 0 || j->scope.all)
		return fd < 0 ? -1 : fd;
	return fstat(fd, &st) == 0 && st.st_uid == 0 ? fd : close_fd(fd);
}

// Nothing more is expected of it.
static void end_object(struct places_job *j, struct place_object *o, enum place_trouble t)
{
	for (size_t i = 0; i < j->nqueries; i++) {
		if (o->wants >> i & 1)
			place_note_trouble(j, &j->queries[i], t, o);
	}
	o->fd = close_fd(o->fd);
	o->state = OBJECT_DONE;
}

// ---- what files are --------------------------------------------------------

static size_t ask_identities(struct places_job *j, Dtraced__SymRequest *request, int *fds)
{
	size_t n = 0;

	request->files = j->file_list;
	for (size_t i = 0; i < j->nobjects && n < j->batch; i++) {
		struct place_object *o = &j->objects[i];
		Dtraced__SymFile *f = &j->files[n];

		if (o->state != OBJECT_NEW)
			continue;
		if (o->fd < 0 && open_object(j, o) < 0) {
			end_object(j, o, PLACE_CLOSED);
			continue;
		}
		dtraced__sym_file__init(f);
		f->id = i;
		j->file_list[n] = f;
		fds[n++] = o->fd;
		o->sent = true;
	}
	request->n_files = n;
	return n;
}

// Whether something of what is wanted can be in it.
static bool is_of_use(const struct places_job *j, const struct place_object *o)
{
	for (size_t i = 0; i < j->nqueries; i++) {
		if ((o->wants >> i & 1) && (!j->queries[i].usdt || o->has_probes))
			return true;
	}
	return false;
}

static int take_identity(struct places_job *j, struct place_object *o, const Dtraced__SymIdentity *m)
{
	if (m->file != (uint64_t)(o - j->objects) || m->build_id.len > PLACE_BUILD_ID ||
		strlen(m->link) >= PLACE_LINK || strchr(m->link, '/'))
		return -EBADMSG;
	o->readable = m->readable;
	o->whole = m->whole;
	o->has_probes = m->has_probes;
	o->nbuild_id = (uint8_t)m->build_id.len;
	if (o->nbuild_id)
		memcpy(o->build_id, m->build_id.data, o->nbuild_id);
	strcpy(o->link, m->link);
	o->state = OBJECT_KNOWN;
	o->fd = close_fd(o->fd);	// there may be thousands
	if (!is_of_use(j, o))
		end_object(j, o, PLACE_NO_PROBES);
	return 0;
}

static int take_identities(struct places_job *j, const Dtraced__SymReply *reply)
{
	size_t n = 0;
	int r = 0;

	for (size_t i = 0; r == 0 && i < j->nobjects; i++) {
		struct place_object *o = &j->objects[i];

		if (!o->sent)
			continue;
		o->sent = false;
		r = n < reply->n_files ? take_identity(j, o, reply->files[n++]) : -EBADMSG;
	}
	return r == 0 && n != reply->n_files ? -EBADMSG : r;
}

// ---- what is in them -------------------------------------------------------

static struct place_object *next_known(struct places_job *j)
{
	for (size_t i = 0; i < j->nobjects; i++) {
		if (j->objects[i].state == OBJECT_KNOWN || j->objects[i].state == OBJECT_ASKED)
			return &j->objects[i];
	}
	return NULL;
}

static void fill_want(const struct place_query *q, Dtraced__PlaceWant *w, char suffix[16])
{
	dtraced__place_want__init(w);
	w->usdt = q->usdt;
	w->provider = (char *)q->want.prov;
	w->function = (char *)q->want.func;
	w->name = (char *)q->want.name;
	w->has_offset = q->at_address;
	w->offset = q->offset;
	suffix[0] = '\0';
	if (q->want.pid >= 0)
		snprintf(suffix, 16, "%d", (int)q->want.pid);
	w->suffix = suffix;
}

// 0: it is not there any more.
static size_t ask_places(struct places_job *j, struct place_object *o, Dtraced__SymRequest *request,
	int *fds)
{
	size_t nfds = 0;

	if (o->fd < 0 && open_again(j, o) < 0) {
		end_object(j, o, PLACE_CLOSED);
		return 0;
	}
	dtraced__place_ask__init(&j->ask);
	j->ask.wants = j->want_list;
	for (size_t i = 0; i < j->nqueries; i++) {
		size_t n = j->ask.n_wants;

		if (!(o->wants >> i & 1))
			continue;
		fill_want(&j->queries[i], &j->wants[n], j->suffixes[n]);
		j->want_list[n] = &j->wants[n];
		j->want_index[n] = (uint32_t)i;
		j->ask.n_wants++;
	}
	j->ask.max = j->max - (uint32_t)j->places->n;
	if (j->debug < 0 && !o->whole)
		j->debug = open_debug(j, o);
	fds[nfds++] = o->fd;
	if (j->debug >= 0)
		fds[nfds++] = j->debug;
	j->ask.has_debug = j->debug >= 0;
	request->places = &j->ask;
	o->state = OBJECT_ASKED;
	o->sent = true;
	j->job.renew = true;
	return nfds;
}

static int take_places(struct places_job *j, struct place_object *o, Dtraced__SymReply *reply)
{
	int r = reply->places ? place_take(j, o, reply->places) : -EBADMSG;

	if (r == -EBADMSG)
		return r;
	j->debug = close_fd(j->debug);
	o->sent = false;
	end_object(j, o, PLACE_OK);
	if (r == -E2BIG && !*j->why.text)
		reason_set(&j->why, "more than %u places of user probes match; say in which objects, or which functions",
			j->max);
	j->error = r;
	return 0;
}

// ---- rounds ----------------------------------------------------------------

static int ask(struct syms_job *job, Dtraced__SymRequest *request, int *fds, size_t *nfds)
{
	struct places_job *j = (struct places_job *)job;
	struct place_object *o;

	if (j->error < 0)
		return 0;
	*nfds = ask_identities(j, request, fds);
	while (!*nfds && (o = next_known(j)))
		*nfds = ask_places(j, o, request, fds);
	if (!*nfds)
		j->error = place_conclude(j);
	return *nfds > 0;
}

static int decode(struct syms_job *job, Dtraced__SymReply *reply)
{
	struct places_job *j = (struct places_job *)job;
	struct place_object *o = next_known(j);
	int r = o && o->state == OBJECT_ASKED ? take_places(j, o, reply) : take_identities(j, reply);

	return r < 0 ? r : 1;
}

// Of several files, each is asked alone then; one that is alone is given up.
static bool lost(struct syms_job *job)
{
	struct places_job *j = (struct places_job *)job;
	size_t n = 0;

	for (size_t i = 0; i < j->nobjects; i++)
		n += j->objects[i].sent;
	for (size_t i = 0; i < j->nobjects; i++) {
		struct place_object *o = &j->objects[i];

		if (o->sent && n == 1)
			end_object(j, o, PLACE_UNREADABLE);
		o->sent = false;
	}
	j->batch = 1;
	j->debug = close_fd(j->debug);
	j->job.renew = true;
	return n;
}

static void done(struct syms_job *job, const char *failure)
{
	struct places_job *j = (struct places_job *)job;
	struct places *p = j->places;

	if (failure && j->error == 0) {
		j->error = -EIO;
		reason_set(&j->why, "%s", failure);
	}
	if (j->error == -ENOMEM)
		reason_set(&j->why, "out of memory");
	j->places = j->error < 0 ? p : NULL;
	j->done(j->arg, j->error, j->error < 0 ? NULL : p, j->error < 0 ? j->why.text : NULL);
}

static void query_deinit(struct place_query *q)
{
	free((char *)q->want.prov);
	free((char *)q->want.mod);
	free((char *)q->want.func);
	free((char *)q->want.name);
}

static void free_job(struct syms_job *job)
{
	struct places_job *j = (struct places_job *)job;

	for (size_t i = 0; i < j->nobjects; i++) {
		close_fd(j->objects[i].fd);
		free(j->objects[i].path);
		free(j->objects[i].name);
	}
	for (size_t i = 0; i < j->nprocesses; i++)
		close_fd(j->processes[i].dir);
	for (size_t i = 0; i < j->nqueries; i++)
		query_deinit(&j->queries[i]);
	close_fd(j->debug);
	places_free(j->places);
	if (j->step)
		event_free(j->step);
	place_looking_free(j->looking);
	free(j->table);
	free(j->objects);
	free(j->processes);
	free(j->queries);
	free(j);
}

static const struct syms_kind kind = {
	.what = "probes of processes cannot be found", .ask = ask, .decode = decode, .lost = lost,
	.done = done, .free = free_job,
};

// ---- life ------------------------------------------------------------------

static void fail(struct places_job *j, int error)
{
	j->error = error;
	if (!j->why.text[0])
		reason_set(&j->why, "probes of processes cannot be found: %s", strerror(-error));
	done(&j->job, NULL);
	free_job(&j->job);
}

static void on_step(evutil_socket_t fd, short what, void *arg)
{
	struct places_job *j = arg;
	static const struct timeval now;	// others' events come first, unlike with event_active()
	int r = j->refused ? j->refused : place_look(j);

	(void)fd;
	(void)what;
	if (r > 0) {
		evtimer_add(j->step, &now);
		return;
	}
	j->submitted = true;
	if (r == 0)
		r = syms_submit_apart(j->syms, &j->job);
	if (r < 0)
		fail(j, r);
}

static bool is_pid_provider(const char *prov)
{
	return prov && strncmp(prov, "pid", 3) == 0 && prov[3] &&
		strspn(prov + 3, "0123456789") == strlen(prov + 3);
}

uint32_t place_want_kinds(const struct place_want *w)
{
	bool any = !w->name || !*w->name, at_address = w->func && strcmp(w->func, "-") == 0;
	bool entry = any || glob_match(w->name, "entry"), back = any || glob_match(w->name, "return");
	bool offset = any || (strcmp(w->name, "entry") != 0 && strcmp(w->name, "return") != 0);

	if (!is_pid_provider(w->prov))
		return 1u << PLACE_USDT;
	if (at_address)
		return 1u << PLACE_OFFSET;
	return (uint32_t)entry << PLACE_ENTRY | (uint32_t)back << PLACE_RETURN | (uint32_t)offset << PLACE_OFFSET;
}

static char *copy(const char *s)
{
	return strdup(s ? s : "");
}

static int add_query(struct places_job *j, const struct place_want *w)
{
	struct place_query *q = &j->queries[j->nqueries++];
	char *end;

	*q = (struct place_query){ .usdt = !is_pid_provider(w->prov), .want = {
		w->pid, copy(w->prov), copy(w->mod), copy(w->func), copy(w->name) } };
	if (!q->want.prov || !q->want.mod || !q->want.func || !q->want.name)
		return -ENOMEM;
	q->at_address = !q->usdt && strcmp(q->want.func, "-") == 0;
	q->address = strtoull(q->want.name, &end, 16);
	if (q->at_address && (*end || end == q->want.name)) {
		reason_set(&j->why, "%s is no address in hex, as which the name of a probe of function - is read",
			q->want.name);
		return -EINVAL;
	}
	return 0;
}

static int prepare(struct places_job *j, const struct place_want *wants, size_t n)
{
	int r = 0;

	j->queries = calloc(n + 1, sizeof *j->queries);
	j->places = calloc(1, sizeof *j->places);
	if (!j->queries || !j->places)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < n; i++)
		r = add_query(j, &wants[i]);
	return r < 0 ? r : place_processes(j);
}

int places_find(struct syms *s, const struct place_want *wants, size_t n,
	const struct policy_scope *scope, uint32_t max, const struct place_again *again, places_done_fn *fn, void *arg,
	struct places_job **jobp)
{
	struct places_job *j;

	if (n > PLACE_WANTS_MAX)
		return -E2BIG;
	j = calloc(1, sizeof *j);
	if (!j)
		return -ENOMEM;
	j->job.kind = &kind;
	j->syms = s;
	j->scope = *scope;
	j->job.uid = scope->uid;
	j->max = max;
	j->again = again;
	j->done = fn;
	j->arg = arg;
	j->batch = BATCH;
	j->debug = -1;
	j->job.renew = true;
	j->step = event_new(syms_base(s), -1, 0, on_step, j);
	j->refused = j->step ? prepare(j, wants, n) : -ENOMEM;
	if (j->refused == -ENOMEM) {
		free_job(&j->job);
		return -ENOMEM;
	}
	event_active(j->step, 0, 0);
	*jobp = j;
	return 0;
}

void places_cancel(struct places_job *j)
{
	if (j && j->submitted)
		syms_cancel(&j->job);
	else if (j)
		free_job(&j->job);
}
