// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The symbol worker, see worker.h. It keeps what it has read from one request to
// the next.

#include "daemon/sym/worker.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "daemon/compile/jail.h"
#include "daemon/log.h"
#include "daemon/sym/channel.h"
#include "daemon/sym/demangle.h"
#include "daemon/sym/elf.h"
#include "daemon/sym/elf_file.h"
#include "daemon/sym/kernel.h"
#include "daemon/sym/objects.h"
#include "daemon/sym/place_search.h"
#include "daemon/sym/sym.h"
#include "daemon/sym/symtab.h"
#include "daemon/sym/table_wire.h"
#include "daemon/sym/unwind_build.h"
#include "daemon/util.h"
#include "dlang/base/arena.h"
#include "proto/dtraced.pb-c.h"
#include "proto/frame.h"
#include "proto/limits.h"

enum { SOCKET_FD = 3 };

#define SYM_WORKER_MEMORY (UINT64_C(512) << 20)

struct worker {
	struct kernel_symbols *kernel;	// NULL: no list yet
	struct objects objects;
};

// A request with the fds that came with it; those that are taken become -1.
struct request {
	Dtraced__SymRequest *m;
	int fds[SYM_MAX_FDS];
	size_t nfds, next_fd;
};

static void __attribute__((noreturn)) leave(int r)
{
	_exit(r == 0 ? 0 : r == -ENOMEM ? SYM_WORKER_NO_MEMORY :
		r == -EBADMSG ? SYM_WORKER_BAD_REQUEST : SYM_WORKER_IO);
}

static int take_fd(struct request *q)
{
	int fd = -1;

	if (q->next_fd < q->nfds) {
		fd = q->fds[q->next_fd];
		q->fds[q->next_fd++] = -1;
	}
	return fd;
}

static void request_deinit(struct request *q)
{
	for (size_t i = 0; i < q->nfds; i++)
		close_fd(q->fds[i]);
	if (q->m)
		dtraced__sym_request__free_unpacked(q->m, NULL);
}

// 1, 0 at the end, negative errno.
static int read_request(struct request *q)
{
	CLEANUP(freep) uint8_t *body = NULL;
	size_t len = 0;
	int r = sym_receive(SOCKET_FD, PROTO_FRAME_CLIENT, &body, &len, q->fds, &q->nfds);

	if (r <= 0)
		return r;
	q->m = dtraced__sym_request__unpack(NULL, len, body);
	return q->m ? 1 : -EBADMSG;
}

static int write_reply(const Dtraced__SymReply *reply)
{
	size_t len = dtraced__sym_reply__get_packed_size(reply);
	CLEANUP(freep) uint8_t *body = malloc(len + 1);

	if (!body)
		return -ENOMEM;
	dtraced__sym_reply__pack(reply, body);
	return frame_write(SOCKET_FD, body, len);
}

// ---- the kernel's part -----------------------------------------------------

static void fill(Dtraced__Symbol *symbol, Dtraced__Symbol **slot, const struct sym_answer *a)
{
	dtraced__symbol__init(symbol);
	symbol->module = (char *)a->module;
	symbol->symbol = (char *)a->symbol;
	symbol->offset = a->offset;
	*slot = symbol;
}

static int answer_kernel(struct worker *w, struct request *q, Dtraced__SymReply *reply,
	struct sym_answer *answers, Dtraced__Symbol *symbols)
{
	size_t n = q->m->n_kernel;
	int r;

	if (q->m->has_kallsyms && !w->kernel)
		w->kernel = kernel_symbols_new(take_fd(q));
	if (!n)
		return 0;
	if (!w->kernel)
		return -EBADMSG;
	r = kernel_symbols_find(w->kernel, q->m->kernel, n, answers);
	if (r < 0)
		return r;
	reply->n_kernel = n;
	for (size_t i = 0; i < n; i++)
		fill(&symbols[i], &reply->kernel[i], &answers[i]);
	return 0;
}

// ---- unwind tables ---------------------------------------------------------

static int build_table(struct unwind_table *t, int fd)
{
	off_t size = lseek(fd, 0, SEEK_END);
	struct elf_source source = elf_from_file(fd, size > 0 ? (uint64_t)size : 0);
	struct elf e;
	int r = elf_open(&e, &source);

	*t = (struct unwind_table){ 0 };
	if (r >= 0)
		r = unwind_build_elf(t, &e);
	elf_close(&e);
	return r;
}

