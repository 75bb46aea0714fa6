// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The request is unpacked, turned into what the compiler or the catalogue
// takes, and the answer packed. All memory but the two frames is one arena; its
// exhaustion ends the process.

#include "daemon/compile/worker.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/compile/answers.h"
#include "daemon/compile/listing.h"
#include "daemon/compile/object_wire.h"
#include "daemon/compile/warm.h"
#include "daemon/compile/wire_array.h"
#include "daemon/log.h"
#include "daemon/util.h"
#include "dlang/dlang.h"
#include "dlang/types/type.h"
#include "providers/catalogue.h"
#include "providers/processes.h"
#include "providers/stable.h"
#include "proto/frame.h"
#include "proto/limits.h"

// Room for every kernel function. What costs time are hooks, which are limited by themselves.
enum { DEFAULT_MAX_PROBES = 131072 };

struct worker {
	const Dtraced__WorkerRequest *request;
	struct dlang_env env;
	struct catalogue *catalogue;
	struct probe_source source;
	uint32_t max_probes;
	uint32_t first_created;
};

// What a compile and a listing of a program have in common.
struct texts {
	size_t n_texts, n_libraries, n_macros, n_args, n_options;
	Dtraced__Text **texts, **libraries;
	Dtraced__Macro **macros;
	char **args;
	Dtraced__Setting **options;
};

static void __attribute__((noreturn)) no_memory(void *ctx)
{
	(void)ctx;
	_exit(WORKER_NO_MEMORY);
}

// Requests are above what a client may send: probes are added.
static enum worker_exit read_request(int socket, Dtraced__WorkerRequest **request)
{
	CLEANUP(freep) uint8_t *body = NULL;
	size_t len = 0;
	int r = frame_read(socket, PROTO_FRAME_WORKER, &body, &len);

	if (r == -ENOMEM)
		return WORKER_NO_MEMORY;
	if (r <= 0)
		return WORKER_IO;
	*request = dtraced__worker_request__unpack(NULL, len, body);
	if (!*request || !(*request)->compile == !(*request)->list)
		return WORKER_BAD_REQUEST;
	return WORKER_OK;
}

static enum worker_exit write_reply(int socket, const Dtraced__WorkerReply *reply)
{
	size_t len = dtraced__worker_reply__get_packed_size(reply);
	CLEANUP(freep) uint8_t *body = malloc(len + 1);

	if (!body)
		return WORKER_NO_MEMORY;
	dtraced__worker_reply__pack(reply, body);
	return frame_write(socket, body, len) < 0 ? WORKER_IO : WORKER_OK;
}

// The probes that earlier compiles made keep their ids. One that no provider
// makes any more is left out.
static void recall_known(struct worker *w)
{
	for (size_t i = 0; i < w->request->n_known; i++) {
		const Dtraced__ProbeInfo *k = w->request->known[i];

		catalogue_recall(w->catalogue, k->id,
			&(struct probe_desc){ k->prov, k->mod, k->func, k->name, 0 });
	}
}

static bool take_first(void *arg, const struct probe *p)
{
	*(const struct probe **)arg = p;
	return false;
}

// The probe that vtimestamp rides on; NULL when the kernel shows no tracepoints.
static const struct probe *on_switch(struct catalogue *c)
{
	const struct probe *p = NULL;
	const char *why;

	catalogue_match(c, &(struct probe_desc){ .prov = "rawtp", .name = "sched_switch" },
		take_first, &p, &why);
	return p;
}

// A stable provider for a process.
static void read_process(void *ctx, const struct process_owner *p, const char *process)
{
	struct worker *w = ctx;
	struct probe_sink sink = stable_sink(stable_publisher_of(w->catalogue, p));

	dlang_process_read(&w->env, p->provider, process, &sink);
}

static uint32_t room_for(uint32_t max, uint32_t more)
{
	return more > UINT32_MAX - max ? UINT32_MAX : max + more;
}

