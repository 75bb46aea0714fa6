// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The consumer, see consume.h. Actions that concern aggregations are relative to
// a snapshot; one is asked for when the last is of an earlier batch of records,
// or a clear() or trunc() came since.

#include "client/consume.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "client/decode/address.h"
#include "client/decode/order.h"
#include "client/decode/spec.h"
#include "client/effects.h"
#include "client/failure.h"
#include "client/faults.h"
#include "client/format/value.h"
#include "client/names.h"

enum { ERROR_TOLD = 1 };	// the user knows why; only the exit code is left to do

struct consumer {
	struct schema *schema;
	struct options *options;
	struct link *link;
	uint64_t session;
	struct writer *writer;
	struct order *order;
	struct spec *spec;
	struct names *names;
	struct effects *effects;
	struct drops *drops;
	struct table **tables;		// by aggregation
	bool *fresh, *printed;		// by aggregation
	bool *located;			// by action: it may print addresses
	bool any_located;
	bool merging;			// names decide which keys are one
	struct table **chosen;		// those of one printa
	struct frames {
		Dtraced__Reply **list;
		size_t n, room;
	} frames;			// with rows that wait, if merging
	uint64_t released, aged;	// when records were last acted on, and snapshots made old, ns
	uint64_t drops_told;		// when drops were last printed, ns
	bool told_effects;		// that there are none
	bool told_memory;		// how memory of a process is read
	bool ended;
	int status;
};

static void find_addresses(struct consumer *c)
{
	const struct schema *s = c->schema;

	for (size_t i = 0; i < s->nforms; i++)
		for (uint32_t k = 0; c->names && k < s->forms[i].nactions; k++) {
			const struct action *a = &s->forms[i].actions[k];

			c->located[a->index] = c->writer->ops->has_addresses(c->writer, a);
			c->any_located |= c->located[a->index];
		}
	for (size_t i = 0; c->names && i < s->naggs; i++)
		for (uint32_t k = 0; k < s->aggs[i].nkeys; k++)
			c->merging |= address_merges(&s->aggs[i].keys[k]);
}

static int take_freed(void *arg, Dtraced__Reply **replyp);

int consumer_new(struct schema *s, struct options *o, struct link *l, uint64_t session,
		 struct writer *w, struct names *n, struct effects *e, struct consumer **consumerp)
{
	__attribute__((cleanup(consumer_freep))) struct consumer *c = calloc(1, sizeof(*c));
	size_t naggs = s->naggs + 1;
	int r;

	if (!c)
		return -ENOMEM;
	c->schema = s;
	c->options = o;
	c->link = l;
	c->session = session;
	c->writer = w;
	c->names = n;
	c->effects = e;
	c->tables = calloc(naggs, sizeof(struct table *));
	c->chosen = calloc(naggs, sizeof(struct table *));
	c->fresh = calloc(naggs, sizeof(*c->fresh));
	c->printed = calloc(naggs, sizeof(*c->printed));
	c->located = calloc(s->nactions + 1, sizeof(*c->located));
	if (!c->located || !c->tables || !c->chosen || !c->fresh || !c->printed)
		return -ENOMEM;
	r = order_new(s, &c->order);
	if (r == 0)
		r = spec_new((uint64_t)settings_get(&o->settings, OPT_specsize), &c->spec);
	if (r == 0)
		r = drops_new(&c->drops);
	for (uint32_t i = 0; r == 0 && i < s->naggs; i++)
		r = table_new(s, i, n, &c->tables[i]);
	if (r < 0)
		return r;
	find_addresses(c);
	link_divert(l, take_freed, c);
	*consumerp = c;
	c = NULL;	// moved
	return 0;
}

static void frames_drop(struct frames *f, size_t n);