// An answer for one table, and what it points to.
struct table_answer {
	Dtraced__UnwindTable m;
	struct unwind_table t;
	Dtraced__UnwindSegment segments[UNWIND_SEGMENTS], *list[UNWIND_SEGMENTS];
};

static void table_answer_deinit(struct table_answer *a)
{
	unwind_table_deinit(&a->t);
	free(a->m.rows.data);
}

static void answer_unwind(struct request *q, Dtraced__SymReply *reply, struct table_answer *a)
{
	CLEANUP(closep) int fd = -1;

	dtraced__unwind_table__init(&a->m);
	if (!q->m->has_unwind)
		return;
	reply->unwind = &a->m;
	a->m.segments = a->list;
	fd = take_fd(q);
	a->m.error = build_table(&a->t, fd);
	if (a->m.error == 0)
		a->m.error = table_pack(&a->t, &a->m);
	for (size_t i = 0; i < UNWIND_SEGMENTS && a->t.segments[i].size; i++) {
		dtraced__unwind_segment__init(&a->segments[i]);
		a->segments[i].offset = a->t.segments[i].offset;
		a->segments[i].size = a->t.segments[i].size;
		a->segments[i].address = a->t.segments[i].address;
		a->list[a->m.n_segments++] = &a->segments[i];
	}
}

// ---- symbols of files ------------------------------------------------------

struct identities {
	struct object_identity *facts;
	Dtraced__SymIdentity *messages, **list;
};

static void identities_deinit(struct identities *i)
{
	free(i->facts);
	free(i->messages);
	free(i->list);
}

static void identify(const Dtraced__SymFile *f, int fd, Dtraced__SymIdentity *m,
	struct object_identity *id)
{
	object_identify(fd, f->perf_map, id);
	dtraced__sym_identity__init(m);
	m->file = f->id;
	m->readable = id->readable;
	m->whole = id->whole;
	m->has_probes = id->has_probes;
	m->build_id.data = id->build_id;
	m->build_id.len = id->nbuild_id;
	m->link = id->link;
}

static int read_file(struct worker *w, struct request *q, const Dtraced__SymFile *f,
	Dtraced__SymReply *reply, struct identities *ids)
{
	CLEANUP(closep) int fd = take_fd(q);
	CLEANUP(closep) int debug = f->has_debug ? take_fd(q) : -1;
	size_t n = reply->n_files;

	if (f->load)
		return objects_load(&w->objects, f->id, fd, debug, f->perf_map);
	identify(f, fd, &ids->messages[n], &ids->facts[n]);
	ids->list[n] = &ids->messages[n];
	reply->n_files++;
	return 0;
}

static int read_files(struct worker *w, struct request *q, Dtraced__SymReply *reply,
	struct identities *ids)
{
	size_t n = q->m->n_files;
	int r = 0;

	ids->facts = calloc(n + 1, sizeof *ids->facts);
	ids->messages = calloc(n + 1, sizeof *ids->messages);
	ids->list = calloc(n + 1, sizeof(void *));
	if (!ids->facts || !ids->messages || !ids->list)
		return -ENOMEM;
	reply->files = ids->list;
	for (size_t i = 0; r == 0 && i < n; i++)
		r = read_file(w, q, q->m->files[i], reply, ids);
	return r;
}

static void __attribute__((noreturn)) no_memory(void *arg)
{
	(void)arg;
	leave(-ENOMEM);
}

static void arena_freep(struct arena **a)
{
	arena_free(*a);
}

// Neighbours are often in one function: last is what was found before, *to what was made of it.
static const char *pretty(struct arena *a, const char *name, const char **last, const char **to)
{
	char text[SYMTAB_NAME_MAX];

	if (name != *last) {
		*last = name;
		*to = demangle(name, text, sizeof text) ? arena_strndup(a, text, strlen(text)) : name;
	}
	return *to;
}

// Names in the reply are the files', or in the arena.
static void answer_asks(struct worker *w, const struct request *q, Dtraced__SymReply *reply,
	Dtraced__Symbol *symbols, struct arena *names)
{
	const char *last = NULL, *made = NULL;

	for (size_t i = 0; i < q->m->n_asks; i++) {
		const Dtraced__SymAsk *ask = q->m->asks[i];
		const struct object *f = objects_use(&w->objects, ask->file);

		for (size_t k = 0; k < ask->n_at; k++) {
			struct sym_answer a = { "", "", ask->at[k] };
			size_t n = reply->n_user++;

			if (f)
				object_find(f, ask->at[k], &a.symbol, &a.offset);
			if (q->m->demangle && *a.symbol)
				a.symbol = pretty(names, a.symbol, &last, &made);
			fill(&symbols[n], &reply->user[n], &a);
		}
	}
}

