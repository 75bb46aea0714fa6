// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Trunc in progress, see trunc.h and, for the order of things, freeing.h. What
// is freed is sent in the same turn of the event loop: a snapshot has seen it
// before or does not see it after.

#include "daemon/session/trunc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/log.h"
#include "daemon/server.h"
#include "daemon/session/freeing.h"
#include "daemon/session/send_rows.h"
#include "daemon/session/session.h"

enum { ROUNDS = 16 };

static int start_round(struct session *s);

static bool wants(const struct session *s, uint32_t i, struct table_source *source)
{
	const struct trunc_request *q = s->trunc.now;

	return session_wants_table(s, i, q->aggs, q->naggs, source) &&
		(!q->maxima || source->table->nmax);
}

static void answer(const struct trunc_request *q, int r)
{
	if (!q->viewer)
		return;
	if (r < 0)
		conn_fail(q->viewer->conn, q->tag, DTRACED__FAILURE_CODE__FAILURE_KERNEL,
			"entries of aggregations cannot be freed: %s", strerror(-r));
	else
		conn_done(q->viewer->conn, q->tag);
}

// The next one that can be started, if no other is being done.
static void go_on(struct session *s)
{
	struct trunc *t = &s->trunc;
	int r = -1;

	while (r < 0 && !t->now && !STAILQ_EMPTY(&t->waiting)) {
		t->now = STAILQ_FIRST(&t->waiting);
		STAILQ_REMOVE_HEAD(&t->waiting, link);
		t->table = t->rounds = 0;
		t->since = clock_ns(CLOCK_MONOTONIC);
		r = start_round(s);
		if (r < 0) {
			answer(t->now, r);
			free(t->now);
			t->now = NULL;
		}
	}
}

static void finish(struct session *s, int r)
{
	struct trunc *t = &s->trunc;

	answer(t->now, r);
	log_debug("session %016llx: entries freed in %u rounds, %llu us", (unsigned long long)s->id,
		t->rounds, (unsigned long long)(clock_ns(CLOCK_MONOTONIC) - t->since) / 1000);
	overflow_close(&t->reader);
	free(t->now);
	t->now = NULL;
	go_on(s);
}

static void send_taken(struct session *s, uint32_t agg, const struct rows *rows)
{
	const struct trunc_request *q = s->trunc.now;
	struct viewer *v;

	if (!rows->n)
		return;
	LIST_FOREACH(v, &s->viewers, link)
		send_rows(v->conn, v == q->viewer ? q->tag : 0, s->id, agg, rows);
}

static void count_lost(struct session *s, uint64_t lost)
{
	uint64_t *drops = segment_word(segment_area(&s->segment, 0),
		SEG_DROPS + 8 * DROP_AGGREGATION);

	if (!lost)
		return;
	__atomic_fetch_add(drops, lost, __ATOMIC_RELAXED);
	log_debug("%llu keys were taken while they may have been in use", (unsigned long long)lost);
}

// ---- the overflow hashes ---------------------------------------------------

// Keys for which the tables are full again can be taken after another round,
// which empties the tables. In the end they stay, but for those with a maximum,
// which would be wrong then.
static int take_from(struct session *s, const struct table_source *source, bool *again)
{
	struct trunc *t = &s->trunc;
	CLEANUP(rows_deinit) struct rows rows = { 0 };
	bool last = t->rounds >= ROUNDS;
	struct overflow_busy busy = { .force = last && source->table->nmax };
	int r;

	rows_init(&rows, source->table);
	r = table_take_overflow(source, &t->reader, &rows, &busy);
	send_taken(s, source->table->agg, &rows);
	count_lost(s, busy.lost);
	*again = busy.left && !last;
	return r;
}

// Goes on with the first batch, as what was left there has its turn now.
static bool go_round(struct session *s)
{
	int r = start_round(s);

	overflow_close(&s->trunc.reader);
	if (r < 0)
		finish(s, r);
	return false;
}

static bool take_batch(void *arg)
{
	struct session *s = arg;
	struct trunc *t = &s->trunc;
	struct table_source source;
	bool again = false;
	int r;

	while (t->table < s->ntables && (!wants(s, t->table, &source) || source.overflow < 0))
		t->table++;
	if (t->table == s->ntables) {
		finish(s, 0);
		return false;
	}
	r = take_from(s, &source, &again);
	if (r < 0) {
		finish(s, r);
		return false;
	}
	if (again)
		return go_round(s);
	if (!r) {
		overflow_close(&t->reader);
		t->table++;
	}
	return true;
}