struct consumer *consumer_free(struct consumer *c)
{
	if (!c)
		return NULL;
	for (size_t i = 0; c->tables && i < c->schema->naggs; i++)
		table_free(c->tables[i]);
	link_divert(c->link, NULL, NULL);
	frames_drop(&c->frames, c->frames.n);
	free(c->frames.list);
	order_free(c->order);
	spec_free(c->spec);
	drops_free(c->drops);
	free(c->tables);
	free(c->chosen);
	free(c->fresh);
	free(c->printed);
	free(c->located);
	free(c);
	return NULL;
}

bool consumer_ended(const struct consumer *c)
{
	return c->ended;
}

int consumer_status(const struct consumer *c)
{
	return c->status;
}

// ---- snapshots -------------------------------------------------------------

static int told(const Dtraced__Reply *reply, const struct consumer *c, const char *what)
{
	if (reply->body_case != DTRACED__REPLY__BODY_FAILURE)
		return -EBADMSG;
	failure_print(reply->failure, c->options, what);
	return ERROR_TOLD;
}

typedef int rows_fn(struct table *t, uint32_t key_size, uint32_t nwords, const uint8_t *rows, size_t n);

// A frame's rows, each to take() of its table.
static int take_tables(struct consumer *c, const Dtraced__Tables *m, rows_fn *take)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < m->n_tables; i++) {
		const Dtraced__Table *t = m->tables[i];
		int64_t agg = schema_agg(c->schema, t->agg);

		if (agg < 0)
			return -EBADMSG;
		r = take(c->tables[agg], t->key_size, t->nwords, t->rows.data, t->rows.len);
	}
	return r;
}

// Frames with rows, in their order. They wait until the addresses in their keys have
// names: which keys are one depends on them, and only one question can be asked at a
// time.
static int frames_add(struct frames *f, Dtraced__Reply **replyp)
{
	if (f->n == f->room) {
		size_t room = f->room ? 2 * f->room : 8;
		Dtraced__Reply **list = reallocarray(f->list, room, sizeof(*list));

		if (!list)
			return -ENOMEM;
		f->list = list;
		f->room = room;
	}
	f->list[f->n++] = *replyp;
	*replyp = NULL;	// moved
	return 0;
}

// Forgets the first n.
static void frames_drop(struct frames *f, size_t n)
{
	for (size_t i = 0; i < n; i++)
		reply_freep(&f->list[i]);
	f->n -= n;
	if (f->n)
		memmove(f->list, f->list + n, f->n * sizeof(*f->list));
}

// What is done with the rows of an answer.
struct answer {
	rows_fn *take;
	const uint32_t *begins;	// the daemon's numbers of aggregations of which this is a snapshot
	uint32_t nbegins;
	bool begun;
};

// What was freed before belongs to what was there, what is freed later to the new words.
static void begin_answer(struct consumer *c, struct answer *a)
{
	for (uint32_t i = 0; i < a->nbegins && !a->begun; i++)
		table_begin(c->tables[schema_agg(c->schema, a->begins[i])]);
	a->begun = true;
}

static int take_answer(struct consumer *c, const Dtraced__Reply *reply, struct answer *a)
{
	if (!reply->tag)
		return take_tables(c, reply->tables, table_freed);
	begin_answer(c, a);
	return take_tables(c, reply->tables, a->take);
}

// Those that are here now; while names are asked for more may come.
static int take_frames(struct consumer *c, struct answer *a)
{
	size_t n = c->frames.n;
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++)
		r = take_tables(c, c->frames.list[i]->tables, table_want);
	if (r == 0 && n)
		r = names_fetch(c->names);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = take_answer(c, c->frames.list[i], a);
	frames_drop(&c->frames, n);
	return r;
}

// Rows that were freed for another viewer: an event whose place among the answers matters.
static int take_freed(void *arg, Dtraced__Reply **replyp)
{
	struct consumer *c = arg;
	int r;

	if ((*replyp)->body_case != DTRACED__REPLY__BODY_TABLES)
		return 0;
	r = c->merging ? frames_add(&c->frames, replyp) : take_tables(c, (*replyp)->tables, table_freed);
	reply_freep(replyp);
	return r < 0 ? r : 1;
}

