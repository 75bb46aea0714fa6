// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Tracing: compile, say what matched, start, consume until the end. The first
// ^C stops the session in order (END fires, what is left is printed), the second
// one leaves at once.

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/cmd.h"
#include "client/consume.h"
#include "client/effects.h"
#include "client/failure.h"
#include "client/format/list.h"
#include "client/format/stacktree.h"
#include "client/names.h"
#include "client/output/buf.h"
#include "client/output/writer.h"
#include "client/request.h"
#include "client/target.h"

struct trace {
	struct options options;		// settings completed by the programs' pragmas
	struct link *link;
	struct schema *schema;
	struct names *names;
	struct writer *writer;
	struct consumer *consumer;
	struct effects *effects;
	struct targets *targets;
	uint64_t session;
	int fd, graph;		// graph -1: none
};

// A step that has told the user what is wrong returns this.
enum { TOLD = 1 };

// ---- compile ---------------------------------------------------------------

static int read_compiled(struct trace *t, const Dtraced__Compiled *m)
{
	int r = schema_parse(m->schema.data, m->schema.len, &t->schema);

	if (r < 0)
		return r;
	t->session = m->session;
	// Later settings win, and those of the programs come last. A name that we do
	// not know is the compiler's business.
	for (size_t i = 0; i < t->schema->noptions; i++)
		settings_set(&t->options.settings, t->schema->options[i].name, t->schema->options[i].value);
	if (*m->dump)
		fputs(m->dump, stderr);
	return 0;
}

static int compile(struct trace *t)
{
	_cleanup_parts_ struct request_parts parts = { 0 };
	_cleanup_reply_ Dtraced__Reply *reply = NULL;
	Dtraced__Compile body;
	Dtraced__Request req = DTRACED__REQUEST__INIT;
	int r;

	r = request_parts_init(&parts, &t->options, t->targets);
	if (r < 0)
		return r;
	request_compile(&parts, &t->options, &body);
	req.body_case = DTRACED__REQUEST__BODY_COMPILE;
	req.compile = &body;
	r = link_call(t->link, &req, &reply);
	if (r < 0)
		return r;
	if (reply->body_case == DTRACED__REPLY__BODY_FAILURE) {
		failure_print(reply->failure, &t->options, "failed to compile");
		return TOLD;
	}
	if (reply->body_case != DTRACED__REPLY__BODY_COMPILED)
		return -EBADMSG;
	return read_compiled(t, reply->compiled);
}

// A command-line program is named by its description alone.
static int name_length(const struct text *text)
{
	return (int)(text->kind == TEXT_FILE ? strlen(text->arg) : strcspn(text->arg, "{/;"));
}

static void print_matched(const struct trace *t)
{
	const struct options *o = &t->options;

	if (settings_get(&o->settings, OPT_quiet))
		return;
	for (size_t i = 0; i < o->ntexts && i < t->schema->nmatched; i++) {
		const struct text *text = &o->texts[i];
		uint32_t n = t->schema->matched[i];

		fprintf(stderr, "dtrace: %s '%.*s' matched %u probe%s\n",
			text->kind == TEXT_FILE ? "script" : "description", name_length(text), text->arg, n,
			n == 1 ? "" : "s");
	}
	if (t->schema->destructive && !o->check_only)
		fprintf(stderr, "dtrace: allowing destructive actions\n");
}

// -v: stability of each program; with -e also each probe.
static int print_stability(const struct trace *t)
{
	_cleanup_outbuf_ struct outbuf out = OUTBUF_INIT(t->fd);
	const struct options *o = &t->options;
	char name[256];

	for (uint32_t i = 0; o->verbose && i < o->ntexts; i++) {
		const struct text *text = &o->texts[i];

		snprintf(name, sizeof(name), "%s %.*s", text->kind == TEXT_FILE ? "script" : "description",
			 name_length(text), text->arg);
		list_stability(&out, t->schema, i, name);
	}
	if (o->verbose && o->check_only && t->schema->nprobes)
		list_header(&out);
	for (size_t i = 0; o->verbose && o->check_only && i < t->schema->nprobes; i++) {
		list_probe(&out, &t->schema->probes[i]);
		list_details(&out, &t->schema->probes[i], "");
	}
	return outbuf_flush(&out);
}

// ---- run -------------------------------------------------------------------

static int start(struct trace *t)
{
	Dtraced__Start body = DTRACED__START__INIT;
	Dtraced__Request req = DTRACED__REQUEST__INIT;
	_cleanup_reply_ Dtraced__Reply *reply = NULL;
	int r;

	body.session = t->session;
	req.body_case = DTRACED__REQUEST__BODY_START;
	req.start = &body;
	r = link_call(t->link, &req, &reply);
	if (r < 0)
		return r;
	if (reply->body_case == DTRACED__REPLY__BODY_FAILURE) {
		failure_print(reply->failure, &t->options, "could not enable tracing");
		return TOLD;
	}
	if (reply->body_case != DTRACED__REPLY__BODY_DONE)
		return -EBADMSG;
	if (*reply->done->warning) {
		fputs("dtrace: warning: ", stderr);
		foreign_print(stderr, reply->done->warning);
		fputc('\n', stderr);
	}
	return 0;
}