static int answer_files(struct worker *w, struct request *q, Dtraced__SymReply *reply,
	Dtraced__Symbol *symbols, struct identities *ids, struct arena *names)
{
	int r = read_files(w, q, reply, ids);

	if (r < 0)
		return r;
	answer_asks(w, q, reply, symbols, names);
	r = q->m->memory ? objects_choose(&w->objects, q->m->memory) : 0;
	reply->dropped = w->objects.dropped;
	reply->n_dropped = w->objects.ndropped;
	return r;
}

// ---- places of user probes -------------------------------------------------

static int answer_places(struct request *q, Dtraced__SymReply *reply, Dtraced__PlaceAnswer *answer,
	struct arena *a)
{
	CLEANUP(elf_file_close) struct elf_file f = { 0 }, d = { 0 };
	CLEANUP(closep) int fd = -1;
	CLEANUP(closep) int debug = -1;
	const Dtraced__PlaceAsk *ask = q->m->places;
	int r;

	if (!ask)
		return 0;
	dtraced__place_answer__init(answer);
	reply->places = answer;
	fd = take_fd(q);
	debug = ask->has_debug ? take_fd(q) : -1;
	r = elf_file_open(&f, fd);
	if (r == -ENOMEM)
		return r;
	return place_search(r == 0 ? &f.elf : NULL,
		elf_file_open(&d, debug) == 0 && elf_file_belongs(&f, &d) ? &d.elf : NULL, ask, a, answer);
}

// ---- requests --------------------------------------------------------------

static size_t count_symbols(const Dtraced__SymRequest *m)
{
	size_t n = m->n_kernel;

	for (size_t i = 0; i < m->n_asks; i++)
		n += m->asks[i]->n_at;
	return n;
}

static int answer(struct worker *w, struct request *q)
{
	CLEANUP(table_answer_deinit) struct table_answer table = { .t = { 0 } };
	CLEANUP(identities_deinit) struct identities ids = { .facts = NULL };
	CLEANUP(arena_freep) struct arena *names = arena_new(0, no_memory, NULL);
	size_t n = count_symbols(q->m) + 1;
	CLEANUP(freep) struct sym_answer *answers = calloc(q->m->n_kernel + 1, sizeof *answers);
	CLEANUP(freep) Dtraced__Symbol *symbols = calloc(n, sizeof *symbols);
	CLEANUP(freep) Dtraced__Symbol **list = calloc(n, sizeof(void *));
	Dtraced__SymReply reply = DTRACED__SYM_REPLY__INIT;
	Dtraced__PlaceAnswer places;
	int r;

	if (!answers || !symbols || !list)
		return -ENOMEM;
	reply.id = q->m->id;
	reply.kernel = list;
	reply.user = list + q->m->n_kernel;
	r = answer_kernel(w, q, &reply, answers, symbols);
	if (r == 0)
		r = answer_files(w, q, &reply, symbols + q->m->n_kernel, &ids, names);
	if (r == 0)
		r = answer_places(q, &reply, &places, names);
	if (r < 0)
		return r;
	answer_unwind(q, &reply, &table);
	r = write_reply(&reply);
	objects_drop(&w->objects);
	return r;
}

static int serve_one(struct worker *w)
{
	CLEANUP(request_deinit) struct request q = { .m = NULL };
	int r = read_request(&q);

	if (r <= 0)
		leave(r);
	return answer(w, &q);
}

// ---- life ------------------------------------------------------------------

void sym_worker_main(int socket, bool verbose)
{
	struct worker w = { .kernel = NULL };
	const char *what = "file descriptors";
	int r;

	objects_init(&w.objects);
	jail_reset_signals();
	prctl(PR_SET_NAME, "dtraced-symbols");
	r = jail_arrange_fds(socket, SOCKET_FD, verbose);
	if (r == 0)
		r = jail_reader(SOCKET_FD, SYM_WORKER_MEMORY, &what);
	if (r < 0) {
		log_error("the symbol worker cannot start: %s: %s", what, strerror(-r));
		_exit(SYM_WORKER_NO_JAIL);
	}
	while (r == 0)
		r = serve_one(&w);
	leave(r);
}