// Sends a request and receives the frames of its answer, up to one without rows.
static int receive_rows(struct consumer *c, Dtraced__Request *req, struct answer *a, const char *what)
{
	_cleanup_reply_ Dtraced__Reply *reply = NULL;
	int r = link_call(c->link, req, &reply);

	while (r == 0 && reply->body_case == DTRACED__REPLY__BODY_TABLES && reply->tables->more) {
		r = c->merging ? frames_add(&c->frames, &reply) : take_answer(c, reply, a);
		if (r < 0)
			return r;
		reply_freep(&reply);
		r = link_more(c->link, &reply);
	}
	if (r < 0)
		return r;
	if (reply->body_case != DTRACED__REPLY__BODY_DONE && reply->body_case != DTRACED__REPLY__BODY_TABLES)
		return told(reply, c, what);
	r = take_frames(c, a);
	return r == 0 && reply->body_case == DTRACED__REPLY__BODY_TABLES ? take_answer(c, reply, a) : r;
}

// The daemon's numbers of those of the n aggregations whose snapshot is old.
static uint32_t pick_old(struct consumer *c, const uint32_t *aggs, uint32_t n, uint32_t *numbers)
{
	uint32_t nold = 0;

	for (uint32_t i = 0; i < n; i++) {
		if (c->fresh[aggs[i]])
			continue;
		c->fresh[aggs[i]] = true;
		numbers[nold++] = c->schema->aggs[aggs[i]].number;
	}
	return nold;
}

static int snapshot(struct consumer *c, const uint32_t *aggs, uint32_t n)
{
	Dtraced__Snapshot body = DTRACED__SNAPSHOT__INIT;
	Dtraced__Request req = DTRACED__REQUEST__INIT;
	struct answer answer = { .take = table_rows };
	int r = 0;

	body.aggs = calloc((size_t)n + 1, sizeof(*body.aggs));
	if (!body.aggs)
		return -ENOMEM;
	body.n_aggs = pick_old(c, aggs, n, body.aggs);
	answer.begins = body.aggs;
	answer.nbegins = (uint32_t)body.n_aggs;
	body.session = c->session;
	req.body_case = DTRACED__REQUEST__BODY_SNAPSHOT;
	req.snapshot = &body;
	if (body.n_aggs)
		r = receive_rows(c, &req, &answer, "failed to read aggregations");
	for (uint32_t i = 0; r == 0 && i < body.n_aggs; i++)
		r = table_end(c->tables[schema_agg(c->schema, body.aggs[i])]);
	free(body.aggs);
	return r;
}

// ---- actions ---------------------------------------------------------------

static int do_value(struct consumer *c, const struct firing *f, const struct action *a)
{
	return c->writer->ops->value(c->writer, f, a);
}

static int do_printa(struct consumer *c, const struct firing *f __attribute__((unused)), const struct action *a)
{
	int r = snapshot(c, a->aggs, a->naggs);

	if (r)
		return r;
	for (uint32_t i = 0; i < a->naggs; i++) {
		c->chosen[i] = c->tables[a->aggs[i]];
		c->printed[a->aggs[i]] = true;
	}
	return c->writer->ops->printa(c->writer, a, c->chosen);
}

static int do_exit(struct consumer *c, const struct firing *f, const struct action *a)
{
	c->status = (int)value_int(&a->values[0], f->rec.bytes);
	return 0;
}