// Asks for the end; the answer is of no interest, Ended will come.
static int stop(struct trace *t)
{
	Dtraced__Stop body = DTRACED__STOP__INIT;
	Dtraced__Request req = DTRACED__REQUEST__INIT;

	body.session = t->session;
	req.body_case = DTRACED__REQUEST__BODY_STOP;
	req.stop = &body;
	return link_send(t->link, &req);
}

static int take_events(struct trace *t)
{
	Dtraced__Reply *reply;
	int r;

	while ((r = link_next(t->link, &reply)) > 0) {
		r = consumer_event(t->consumer, reply);
		reply_freep(&reply);
		if (r)
			return r;
	}
	return r;
}

// ^C, or the end of all processes of -c and -p.
static bool should_stop(struct trace *t, int *r)
{
	if (link_interrupted(t->link)) {
		*r = t->writer->ops->interrupted(t->writer);
		return true;
	}
	return targets_gone(t->targets, settings_get(&t->options.settings, OPT_quiet));
}

static int consume(struct trace *t)
{
	bool stopping = false;
	int r;

	for (;;) {
		r = take_events(t);
		if (r == 0)
			r = consumer_release(t->consumer);
		if (r || consumer_ended(t->consumer))
			return r;
		if (!stopping && should_stop(t, &r)) {
			stopping = true;
			r = r < 0 ? r : stop(t);
		} else if (!link_pending(t->link)) {	// a snapshot may have let events in
			r = link_wait(t->link, consumer_timeout(t->consumer));
		}
		if (r < 0)
			return r;
		if (link_aborted(t->link))
			return -EINTR;
	}
}

static int open_graph(struct trace *t)
{
	bool any = false;

	for (size_t i = 0; i < t->schema->naggs; i++)
		any |= agg_has_stack(&t->schema->aggs[i]);
	if (!any) {
		fprintf(stderr, "dtrace: no flame graph without an aggregation that has a stack as a key: "
			"@[stack()] = count()\n");
		return TOLD;
	}
	t->graph = open(t->options.graph, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (t->graph >= 0)
		return 0;
	fprintf(stderr, "dtrace: failed to open %s: %s\n", t->options.graph, strerror(errno));
	return TOLD;
}

static int trace(struct trace *t)
{
	int r;

	r = names_new(t->link, t->session, &t->names);
	if (r == 0 && settings_get(&t->options.settings, OPT_noresolve))
		names_leave_stacks(t->names);
	if (r == 0 && settings_get(&t->options.settings, OPT_demangle))
		names_demangle(t->names);
	if (r == 0)
		r = text_writer_new(t->schema, &t->options.settings, &(struct text_places){
			.fd = t->fd, .graph = t->graph, .names = t->names,
			.target = targets_first(t->targets) }, &t->writer);
	if (r == 0)
		r = effects_new(t->fd, &t->effects);
	if (r == 0)
		r = consumer_new(t->schema, &t->options, t->link, t->session, t->writer, t->names,
				 t->effects, &t->consumer);
	if (r == 0)
		r = link_catch_signals(t->link);
	if (r == 0)
		r = start(t);
	if (r == 0) {
		link_watch(t->link, targets_fd(t->targets));
		targets_resume(t->targets);
		r = consume(t);
	}
	if (r == 0)
		r = consumer_finish(t->consumer);
	return r;
}

static int status_of(const struct trace *t, int r)
{
	if (r == -EINTR)	// interrupted twice
		return t->consumer ? consumer_status(t->consumer) : EXIT_FATAL;
	if (r < 0)
		return cmd_fail(r, "processing aborted");
	if (r == TOLD)
		return EXIT_FATAL;
	return t->consumer ? consumer_status(t->consumer) : EXIT_SUCCESS;
}

int cmd_trace(const struct options *o, struct link *l)
{
	struct trace t = { .options = *o, .link = l, .graph = -1 };
	int r, status;

	t.fd = cmd_open_output(o);
	if (t.fd < 0)
		return EXIT_FATAL;
	r = targets_open(o, &t.targets);
	if (r == 0)
		r = compile(&t);
	if (r == 0) {
		print_matched(&t);
		r = print_stability(&t);
	}
	if (r == 0 && o->graph && !o->check_only)
		r = open_graph(&t);
	if (r == 0 && !o->check_only)
		r = trace(&t);
	status = status_of(&t, r);
	consumer_free(t.consumer);
	writer_freep(&t.writer);
	names_free(t.names);
	effects_free(t.effects);
	targets_close(t.targets);
	schema_free(t.schema);
	if (t.graph >= 0)
		close(t.graph);
	return status;
}