static void worker_init(struct worker *w, const struct warm *warm,
	const Dtraced__WorkerRequest *request, uint64_t memory)
{
	struct arena *a = arena_new(memory / 4 * 3, no_memory, NULL);
	struct interns *in = interns_new(a, warm->interns);
	struct types *types = types_new(a, in, warm->btf);

	types_set_modules(types, warm->modules);
	w->request = request;
	w->max_probes = request->max_probes ? request->max_probes : DEFAULT_MAX_PROBES;
	if (request->list)
		w->max_probes = UINT32_MAX;
	w->catalogue = catalogue_layer(a, in, warm->catalogue, request->next_id, 0);
	recall_known(w);
	w->first_created = catalogue_next_id(w->catalogue);
	if (request->places)
		w->max_probes = room_for(w->max_probes, answers_take(w->catalogue, a, request->places));
	catalogue_set_reader(w->catalogue, read_process, w);
	w->source = catalogue_source(w->catalogue);
	w->env = (struct dlang_env){
		.arena = a,
		.interns = in,
		.types = types,
		.probes = &w->source,
		.ncpus = warm->ncpus,
		.cpus = warm->cpus,
		.on_switch = on_switch(w->catalogue),
		.prelude = warm->prelude,
		.symbols = warm->symbols,
	};
}

static struct dlang_text *copy_texts(struct arena *a, Dtraced__Text *const *texts, size_t n)
{
	struct dlang_text *v = arena_alloc(a, n * sizeof *v + 1);

	for (size_t i = 0; i < n; i++) {
		const Dtraced__Text *x = texts[i];

		v[i].kind = (enum text_kind)x->kind;
		v[i].name = *x->name ? x->name : NULL;
		v[i].text = arena_strndup(a, (const char *)x->text.data, 0);
		v[i].len = x->text.len;
		if (x->text.len)
			v[i].text = arena_dup(a, x->text.data, x->text.len);
	}
	return v;
}

static struct dlang_macro *copy_macros(struct arena *a, const struct texts *t)
{
	struct dlang_macro *v = arena_alloc(a, t->n_macros * sizeof *v + 1);

	for (size_t i = 0; i < t->n_macros; i++)
		v[i] = (struct dlang_macro){ t->macros[i]->name, t->macros[i]->value };
	return v;
}

static struct option_setting *copy_options(struct arena *a, const struct texts *t)
{
	struct option_setting *v = arena_alloc(a, t->n_options * sizeof *v + 1);

	for (size_t i = 0; i < t->n_options; i++)
		v[i] = (struct option_setting){ t->options[i]->name,
			t->options[i]->has_value ? t->options[i]->value : NULL };
	return v;
}

static struct dlang_request compile_request(struct worker *w, const struct texts *t)
{
	struct arena *a = w->env.arena;

	return (struct dlang_request){
		.texts = copy_texts(a, t->texts, t->n_texts),
		.ntexts = (uint32_t)t->n_texts,
		.libraries = copy_texts(a, t->libraries, t->n_libraries),
		.nlibraries = (uint32_t)t->n_libraries,
		.macros = copy_macros(a, t),
		.nmacros = (uint32_t)t->n_macros,
		.args = (const char *const *)t->args,
		.nargs = (uint32_t)t->n_args,
		.options = copy_options(a, t),
		.noptions = (uint32_t)t->n_options,
		.max_probes = w->max_probes,
		.confined = (enum probe_class)w->request->confined,
	};
}

static void set_failure(struct worker *w, Dtraced__WorkerReply *reply,
	const struct dlang_result *res, size_t ntexts)
{
	reply->body_case = DTRACED__WORKER_REPLY__BODY_FAILURE;
	reply->failure = diags_to_wire(w->env.arena, res, (uint32_t)ntexts);
}

static void set_file(struct worker *w, Dtraced__WorkerReply *reply, const struct dlang_result *res)
{
	Dtraced__ProductFile *m =
		WIRE_NEW(w->env.arena, Dtraced__ProductFile, dtraced__product_file__init);

	m->data.data = (uint8_t *)res->file;
	m->data.len = res->file_len;
	m->warnings = (char **)res->warnings;
	m->n_warnings = res->nwarnings;
	reply->body_case = DTRACED__WORKER_REPLY__BODY_FILE;
	reply->file = m;
}