static void on_quiet_again(void *arg, int error)
{
	struct session *s = arg;

	if (error < 0)
		finish(s, error);
	else
		work_start(&s->server->work, &s->trunc.work, take_batch, s);
}

// ---- the segment's tables --------------------------------------------------

static int take_table(struct session *s, const struct table_source *source)
{
	CLEANUP(rows_deinit) struct rows rows = { 0 };
	int r;

	rows_init(&rows, source->table);
	r = table_take(source, &rows);
	if (r >= 0)
		send_taken(s, source->table->agg, &rows);
	else
		table_return(source);
	return r;
}

static int take_tables(struct session *s, bool *overflow)
{
	struct table_source source;
	int r = 0, failed = 0;

	for (uint32_t i = 0; i < s->ntables; i++) {
		if (!wants(s, i, &source))
			continue;
		r = take_table(s, &source);
		failed = r < 0 ? r : failed;
		*overflow |= table_overflows(&source);
	}
	return failed;
}

static void return_tables(const struct session *s)
{
	struct table_source source;

	for (uint32_t i = 0; i < s->ntables; i++) {
		if (wants(s, i, &source))
			table_return(&source);
	}
}

static void on_quiet(void *arg, int error)
{
	struct session *s = arg;
	bool overflow = false;
	int r = error;

	if (r < 0)
		return_tables(s);
	else
		r = take_tables(s, &overflow);
	if (r >= 0 && overflow) {
		r = quiesce_start(s->server->quiesce, &s->trunc.quiet,
			programs_preempted(&s->programs), on_quiet_again, s);
		if (r >= 0)
			return;
	}
	finish(s, r);
}

static int start_round(struct session *s)
{
	struct table_source source;
	int r;

	s->trunc.rounds++;
	for (uint32_t i = 0; i < s->ntables; i++) {
		if (wants(s, i, &source))
			table_leave(&source);
	}
	r = quiesce_start(s->server->quiesce, &s->trunc.quiet,
		programs_preempted(&s->programs), on_quiet, s);
	if (r < 0)
		return_tables(s);
	return r;
}

void trunc_init(struct trunc *t)
{
	STAILQ_INIT(&t->waiting);
}

static bool has_another(const struct trunc *t, const struct viewer *v)
{
	struct trunc_request *q;

	STAILQ_FOREACH(q, &t->waiting, link) {
		if (q->viewer == v)
			return true;
	}
	return t->now && t->now->viewer == v;
}

int trunc_start(struct session *s, struct viewer *v, uint32_t tag, const uint32_t *aggs, size_t naggs,
	bool maxima)
{
	struct trunc *t = &s->trunc;
	struct trunc_request *q;

	if (has_another(t, v))
		return TRUNC_E_BUSY;
	q = malloc(sizeof *q + naggs * sizeof *aggs);
	if (!q)
		return -ENOMEM;
	*q = (struct trunc_request){ .viewer = v, .tag = tag, .maxima = maxima, .naggs = naggs };
	if (naggs)
		memcpy(q->aggs, aggs, naggs * sizeof *aggs);
	STAILQ_INSERT_TAIL(&t->waiting, q, link);
	go_on(s);
	return 0;
}

void trunc_forget(struct session *s, const struct viewer *v)
{
	struct trunc *t = &s->trunc;
	struct trunc_request *q;

	if (t->now && t->now->viewer == v)
		t->now->viewer = NULL;
	STAILQ_FOREACH(q, &t->waiting, link) {
		if (q->viewer == v)
			break;
	}
	if (q) {	// there is one at most
		STAILQ_REMOVE(&t->waiting, q, trunc_request, link);
		free(q);
	}
}

void trunc_cancel(struct session *s)
{
	struct trunc *t = &s->trunc;

	while (!STAILQ_EMPTY(&t->waiting)) {
		struct trunc_request *q = STAILQ_FIRST(&t->waiting);

		STAILQ_REMOVE_HEAD(&t->waiting, link);
		answer(q, -ECANCELED);
		free(q);
	}
	if (!t->now)
		return;
	work_cancel(&s->server->work, &t->work);
	quiesce_cancel(&t->quiet);
	finish(s, -ECANCELED);
}
