// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// A session on the screen, see view.h. The first ^C stops it in order (END fires, what
// is left is printed), the second one leaves at once.

#include "client/view.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/cmd.h"
#include "client/consume.h"
#include "client/effects.h"
#include "client/format/stacktree.h"
#include "client/names.h"
#include "client/output/writer.h"
#include "client/target.h"

int view_schema(struct view *v, const uint8_t *data, size_t n)
{
	int r = schema_parse(data, n, &v->schema);

	// A name that we do not know is the compiler's business.
	for (size_t i = 0; r == 0 && i < v->schema->noptions; i++)
		settings_set(&v->options.settings, v->schema->options[i].name, v->schema->options[i].value);
	return r;
}

int view_open_graph(struct view *v)
{
	bool any = false;

	if (!v->options.graph)
		return 0;
	for (size_t i = 0; i < v->schema->naggs; i++)
		any |= agg_has_stack(&v->schema->aggs[i]);
	if (!any) {
		fprintf(stderr, "dtrace: no flame graph without an aggregation that has a stack as a key: "
			"@[stack()] = count()\n");
		return VIEW_TOLD;
	}
	v->graph = open(v->options.graph, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (v->graph >= 0)
		return 0;
	fprintf(stderr, "dtrace: failed to open %s: %s\n", v->options.graph, strerror(errno));
	return VIEW_TOLD;
}

int view_open(struct view *v)
{
	const struct settings *s = &v->options.settings;
	int r = names_new(v->link, v->session, &v->names);

	if (r == 0 && settings_get(s, OPT_noresolve))
		names_leave_stacks(v->names);
	if (r == 0 && settings_get(s, OPT_demangle))
		names_demangle(v->names);
	if (r == 0)
		r = text_writer_new(v->schema, s, &(struct text_places){
			.fd = v->fd, .graph = v->graph, .names = v->names,
			.target = targets_first(v->targets) }, &v->writer);
	if (r == 0 && !v->no_effects)
		r = effects_new(v->fd, &v->effects);
	if (r == 0)
		r = consumer_new(v->schema, &v->options, v->link, v->session, v->writer, v->names,
				 v->effects, &v->consumer);
	return r == 0 ? link_catch_signals(v->link) : r;
}

// ---- running ---------------------------------------------------------------

// Asks for the end; the answer is of no interest, Ended will come.
static int stop(struct view *v)
{
	Dtraced__Stop body = DTRACED__STOP__INIT;
	Dtraced__Request req = DTRACED__REQUEST__INIT;

	body.session = v->session;
	req.body_case = DTRACED__REQUEST__BODY_STOP;
	req.stop = &body;
	return link_send(v->link, &req);
}

static int take_events(struct view *v)
{
	Dtraced__Reply *reply;
	int r;

	while ((r = link_next(v->link, &reply)) > 0) {
		r = consumer_event(v->consumer, &reply);
		reply_freep(&reply);
		if (r)
			return r;
	}
	return r;
}

// ^C, or the end of all processes of -c and -p.
static bool should_stop(struct view *v, int *r)
{
	if (link_interrupted(v->link)) {
		*r = v->writer->ops->interrupted(v->writer);
		return true;
	}
	return targets_gone(v->targets, settings_get(&v->options.settings, OPT_quiet));
}

static int consume(struct view *v)
{
	bool stopping = false;
	int r;

	for (;;) {
		r = take_events(v);
		if (r == 0)
			r = consumer_release(v->consumer);
		if (r || consumer_ended(v->consumer))
			return r;
		if (!stopping && should_stop(v, &r)) {
			if (v->guest)
				return r < 0 ? r : VIEW_LEFT;
			stopping = true;
			r = r < 0 ? r : stop(v);
		} else if (!link_pending(v->link)) {	// a snapshot may have let events in
			r = link_wait(v->link, consumer_timeout(v->consumer));
		}
		if (r < 0)
			return r;
		if (link_aborted(v->link))
			return -EINTR;
	}
}

int view_run(struct view *v)
{
	int r, end;

	link_watch(v->link, targets_fd(v->targets));
	r = consume(v);
	if (r && r != VIEW_LEFT)
		return r;
	end = consumer_finish(v->consumer);
	return end ? end : r;
}

// ---- the end ---------------------------------------------------------------

int view_status(const struct view *v, int r)
{
	if (r < 0 && r != -EINTR)	// that: interrupted twice
		return cmd_fail(r, "processing aborted");
	if (r == VIEW_TOLD)
		return EXIT_FATAL;
	if (v->consumer)
		return consumer_status(v->consumer);
	return r < 0 ? EXIT_FATAL : EXIT_SUCCESS;
}

void view_close(struct view *v)
{
	consumer_free(v->consumer);
	writer_freep(&v->writer);
	names_free(v->names);
	effects_free(v->effects);
	schema_free(v->schema);
	if (v->graph >= 0)
		close(v->graph);
}