// Lets the daemon free the entries: those with a maximum, which has no baseline,
// or all.
static int tell_daemon(struct consumer *c, const struct action *a, bool trunc)
{
	Dtraced__Clear clear = DTRACED__CLEAR__INIT;
	Dtraced__Trunc body = DTRACED__TRUNC__INIT;
	Dtraced__Request req = DTRACED__REQUEST__INIT;
	uint32_t *numbers = calloc((size_t)a->naggs + 1, sizeof(*numbers));
	int r;

	if (!numbers)
		return -ENOMEM;
	for (uint32_t i = 0; i < a->naggs; i++)
		numbers[i] = c->schema->aggs[a->aggs[i]].number;
	clear.session = body.session = c->session;
	clear.aggs = body.aggs = numbers;
	clear.n_aggs = body.n_aggs = a->naggs;
	req.body_case = trunc ? DTRACED__REQUEST__BODY_TRUNC : DTRACED__REQUEST__BODY_CLEAR;
	if (trunc)
		req.trunc = &body;
	else
		req.clear = &clear;
	r = receive_rows(c, &req, &(struct answer){ .take = table_freed }, trunc ? "failed to truncate" : "failed to clear");
	free(numbers);
	return r;
}

static bool any_extreme(const struct consumer *c, const struct action *a)
{
	for (uint32_t i = 0; i < a->naggs; i++)
		if (c->schema->aggs[a->aggs[i]].func == AGG_MIN || c->schema->aggs[a->aggs[i]].func == AGG_MAX)
			return true;
	return false;
}

static int do_clear(struct consumer *c, const struct firing *f __attribute__((unused)), const struct action *a)
{
	int r = snapshot(c, a->aggs, a->naggs);

	for (uint32_t i = 0; r == 0 && i < a->naggs; i++) {
		r = table_clear(c->tables[a->aggs[i]]);
		c->fresh[a->aggs[i]] = false;
	}
	if (r == 0 && any_extreme(c, a))
		r = tell_daemon(c, a, false);
	return r;
}

static int do_trunc(struct consumer *c, const struct firing *f, const struct action *a)
{
	int64_t count = a->nvalues ? value_int(&a->values[0], f->rec.bytes) : 0;
	int r = snapshot(c, a->aggs, a->naggs);

	for (uint32_t i = 0; r == 0 && i < a->naggs; i++) {
		r = table_trunc(c->tables[a->aggs[i]], a->nvalues > 0, count);
		c->fresh[a->aggs[i]] = false;
	}
	return r == 0 ? tell_daemon(c, a, true) : r;
}

static int do_normalize(struct consumer *c, const struct firing *f, const struct action *a)
{
	uint64_t normal = a->kind == ACT_NORMALIZE ? (uint64_t)value_int(&a->values[0], f->rec.bytes) : 1;

	if (!normal) {
		fprintf(stderr, "dtrace: normalize() by 0 is ignored\n");
		return 0;
	}
	for (uint32_t i = 0; i < a->naggs; i++)
		table_normalize(c->tables[a->aggs[i]], normal);
	return 0;
}

// Text that an action makes of its format.
static int format_text(struct consumer *c, const struct firing *f, const struct action *a, struct outbuf *text)
{
	int r = c->writer->ops->format(c->writer, f, a, text);

	outbuf_char(text, '\0');
	return r ? r : text->err;
}

// What commands and files a program names are for who started it; a viewer may have none of it.
static bool has_effects(struct consumer *c)
{
	if (!c->effects && !c->told_effects)
		fputs("dtrace: system(), freopen() and ftruncate() are not carried out for a viewer: 'dtrace attach -w' "
		      "does, of a session of one's own\n", stderr);
	c->told_effects = true;
	return c->effects;
}

static int do_system(struct consumer *c, const struct firing *f, const struct action *a)
{
	_cleanup_outbuf_ struct outbuf text = OUTBUF_INIT(-1);
	int r;

	if (!has_effects(c))
		return 0;
	r = format_text(c, f, a, &text);
	if (r == 0)
		r = c->writer->ops->flush(c->writer);
	if (r == 0)
		r = effects_system(text.data);
	return r;
}

