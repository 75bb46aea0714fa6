// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// dtrace -l: the probes there are, or those that descriptions and programs match.

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "client/cmd.h"
#include "client/failure.h"
#include "client/format/list.h"
#include "client/request.h"
#include "client/target.h"

struct listing {
	const struct options *options;
	struct outbuf out;
	int status;
};

static void put_probe(struct listing *l, const Dtraced__ProbeInfo *in)
{
	struct probe p = { in->id, in->flags, in->prov, in->mod, in->func, in->name, in->attributes,
			   in->args, in->n_args };

	if (!p.id) {
		list_unavailable(&l->out, &p, in->unavailable);
		return;
	}
	list_probe(&l->out, &p);
	if (l->options->verbose)
		list_details(&l->out, &p, in->note);
}

// Tells which programs match nothing.
static void check_matched(struct listing *l, const Dtraced__Listing *m)
{
	const struct options *o = l->options;

	for (size_t i = 0; i < m->n_matched && i < o->ntexts; i++) {
		if (m->matched[i])
			continue;
		outbuf_flush(&l->out);
		fprintf(stderr, "dtrace: failed to match %s: No probe matches description\n", o->texts[i].arg);
		l->status = EXIT_FATAL;
	}
}

// One frame: 1 when more follow, 0 at the end, or negative errno.
static int take_frame(struct listing *l, const Dtraced__Reply *reply)
{
	if (reply->body_case == DTRACED__REPLY__BODY_FAILURE) {
		failure_print(reply->failure, l->options, "failed to list probes");
		l->status = EXIT_FATAL;
		return 0;
	}
	if (reply->body_case != DTRACED__REPLY__BODY_LISTING)
		return -EBADMSG;
	for (size_t i = 0; i < reply->listing->n_probes; i++)
		put_probe(l, reply->listing->probes[i]);
	check_matched(l, reply->listing);
	return reply->listing->more;
}

static int run(struct listing *l, struct link *link, Dtraced__Request *req)
{
	_cleanup_reply_ Dtraced__Reply *reply = NULL;
	int r = link_call(link, req, &reply);

	// The header comes even if nothing matches, but not above an error.
	if (r == 0 && reply->body_case == DTRACED__REPLY__BODY_LISTING)
		list_header(&l->out);
	while (r == 0) {
		r = take_frame(l, reply);
		if (r <= 0)
			break;
		reply_freep(&reply);
		r = link_more(link, &reply);
	}
	return r < 0 ? r : outbuf_flush(&l->out);
}

int cmd_list(const struct options *o, struct link *link)
{
	_cleanup_parts_ struct request_parts parts = { 0 };
	Dtraced__List body;
	Dtraced__Request req = DTRACED__REQUEST__INIT;
	struct listing l = { .options = o, .out = OUTBUF_INIT(-1) };
	struct targets *targets = NULL;
	int r;

	l.out.fd = cmd_open_output(o);
	if (l.out.fd < 0)
		return EXIT_FATAL;
	r = targets_open(o, &targets);
	if (r > 0)
		l.status = EXIT_FATAL;
	if (r == 0)
		r = request_parts_init(&parts, o, targets);
	if (r == 0) {
		request_list(&parts, o, &body);
		req.body_case = DTRACED__REQUEST__BODY_LIST;
		req.list = &body;
		r = run(&l, link, &req);
	}
	targets_close(targets);
	outbuf_deinit(&l.out);
	return r < 0 ? cmd_fail(r, "failed to list probes") : l.status;
}
