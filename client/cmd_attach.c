// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// dtrace attach: views a session that somebody has compiled, here or elsewhere. What
// that was made of comes from the daemon. It may be somebody else's program: it runs
// nothing here and does nothing to the terminal.

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/cmd.h"
#include "client/decode/schema.h"
#include "client/failure.h"
#include "client/output/buf.h"
#include "client/view.h"

struct attached {
	struct view view;
	const struct options *given;	// of this command line
	const char *name;
	Dtraced__Reply *reply;		// the session, and what it was made of:
	const Dtraced__SessionInfo *info;
	Dtraced__Compile *compile;
	struct text *texts;
};

static void attached_close(struct attached *a)
{
	view_close(&a->view);
	if (a->compile)
		dtraced__compile__free_unpacked(a->compile, NULL);
	reply_freep(&a->reply);
	free(a->texts);
}

// ---- attaching -------------------------------------------------------------

static int ask(struct attached *a)
{
	Dtraced__Attach body = DTRACED__ATTACH__INIT;
	Dtraced__Request req = DTRACED__REQUEST__INIT;
	int r;

	body.session = (char *)a->name;
	req.body_case = DTRACED__REQUEST__BODY_ATTACH;
	req.attach = &body;
	r = link_call(a->view.link, &req, &a->reply);
	if (r < 0)
		return r;
	if (a->reply->body_case == DTRACED__REPLY__BODY_FAILURE) {
		failure_print(a->reply->failure, a->given, "failed to attach");
		return VIEW_TOLD;
	}
	if (a->reply->body_case != DTRACED__REPLY__BODY_SESSIONS || a->reply->sessions->n_sessions != 1)
		return -EBADMSG;
	a->info = a->reply->sessions->sessions[0];
	a->view.session = a->info->id;
	return 0;
}

// The texts, for messages about them.
static int take_texts(struct attached *a)
{
	const Dtraced__Compile *m = a->compile;

	a->texts = calloc(m->n_texts + 1, sizeof(*a->texts));
	if (!a->texts)
		return -ENOMEM;
	for (size_t i = 0; i < m->n_texts; i++) {
		Dtraced__Text *in = m->texts[i];
		struct text *out = &a->texts[i];
		uint8_t *text = realloc(in->text.data, in->text.len + 1);

		if (!text)
			return -ENOMEM;
		text[in->text.len] = '\0';
		in->text.data = text;
		out->kind = (enum text_kind)in->kind;
		out->arg = in->kind == DTRACED__TEXT_KIND__TEXT_FILE ? in->name : (char *)text;
		out->data = in->kind == DTRACED__TEXT_KIND__TEXT_FILE ? (char *)text : NULL;
		out->len = in->text.len;
	}
	a->view.options.texts = a->texts;
	a->view.options.ntexts = m->n_texts;
	return 0;
}

// Settings of its command line, of its programs, and those that were given here.
static int take_request(struct attached *a)
{
	struct settings *s = &a->view.options.settings;
	int r;

	a->compile = dtraced__compile__unpack(NULL, a->info->request.len, a->info->request.data);
	if (!a->compile)
		return -EBADMSG;
	r = take_texts(a);
	settings_init(s);
	for (size_t i = 0; i < a->compile->n_options; i++) {
		const Dtraced__Setting *o = a->compile->options[i];

		settings_set(s, o->name, o->has_value ? o->value : NULL);
	}
	if (r == 0)
		r = view_schema(&a->view, a->info->schema.data, a->info->schema.len);
	for (size_t i = 0; i < a->given->ngiven; i++)
		settings_set(s, a->given->given[i].name, a->given->given[i].value);
	return r;
}

// ---- trust -----------------------------------------------------------------

static void tame_formats(struct schema *s)
{
	for (size_t i = 0; i < s->nforms; i++) {
		for (uint32_t k = 0; k < s->forms[i].nactions; k++) {
			if (s->forms[i].actions[k].format)
				foreign_tame(s->forms[i].actions[k].format);
		}
	}
}

static int limit_trust(struct attached *a)
{
	bool own = a->info->uid == getuid();
	bool wanted = settings_get(&a->given->settings, OPT_destructive);

	a->view.no_effects = !own || !wanted;
	if (!own)
		tame_formats(a->view.schema);
	if (own || !wanted)
		return 0;
	fprintf(stderr, "dtrace: -w is not possible here: session '%s' is uid %u's, whose commands are not run with your "
		"rights\n", a->info->name, a->info->uid);
	return VIEW_TOLD;
}

// ---- viewing ---------------------------------------------------------------

// The daemon need not keep it: all of it was seen.
static int release(struct attached *a)
{
	Dtraced__Close body = DTRACED__CLOSE__INIT;
	Dtraced__Request req = DTRACED__REQUEST__INIT;
	_cleanup_reply_ Dtraced__Reply *reply = NULL;

	body.session = a->view.session;
	req.body_case = DTRACED__REQUEST__BODY_CLOSE;
	req.close = &body;
	return link_call(a->view.link, &req, &reply);
}

static int attach(struct attached *a)
{
	int r = ask(a);

	if (r == 0)
		r = take_request(a);
	if (r == 0)
		r = limit_trust(a);
	if (r == 0)
		r = view_open_graph(&a->view);
	if (r == 0)
		r = view_open(&a->view);
	if (r == 0)
		r = view_run(&a->view);
	if (r == 0)
		return release(a);
	if (r == VIEW_LEFT && !settings_get(&a->view.options.settings, OPT_quiet))
		fprintf(stderr, "dtrace: session '%s' goes on; 'dtrace kill %s' ends it\n", a->info->name, a->name);
	return r;
}

static bool check(const struct options *o)
{
	if (o->mode == MODE_TRACE && o->nargs == 2 && !o->ntexts && !o->ntargets && !o->nlibraries && !o->check_only &&
	    !o->detach && !o->name)
		return true;
	fputs("Usage: dtrace attach [-qwF] [-o file] [-x opt[=val]] [--flamegraph file] session\n", stderr);
	return false;
}

int cmd_attach(const struct options *o, struct link *l)
{
	struct attached a = { .view = { .options = *o, .link = l, .graph = -1, .guest = true }, .given = o };
	int r, status;

	if (!check(o))
		return EXIT_USAGE;
	a.name = o->args[1];
	a.view.fd = cmd_open_output(o);
	if (a.view.fd < 0)
		return EXIT_FATAL;
	r = attach(&a);
	status = view_status(&a.view, r);
	attached_close(&a);
	return status;
}