static int do_freopen(struct consumer *c, const struct firing *f, const struct action *a)
{
	_cleanup_outbuf_ struct outbuf text = OUTBUF_INIT(-1);
	int r;

	if (!has_effects(c))
		return 0;
	r = format_text(c, f, a, &text);
	if (r == 0)
		r = c->writer->ops->flush(c->writer);
	if (r)
		return r;
	r = effects_reopen(c->effects, text.data);
	if (r < 0) {
		fputs("dtrace: couldn't redirect the output to \"", stderr);
		foreign_print(stderr, text.data);
		fprintf(stderr, "\": %s\n", strerror(-r));
	}
	return 0;
}

static int do_ftruncate(struct consumer *c, const struct firing *f __attribute__((unused)),
			const struct action *a __attribute__((unused)))
{
	int r = c->writer->ops->flush(c->writer);

	return r || !has_effects(c) ? r : effects_truncate(c->effects);
}

static int do_setopt(struct consumer *c, const struct firing *f, const struct action *a)
{
	struct source src = { .schema = c->schema, .bytes = f->rec.bytes, .probe = f->probe };
	char text[2][256] = { "", "" };
	const char *value = a->nvalues > 1 ? text[1] : NULL;
	int r;

	for (uint32_t i = 0; i < a->nvalues; i++) {
		size_t n;
		const char *s = value_text(&a->values[i], &src, &n);

		snprintf(text[i], sizeof(text[i]), "%.*s", (int)n, s);
	}
	r = settings_change(&c->options->settings, text[0], value);
	if (r == 0)
		return c->writer->ops->settings(c->writer, &c->options->settings);
	fputs("dtrace: couldn't set option \"", stderr);
	foreign_print(stderr, text[0]);
	fputs(value ? "\" to \"" : "", stderr);
	foreign_print(stderr, value ? value : "");
	fprintf(stderr, "\": %s\n", settings_error(r));
	return 0;
}

static int (*const actions[ACT_NKINDS])(struct consumer *c, const struct firing *f, const struct action *a) = {
	[ACT_TRACE] = do_value,
	[ACT_PRINTF] = do_value,
	[ACT_TRACEMEM] = do_value,
	[ACT_PRINTA] = do_printa,
	[ACT_EXIT] = do_exit,
	[ACT_CLEAR] = do_clear,
	[ACT_TRUNC] = do_trunc,
	[ACT_NORMALIZE] = do_normalize,
	[ACT_DENORMALIZE] = do_normalize,
	[ACT_SYSTEM] = do_system,
	[ACT_FREOPEN] = do_freopen,
	[ACT_FTRUNCATE] = do_ftruncate,
	[ACT_SETOPT] = do_setopt,
};

// ---- records ---------------------------------------------------------------

static int take_error(struct consumer *c, const struct record *rec)
{
	int r = c->writer->ops->flush(c->writer);

	fault_print(stderr, c->schema, rec, c->options);
	if (!c->told_memory && fault_of_process(c->schema, rec)) {
		c->told_memory = true;
		fputs("dtrace: that is an address of a process: copyin() and copyinstr() read it, if it is in memory at "
		      "that moment; what a system call is given is, when it returns (see d(7), USER MEMORY)\n", stderr);
	}
	return r;
}

static void look_ahead(const struct consumer *c, struct firing *f)
{
	struct record next;
	const struct form *form;

	if (!order_peek_cpu(c->order, f->rec.cpu, &next))
		return;
	form = record_form(c->schema, &next);
	if (!form)
		return;
	f->next_probe = next.probe;
	f->next_clause = form->clause;
}

static int take_record(struct consumer *c, const struct record *rec);

// commit() and discard(): what was held comes out here, or never.
static int finish_speculation(struct consumer *c, const struct action *a, const struct record *rec)
{
	uint32_t key = (uint32_t)value_uint(&a->values[0], rec->bytes);
	struct held *list = NULL;
	int r;

	if (a->kind == ACT_DISCARD)
		return spec_discard(c->spec, key);
	r = spec_commit(c->spec, key, &list);
	for (const struct held *h = list; h && r == 0; h = h->next)
		r = take_record(c, &h->rec);
	held_free(list);
	return r;
}

