// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Tracing: compile, say what matched, start, view until the end; or detach.

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/cmd.h"
#include "client/failure.h"
#include "client/format/list.h"
#include "client/output/buf.h"
#include "client/request.h"
#include "client/target.h"
#include "client/view.h"

// ---- compile ---------------------------------------------------------------

static int read_compiled(struct view *v, const Dtraced__Compiled *m, char **namep)
{
	v->session = m->session;
	*namep = strdup(m->name);
	if (!*namep)
		return -ENOMEM;
	if (*m->dump)
		fputs(m->dump, stderr);
	return view_schema(v, m->schema.data, m->schema.len);
}

static int compile(struct view *v, char **namep)
{
	_cleanup_parts_ struct request_parts parts = { 0 };
	_cleanup_reply_ Dtraced__Reply *reply = NULL;
	Dtraced__Compile body;
	Dtraced__Request req = DTRACED__REQUEST__INIT;
	int r;

	r = request_parts_init(&parts, &v->options, v->targets);
	if (r < 0)
		return r;
	request_compile(&parts, &v->options, &body);
	req.body_case = DTRACED__REQUEST__BODY_COMPILE;
	req.compile = &body;
	r = link_call(v->link, &req, &reply);
	if (r < 0)
		return r;
	if (reply->body_case == DTRACED__REPLY__BODY_FAILURE) {
		failure_print(reply->failure, &v->options, "failed to compile");
		return VIEW_TOLD;
	}
	if (reply->body_case != DTRACED__REPLY__BODY_COMPILED)
		return -EBADMSG;
	return read_compiled(v, reply->compiled, namep);
}

// A command-line program is named by its description alone.
static int name_length(const struct text *text)
{
	return (int)(text->kind == TEXT_FILE ? strlen(text->arg) : strcspn(text->arg, "{/;"));
}

static void print_matched(const struct view *v)
{
	const struct options *o = &v->options;

	if (settings_get(&o->settings, OPT_quiet))
		return;
	for (size_t i = 0; i < o->ntexts && i < v->schema->nmatched; i++) {
		const struct text *text = &o->texts[i];
		uint32_t n = v->schema->matched[i];

		fprintf(stderr, "dtrace: %s '%.*s' matched %u probe%s\n",
			text->kind == TEXT_FILE ? "script" : "description", name_length(text), text->arg, n,
			n == 1 ? "" : "s");
	}
	if (v->schema->destructive && !o->check_only)
		fprintf(stderr, "dtrace: allowing destructive actions\n");
}

// -v: stability of each program; with -e also each probe.
static int print_stability(const struct view *v)
{
	_cleanup_outbuf_ struct outbuf out = OUTBUF_INIT(v->fd);
	const struct options *o = &v->options;
	char name[256];

	for (uint32_t i = 0; o->verbose && i < o->ntexts; i++) {
		const struct text *text = &o->texts[i];

		snprintf(name, sizeof(name), "%s %.*s", text->kind == TEXT_FILE ? "script" : "description",
			 name_length(text), text->arg);
		list_stability(&out, v->schema, i, name);
	}
	if (o->verbose && o->check_only && v->schema->nprobes)
		list_header(&out);
	for (size_t i = 0; o->verbose && o->check_only && i < v->schema->nprobes; i++) {
		list_probe(&out, &v->schema->probes[i]);
		list_details(&out, &v->schema->probes[i], "");
	}
	return outbuf_flush(&out);
}

// ---- run -------------------------------------------------------------------

static int start(struct view *v)
{
	Dtraced__Start body = DTRACED__START__INIT;
	Dtraced__Request req = DTRACED__REQUEST__INIT;
	_cleanup_reply_ Dtraced__Reply *reply = NULL;
	int r;

	body.session = v->session;
	req.body_case = DTRACED__REQUEST__BODY_START;
	req.start = &body;
	r = link_call(v->link, &req, &reply);
	if (r < 0)
		return r;
	if (reply->body_case == DTRACED__REPLY__BODY_FAILURE) {
		failure_print(reply->failure, &v->options, "could not enable tracing");
		return VIEW_TOLD;
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

// The session goes on without us.
static int detach(struct view *v, const char *name)
{
	Dtraced__Detach body = DTRACED__DETACH__INIT;
	Dtraced__Request req = DTRACED__REQUEST__INIT;
	_cleanup_reply_ Dtraced__Reply *reply = NULL;
	int r;

	body.session = v->session;
	req.body_case = DTRACED__REQUEST__BODY_DETACH;
	req.detach = &body;
	r = link_call(v->link, &req, &reply);
	if (r < 0)
		return r;
	if (reply->body_case == DTRACED__REPLY__BODY_FAILURE) {
		failure_print(reply->failure, &v->options, "could not detach");
		return VIEW_TOLD;
	}
	puts(name);
	return fflush(stdout) ? -errno : 0;
}

static int run(struct view *v, const char *name)
{
	int r;

	if (v->options.detach) {
		r = start(v);
		targets_resume(v->targets);
		return r ? r : detach(v, name);
	}
	r = view_open_graph(v);
	if (r == 0)
		r = view_open(v);
	if (r == 0)
		r = start(v);
	if (r)
		return r;
	targets_resume(v->targets);
	return view_run(v);
}

// What makes no sense for a session that goes on without us.
static bool check_detach(const struct options *o)
{
	const struct { bool given; const char *what; } rows[] = {
		{ o->check_only, "-e does not start anything" },
		{ o->output, "-o is for 'dtrace attach'" },
		{ o->graph, "--flamegraph is for 'dtrace attach'" },
		{ o->ntargets && o->targets[0].is_command, "the command of -c ends with dtrace" },
	};

	for (size_t i = 0; o->detach && i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!rows[i].given)
			continue;
		fprintf(stderr, "dtrace: -d is not possible here: %s\n", rows[i].what);
		return false;
	}
	return true;
}

int cmd_trace(const struct options *o, struct link *l)
{
	struct view v = { .options = *o, .link = l, .graph = -1 };
	char *name = NULL;
	int r, status;

	if (!check_detach(o))
		return EXIT_USAGE;
	v.fd = cmd_open_output(o);
	if (v.fd < 0)
		return EXIT_FATAL;
	r = targets_open(o, &v.targets);
	if (r == 0)
		r = compile(&v, &name);
	if (r == 0) {
		print_matched(&v);
		r = print_stability(&v);
	}
	if (r == 0 && !o->check_only)
		r = run(&v, name);
	status = view_status(&v, r);
	targets_close(v.targets);
	view_close(&v);
	free(name);
	return status;
}