static void run_compile(struct worker *w, const Dtraced__Compile *c, Dtraced__WorkerReply *reply)
{
	struct texts t = {
		c->n_texts, c->n_libraries, c->n_macros, c->n_args, c->n_options,
		c->texts, c->libraries, c->macros, c->args, c->options,
	};
	struct dlang_request request = compile_request(w, &t);
	struct dlang_result res = { 0 };
	int r;

	request.dump = *c->dump;
	request.product = (enum dlang_product)c->product;
	request.machine = (uint16_t)c->machine;
	r = dlang_compile(&w->env, &request, &res);
	if (r == DLANG_WANTS) {
		answers_ask(w->catalogue, w->env.arena, reply);
		return;
	}
	reply->dump = wire_string(res.dump_text);
	if (r) {
		set_failure(w, reply, &res, c->n_texts);
		return;
	}
	if (res.file) {
		set_file(w, reply, &res);
		return;
	}
	reply->body_case = DTRACED__WORKER_REPLY__BODY_OBJECT;
	reply->object = object_to_wire(w->env.arena, res.object, res.sources, w->env.symbols);
	reply->schema = schema_to_wire(&w->env, res.object, c->with_probes);
}

static int by_number(const void *x, const void *y)
{
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;

	return (a > b) - (a < b);
}

// Leaves what the program names itself: those that stable probes need besides are none of its.
static uint32_t own_probes(struct schema *s)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < s->probes.n; i++) {
		bool own = false;

		for (uint32_t k = 0; k < s->clauses.n && !own; k++)
			own = *s->clauses.v[k].attributes && bsearch(&s->probes.v[i]->id, s->clauses.v[k].probes.v,
				s->clauses.v[k].probes.n, sizeof(uint32_t), by_number);
		if (own)
			s->probes.v[n++] = s->probes.v[i];
	}
	return n;
}

// A listing of a whole program: what its descriptions matched.
static void list_program(struct worker *w, const Dtraced__List *l, Dtraced__WorkerReply *reply)
{
	struct texts t = {
		l->n_texts, l->n_libraries, l->n_macros, l->n_args, l->n_options,
		l->texts, l->libraries, l->macros, l->args, l->options,
	};
	struct dlang_request request = compile_request(w, &t);
	struct dlang_result res = { 0 };
	struct arena *a = w->env.arena;
	struct schema *s;
	int r = dlang_compile(&w->env, &request, &res);

	if (r == DLANG_WANTS) {
		answers_ask(w->catalogue, a, reply);
		return;
	}
	if (r) {
		set_failure(w, reply, &res, l->n_texts);
		return;
	}
	s = &res.object->schema;
	reply->body_case = DTRACED__WORKER_REPLY__BODY_LISTING;
	reply->listing = WIRE_NEW(a, Dtraced__Listing, dtraced__listing__init);
	reply->listing->n_probes = listing_unique(s->probes.v, own_probes(s));
	reply->listing->probes = arena_alloc(a, s->probes.n * sizeof *reply->listing->probes + 1);
	for (uint32_t i = 0; i < reply->listing->n_probes; i++)
		reply->listing->probes[i] =
			probe_to_wire(a, l->verbose ? w->env.types : NULL, s->probes.v[i]);
	WIRE_NUMBERS(reply->listing, matched, s->matched);
}

static void run_list(struct worker *w, const Dtraced__List *l, Dtraced__WorkerReply *reply)
{
	for (size_t i = 0; i < l->n_texts; i++) {
		if (!listing_is_plain(l->texts[i])) {
			list_program(w, l, reply);
			return;
		}
	}
	if (!listing_run(&w->env, w->catalogue, l, reply))
		answers_ask(w->catalogue, w->env.arena, reply);
}

static void set_created(struct worker *w, Dtraced__WorkerReply *reply)
{
	uint32_t end = catalogue_next_id(w->catalogue);
	struct arena *a = w->env.arena;

	reply->created = arena_alloc(a, (end - w->first_created) * sizeof *reply->created + 1);
	for (uint32_t id = w->first_created; id < end; id++) {
		const struct probe *p = catalogue_by_id(w->catalogue, id);

		if (p)
			reply->created[reply->n_created++] = probe_to_wire(a, NULL, p);
	}
}

enum worker_exit worker_run(const struct warm *warm, int socket, uint64_t memory)
{
	Dtraced__WorkerRequest *request = NULL;
	Dtraced__WorkerReply reply = DTRACED__WORKER_REPLY__INIT;
	enum worker_exit r = read_request(socket, &request);
	struct worker w;

	if (r != WORKER_OK)
		return r;
	worker_init(&w, warm, request, memory);
	if (request->compile)
		run_compile(&w, request->compile, &reply);
	else
		run_list(&w, request->list, &reply);
	set_created(&w, &reply);
	// The process ends now: what was allocated goes with it.
	return write_reply(socket, &reply);
}