// Whether the record is for now; else it was held or lost: 0, or negative errno.
static int is_for_now(struct consumer *c, const struct record *rec)
{
	int r = rec->spec ? spec_hold(c->spec, rec) : SPEC_PASS;

	if (r == SPEC_FULL)
		r = drops_count(c->drops, DROP_SPEC, rec->cpu);
	else if (r >= 0)
		r = r == SPEC_PASS;
	return r;
}

static int take_record(struct consumer *c, const struct record *rec)
{
	const struct writer_ops *ops = c->writer->ops;
	struct firing f = { .rec = *rec };
	int r;

	if (rec->form == FORM_DISCARD)
		return 0;
	if (rec->form == FORM_ERROR)
		return take_error(c, rec);
	r = is_for_now(c, rec);
	if (r <= 0)
		return r;
	f.form = record_form(c->schema, rec);
	if (f.form->nactions && (f.form->actions[0].kind == ACT_COMMIT || f.form->actions[0].kind == ACT_DISCARD))
		return finish_speculation(c, &f.form->actions[0], rec);
	f.probe = schema_probe(c->schema, rec->probe);
	if (!f.probe)
		return -EBADMSG;
	look_ahead(c, &f);
	r = ops->begin(c->writer, &f);
	for (uint32_t i = 0; r == 0 && i < f.form->nactions; i++)
		r = actions[f.form->actions[i].kind](c, &f, &f.form->actions[i]);
	return r ? r : ops->end(c->writer, &f);
}

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

// When drops may be told again: at most once in a statusrate.
static uint64_t drops_due(const struct consumer *c)
{
	return c->drops_told + (uint64_t)settings_get(&c->options->settings, OPT_statusrate);
}

// When a thing last done at some time may be done again by a rate that was set; 0: at once.
static uint64_t rate_due(const struct consumer *c, enum setting_id rate, uint64_t last)
{
	const struct settings *s = &c->options->settings;

	return s->given[rate] ? last + (uint64_t)settings_get(s, rate) : 0;
}

int consumer_timeout(const struct consumer *c)
{
	uint64_t now = now_ns(), due = UINT64_MAX, next = rate_due(c, OPT_switchrate, c->released);

	if (drops_pending(c->drops))
		due = drops_due(c);
	if (next > now && next < due)
		due = next;
	if (due == UINT64_MAX)
		return -1;
	if (due <= now)
		return 0;
	return (due - now) / 1000000 < INT_MAX ? (int)((due - now) / 1000000) + 1 : INT_MAX;
}

static void tell_drops(struct consumer *c)
{
	if (!drops_pending(c->drops) || (!c->ended && now_ns() < drops_due(c)))
		return;
	drops_print(stderr, c->drops, settings_get(&c->options->settings, OPT_droptags));
	c->drops_told = now_ns();
}

int consumer_release(struct consumer *c)
{
	uint64_t now = now_ns();
	struct record rec;
	int r = 0;

	if (!c->ended && rate_due(c, OPT_switchrate, c->released) > now)
		return 0;
	c->released = now;
	if (rate_due(c, OPT_aggrate, c->aged) <= now) {
		for (size_t i = 0; i < c->schema->naggs; i++)
			c->fresh[i] = false;
		c->aged = now;
	}
	if (c->frames.n)
		r = take_frames(c, &(struct answer){ 0 });
	if (r == 0 && c->any_located)
		r = names_fetch(c->names);
	while (r == 0 && order_pop(c->order, &rec))
		r = take_record(c, &rec);
	if (r == 0)
		r = c->writer->ops->flush(c->writer);
	if (r == 0)
		tell_drops(c);
	return r;
}

// ---- events ----------------------------------------------------------------

// Notes the addresses in records that are whole and known.
static int want_addresses(struct consumer *c, const uint8_t *data, size_t n)
{
	struct firing f = { 0 };
	int r = 0, len;

	for (size_t pos = 0; r == 0 && pos < n; pos += (size_t)len) {
		len = record_read(c->schema, data + pos, n - pos, &f.rec);
		if (len < 0)
			return len;
		f.form = record_form(c->schema, &f.rec);
		for (uint32_t i = 0; r == 0 && f.form && i < f.form->nactions; i++)
			if (c->located[f.form->actions[i].index])
				r = c->writer->ops->want(c->writer, &f, &f.form->actions[i]);
	}
	return r;
}

static int take_records(struct consumer *c, Dtraced__Records *m)
{
	uint8_t *data = m->data.data;
	size_t n = m->data.len;
	int r;

	m->data.data = NULL;	// moved
	m->data.len = 0;
	r = order_push(c->order, m->cpu, data, n);
	return r == 0 && c->any_located ? want_addresses(c, data, n) : r;
}

static int take_status(struct consumer *c, const Dtraced__Status *m)
{
	int r = 0;

	order_watermark(c->order, m->watermark);
	for (size_t i = 0; r == 0 && i < m->n_drops; i++)
		r = drops_add(c->drops, m->drops[i]->kind, m->drops[i]->cpu, m->drops[i]->count);
	return r;
}

static int take_ended(struct consumer *c, const Dtraced__Ended *m)
{
	order_finish(c->order);
	c->ended = true;
	if (m->reason == DTRACED__END_REASON__END_KILLED) {
		fprintf(stderr, "dtrace: processing aborted: %s\n", *m->text ? m->text : "the daemon ended the session");
		c->status = 1;
	}
	return 0;
}

// Code was loaded meanwhile. Takes the message.
static int take_added(struct consumer *c, Dtraced__Reply *reply)
{
	Dtraced__Added *m = reply->added;

	reply->body_case = DTRACED__REPLY__BODY__NOT_SET;	// moved
	reply->added = NULL;
	if (*m->text) {
		fputs("dtrace: ", stderr);
		foreign_print(stderr, m->text);
		fputc('\n', stderr);
	}
	return schema_add_probes(c->schema, m);
}

int consumer_event(struct consumer *c, Dtraced__Reply **replyp)
{
	Dtraced__Reply *reply = *replyp;
	int r = take_freed(c, replyp);

	if (r)
		return r < 0 ? r : 0;
	switch (reply->body_case) {
	case DTRACED__REPLY__BODY_RECORDS:
		return take_records(c, reply->records);
	case DTRACED__REPLY__BODY_STATUS:
		return take_status(c, reply->status);
	case DTRACED__REPLY__BODY_ADDED:
		return take_added(c, reply);
	case DTRACED__REPLY__BODY_ENDED:
		return take_ended(c, reply->ended);
	case DTRACED__REPLY__BODY_FAILURE:
		return told(reply, c, "processing aborted");
	case DTRACED__REPLY__BODY_DONE:
		return 0;	// of a request that nobody waits for
	default:
		return -EBADMSG;
	}
}

// ---- the end ---------------------------------------------------------------

int consumer_finish(struct consumer *c)
{
	const struct schema *s = c->schema;
	uint32_t *left = calloc(s->naggs + 1, sizeof(*left)), n = 0;
	int r;

	if (!left)
		return -ENOMEM;
	for (uint32_t i = 0; i < s->naggs; i++) {
		c->fresh[i] = false;
		if (!c->printed[i] || c->writer->ops->keeps(c->writer, &s->aggs[i]))
			left[n++] = i;
	}
	r = snapshot(c, left, n);
	for (uint32_t i = 0; i < n; i++)
		c->chosen[i] = c->tables[left[i]];
	free(left);
	if (r == 0)
		r = c->writer->ops->finish(c->writer, c->chosen, n);
	if (r == 0)
		r = c->writer->ops->flush(c->writer);
	if (r == 0)
		stacks_print(stderr, c->drops, settings_get(&c->options->settings, OPT_quiet));
	return r;
}
